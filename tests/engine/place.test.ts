import { afterEach, expect, test } from 'vitest';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import {
  openSandboxCentre,
  type SandboxCentre,
  SUPPORT_NUMBER,
} from '../support/sandbox-centre.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await centre.close();
});

test('X1 S2.1 S3.1 S4.8 P2: of three callers the second presses 1 and hangs up, and agents serve 1, callback 2, 3 in that order', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, pass } = centre;
  world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 2, acts: [] });
  world.phone('+12025550002', { kind: 'answer', afterSeconds: 4, acts: [talks(20)] });
  for (const n of [1, 2, 3]) {
    const number = `+1202555000${n.toString()}`;
    const acts = n === 2 ? [presses('1', 8)] : [talks(30)];
    world.call({ number, dials: SUPPORT_NUMBER, acts });
    await pass(1);
  }
  await pass(30);
  await centre.setPresence('desk-1', 'available');
  await pass(120);
  expect(await centre.events()).toEqual([]);
});
