import { afterEach, describe, expect, test } from 'vitest';
import { telephonyReady } from './support/asterisk-root.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';

const RULE = { name: 'lost-calls', type: 'abandoned', source: 'support', delay: 'PT3S' };

describe.skipIf(!telephonyReady())('a caller who leaves, on a real Asterisk', () => {
  let centre: PhoneCentre;

  afterEach(async () => {
    await centre.close();
  });

  test('S0.1 S0.3 S1.1 S1.2: whoever hangs up while waiting is called back after the delay, with the number of the rule', async () => {
    centre = await openPhoneCentre({ rules: [{ ...RULE, callerId: '+12025550177' }] });
    const { asterisk, carrier, agents } = centre;
    const caller = await centre.call('+12025550001');
    await asterisk.waitForPlayed('ringback/offer');
    await caller.hangUp();
    const { id } = await centre.callbackIn('scheduled');
    expect(carrier.calls()).toEqual([]);

    await centre.setAgents('available');
    const dialled = await carrier.waitForCall(({ answeredAtMs }) => answeredAtMs !== null);
    expect(dialled.callerNumber).toContain('12025550177');
    expect(agents[0]?.calls().map(({ callerName }) => callerName)).toEqual(['CALLBACK support']);
    await centre.callbackIn('connected');
    await carrier.hangUp();
    expect((await centre.callbackIn('completed')).id).toBe(id);
    expect(carrier.calls()).toHaveLength(1);
  });
});
