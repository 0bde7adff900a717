import { afterEach, beforeEach, expect, test } from 'vitest';
import { phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { answers } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

const SWITCHBOARD = '+12025550001';

/** Two people of one company ask for a callback, one after the other. */
beforeEach(async () => {
  const sharedNumbers = [present(phoneNumber(SWITCHBOARD), 'number')];
  centre = await openSandboxCentre({
    agents: ['desk-1', 'desk-2'],
    callback: { wrapUpSeconds: 0 },
    numberPolicy: { sharedNumbers },
  });
  centre.world.phone(SWITCHBOARD, answers(talks(20)));
  for (const agent of ['desk-1', 'desk-2']) centre.world.phone(`PJSIP/${agent}`, picksUp(1));
  for (let people = 0; people < 2; people += 1) {
    centre.caller(SWITCHBOARD, presses('1', 2));
    await centre.pass(8);
  }
});
afterEach(async () => {
  await closeAudited(centre);
});

async function states(): Promise<readonly string[]> {
  const rows = await centre.rows<{ state: string }>(
    'select state from callback order by requested_at',
  );
  return rows.map(({ state }) => state);
}

test('C10: two people behind one switchboard have a callback each, and their calls never overlap', async () => {
  expect(await states()).toEqual(['waiting', 'waiting']);
  for (const agent of ['desk-1', 'desk-2']) await centre.setPresence(agent, 'available');
  await centre.pass(200);
  expect(await states()).toEqual(['completed', 'completed']);
  // That they did not overlap is what the auditor asks of every test (I4).
  expect(centre.world.ledger.carrierCalls(SWITCHBOARD)).toHaveLength(2);
});

test('C9: a third person of the company who calls in stands for nobody else: no callback waits for the call or is superseded', async () => {
  const third = centre.caller(SWITCHBOARD, talks(60));
  await centre.pass(2);
  await centre.setPresence('desk-1', 'available');
  await centre.pass(10);
  expect((await states()).filter((state) => state === 'connected')).toHaveLength(1);
  await centre.setPresence('desk-2', 'available');
  await centre.pass(250);
  expect(await states()).toEqual(['completed', 'completed']);
  expect(third.heard().some(({ piece }) => JSON.stringify(piece).includes('in-line-already'))).toBe(
    false,
  );
});
