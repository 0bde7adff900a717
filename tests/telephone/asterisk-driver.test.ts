import { afterAll, beforeAll, describe } from 'vitest';
import { present } from '../../core/prelude/assert.ts';
import { driverConformance } from '../../telephony/conformance.ts';
import { asteriskRig, FORWARD_TARGET, RIG_FILES } from './asterisk-rig.ts';
import { type Asterisk, startAsterisk } from './support/asterisk.ts';
import { telephonyReady } from './support/asterisk-root.ts';

// telephony: a machine without Linux, root rights and sipp cannot run an Asterisk; CI fails instead of skipping.
describe.skipIf(!telephonyReady())('the Asterisk driver on a real Asterisk', () => {
  let asterisk: Asterisk | null = null;

  beforeAll(async () => {
    asterisk = await startAsterisk({
      agents: 2,
      dialplan: FORWARD_TARGET,
      files: RIG_FILES,
    });
  });
  afterAll(async () => asterisk?.stop());

  driverConformance('asterisk', async () => asteriskRig(present(asterisk, 'Asterisk')));
});
