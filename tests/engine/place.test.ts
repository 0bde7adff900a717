import { afterEach, expect, test } from 'vitest';
import { retryAfterAll } from '../../core/queues/settings.ts';
import { patience, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

/** The customers in the order in which agents talked with them: by the legs that heard no more after the agent's. */
async function served(): Promise<readonly string[]> {
  const rows = await centre.rows<{ number: string }>(
    `select i.customer_number as number from offer o join interaction i on i.id = o.interaction_id
      where o.ending = 'accepted' order by o.offered_at`,
  );
  return rows.map((row) => row.number);
}

test('X1 S0.2 S0.15 S2.1 S3.1 S4.8 P2: of three callers the second presses 1 and hangs up, and agents serve 1, callback 2, 3 in that order', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, pass, caller } = centre;
  world.phone('PJSIP/desk-1', picksUp(2));
  world.phone('+12025550002', { kind: 'answer', afterSeconds: 4, acts: [talks(20)] });
  caller('+12025550001', talks(30));
  await pass(1);
  caller('+12025550002', presses('1', 8));
  await pass(1);
  caller('+12025550003', talks(30));
  await pass(30);
  await centre.setPresence('desk-1', 'available');
  await pass(120);
  expect(await served()).toEqual(['+12025550001', '+12025550002', '+12025550003']);
  expect(world.ledger.carrierCalls().map((call) => call.party)).toEqual(['+12025550002']);
  expect((await centre.callback()).state).toBe('completed');
});

test('P2: callbacks and callers are served by one rule, however they are mixed: nobody jumps ahead, nobody falls behind', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, pass, caller } = centre;
  world.phone('PJSIP/desk-1', picksUp(1));
  const numbers = Array.from({ length: 8 }, (_, n) => `+1202555010${n.toString()}`);
  for (const [n, number] of numbers.entries()) {
    world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(6)] });
    // Those who press do so late, and the later comers first: only the entry may count.
    caller(number, ...(n % 2 === 0 ? [talks(6)] : [presses('1', 40 - 2 * n)]));
    await pass(1);
  }
  await pass(50);
  await centre.setPresence('desk-1', 'available');
  await pass(150);
  expect(await served()).toEqual(numbers);
});

test('P3 S2.13 S3.4 S4.9: the place counts from the call, not from the request, and interaction, queue and priority stay the same', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'] });
  const { pass, caller, rows } = centre;
  const early = caller('+12025550001');
  await pass(20);
  caller('+12025550002');
  await pass(20);
  const before = await rows<object>(
    `select id, queue_id, line_id, priority, entered_at, sequence, dialled_number from interaction
      where customer_number = '+12025550001'`,
  );
  early.press('1');
  await pass(10);
  const after = await rows<object>(
    `select i.id, i.queue_id, i.line_id, i.priority, i.entered_at, i.sequence, i.dialled_number
       from callback c join interaction i on i.id = c.interaction_id and i.queue_id = c.queue_id
       join place p on p.interaction_id = i.id and p.entered_at = i.entered_at and p.seq = i.sequence`,
  );
  expect(after).toEqual(before);
  const line = await rows<{ number: string }>(
    `select i.customer_number as number from place p join interaction i on i.id = p.interaction_id
      order by p.priority desc, p.entered_at, p.seq`,
  );
  expect(line.map((row) => row.number)).toEqual(['+12025550001', '+12025550002']);
});

test('a customer who was called in vain comes back to the place of the first call, before those who came later', async () => {
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    callback: {
      wrapUpSeconds: 0,
      retryAfterSeconds: retryAfterAll(30),
      minimumGapSeconds: 1,
      ringCustomerSeconds: 5,
    },
  });
  const { world, pass, caller } = centre;
  world.phone('PJSIP/desk-1', picksUp(1));
  world.phone('+12025550001', (nth) =>
    nth === 1 ? { kind: 'no-answer' } : { kind: 'answer', afterSeconds: 1, acts: [talks(10)] },
  );
  caller('+12025550001', presses('1', 2));
  await pass(10);
  await centre.setPresence('desk-1', 'available');
  await pass(15);
  await centre.setPresence('desk-1', 'away');
  expect((await centre.callback()).state).toBe('retry-wait');
  caller('+12025550002', talks(10));
  await pass(40);
  await centre.setPresence('desk-1', 'available');
  await pass(40);
  expect(await served()).toEqual(['+12025550001', '+12025550001', '+12025550002']);
});

test('P1: two hundred seconds of two agents and twelve promises call nobody twice, and nobody is forgotten', async () => {
  centre = await openSandboxCentre({ callback: { wrapUpSeconds: 1 } });
  const { world, pass, caller } = centre;
  for (const desk of ['desk-1', 'desk-2']) world.phone(`PJSIP/${desk}`, picksUp(1));
  const numbers = Array.from({ length: 12 }, (_, n) => `+120255501${(10 + n).toString()}`);
  for (const number of numbers) {
    world.phone(number, { kind: 'answer', afterSeconds: 2, acts: [talks(8)] });
    caller(number, presses('1', 3), patience(30));
  }
  await pass(10);
  await centre.setPresence('desk-1', 'available');
  await centre.setPresence('desk-2', 'available');
  await pass(190);
  const called = world.ledger.carrierCalls().map((call) => call.party ?? '');
  expect(called.toSorted()).toEqual(numbers);
  expect(await centre.outcomes()).toEqual(numbers.map(() => 'connected'));
});
