import { afterEach, describe, expect, test } from 'vitest';
import type { Centre } from '../../core/centre/centre.ts';
import { DEFAULT_TENANT, id as idOf } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, ringsOf, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';
const BOB = '+12025550002';

async function cancelled(): Promise<string> {
  const { id } = await centre.callback();
  const outcome = await centre.engine.cancelCallback(DEFAULT_TENANT, id);
  await centre.database.quiet();
  return outcome.ok ? 'done' : outcome.refusal.code;
}

describe('a callback is cancelled', () => {
  // Agent: rings 4 s, alert 2 s. Customer: rings 5 s, talks 10 s. Wrap-up 10 s.
  test.each([
    ['waiting', 0, 'done'],
    ['offered', 2, 'done'],
    ['accepted', 5, 'done'],
    ['dialing', 8, 'CALLBACK_PAST_RECALL'],
    ['connected', 13, 'CALLBACK_PAST_RECALL'],
    ['wrapping-up', 23, 'CALLBACK_PAST_RECALL'],
    ['completed', 40, 'CALLBACK_ENDED'],
  ])(
    'while it is %s: nobody is dialled who was not being dialled, the agent is free, and no ticket is opened',
    async (state, seconds, answer) => {
      centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 10 } });
      const { world, pass, caller } = centre;
      world.phone('PJSIP/desk-1', picksUp(4));
      world.phone(ANN, { kind: 'answer', afterSeconds: 5, acts: [talks(10)] });
      caller(ANN, presses('1', 2));
      await pass(8);
      if (seconds > 0) await centre.setPresence('desk-1', 'available');
      await pass(seconds);
      expect((await centre.callback()).state).toBe(state);
      expect(await cancelled()).toBe(answer);
      if (answer === 'done') expect(await cancelled()).toBe('CALLBACK_ENDED');
      await centre.setPresence('desk-1', 'available');
      await pass(45);
      const ended = answer === 'done' ? 'cancelled' : 'completed';
      expect(await centre.callback()).toMatchObject({ state: ended, tickets: 0 });
      expect(world.ledger.carrierCalls()).toHaveLength(answer === 'done' ? 0 : 1);
      expect(world.ledger.live()).toEqual([]);
    },
  );

  test('during the confirmation, and between two attempts', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(BOB, { kind: 'busy' });
    caller(ANN, presses('1', 2));
    await pass(3);
    expect(await cancelled()).toBe('done');
    await pass(5);
    caller(BOB, presses('1', 2));
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    await centre.setPresence('desk-1', 'away');
    expect((await centre.callback(BOB)).state).toBe('retry-wait');
    expect(await cancelled()).toBe('done');
    await centre.skip(600);
    expect(world.ledger.carrierCalls(BOB)).toHaveLength(1);
  });

  test('in the moment in which the agent has heard the alert: it is dialled or cancelled, never both', async () => {
    for (const ms of [5_996, 5_999, 6_000, 6_001, 6_003, 6_006, 6_010]) {
      centre = await openSandboxCentre({ agents: ['desk-1'] });
      const { world, pass, caller } = centre;
      world.phone('PJSIP/desk-1', picksUp(4));
      world.phone(ANN, { kind: 'answer', afterSeconds: 5, acts: [talks(10)] });
      caller(ANN, presses('1', 2));
      await pass(8);
      await centre.setPresence('desk-1', 'available');
      await pass(ms / 1000);
      const { id } = await centre.callback();
      const asked = centre.engine.cancelCallback(DEFAULT_TENANT, id);
      await pass(20);
      const isDone = (await asked).ok;
      expect(world.ledger.carrierCalls()).toHaveLength(isDone ? 0 : 1);
      if (ms !== 6_010) await closeAudited(centre);
    }
  });

  test('an unknown callback is refused', async () => {
    centre = await openSandboxCentre();
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    const { id } = await centre.callback();
    const other = idOf<'callback'>(id.replace(/.$/, id.endsWith('0') ? '1' : '0'));
    const outcome = await centre.engine.cancelCallback(DEFAULT_TENANT, other);
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'CALLBACK_UNKNOWN' } });
  });
});

describe('a callback is not dialled in time', () => {
  test('after 2 h in line it expires with one ticket, and is never dialled', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { world, pass, skip, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    caller(ANN, presses('1', 2));
    await pass(8);
    await skip(7170);
    expect((await centre.callback()).state).toBe('waiting');
    await pass(30);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    expect(ringsOf(centre)).toEqual([]);
  });

  test('after the first dial only the attempts decide, however long they take', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
    const { world, pass, skip, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, (nth) =>
      nth === 1 ? { kind: 'busy' } : { kind: 'answer', afterSeconds: 1, acts: [talks(10)] },
    );
    caller(ANN, presses('1', 2));
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    await centre.setPresence('desk-1', 'away');
    await skip(20_000);
    expect((await centre.callback()).state).toBe('waiting');
    await centre.setPresence('desk-1', 'available');
    await pass(30);
    expect((await centre.callback()).state).toBe('completed');
  });

  test('while an agent has it in hand it does not lapse; when the agent declines, it does', async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      callback: { expiresAfterSeconds: 15, ringAgentSeconds: 20 },
    });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', { kind: 'reject', afterSeconds: 15 });
    caller(ANN, presses('1', 2));
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await pass(12);
    expect((await centre.callback()).state).toBe('offered');
    await pass(6);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
  });
});

const OFFICE_HOURS: Centre['hours'] = [
  {
    name: 'office',
    timeZone: 'Europe/Berlin',
    weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }],
    holidays: [],
  },
];
/** Wednesday, 16:59 in Berlin. */
const BEFORE_CLOSING = epochMs(Date.UTC(2026, 10, 18, 15, 59));

describe('the hours are closed', () => {
  test('S3.8 X6 I7: a request of 16:59 is not dialled after 17:00, keeps its place overnight, and is dialled at 09:00', async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      hours: OFFICE_HOURS,
      startMs: BEFORE_CLOSING,
    });
    const { world, pass, skip, caller, timers } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(70);
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    expect(ringsOf(centre)).toEqual([]);
    const opening = Date.UTC(2026, 10, 19, 8, 0);
    expect(await centre.callback()).toMatchObject({
      state: 'scheduled',
      reason: 'closed-hours',
      due_at: opening,
    });
    await skip((opening - timers.nowMs()) / 1000 - 10);
    expect(ringsOf(centre)).toEqual([]);
    await pass(30);
    expect(world.ledger.carrierCalls()[0]?.atMs).toBeGreaterThanOrEqual(opening);
    expect((await centre.callback()).state).toBe('wrapping-up');
  });

  test('X6: nobody was free before closing: the time overnight does not count, so it is carried to the opening and does not expire', async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      hours: OFFICE_HOURS,
      startMs: BEFORE_CLOSING,
    });
    const { world, pass, skip, caller, timers } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(10);
    const opening = Date.UTC(2026, 10, 19, 8, 0);
    await skip((opening - timers.nowMs()) / 1000 - 10);
    expect((await centre.callback()).state).not.toBe('expired');
    await pass(20);
    // An hour later it still stands; of its two hours one minute was used yesterday.
    await skip(3600 + 3000);
    expect((await centre.callback()).state).toBe('waiting');
    await skip(700);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
  });

  test("I7: it closes between the agent's answer and the dial: nobody is dialled, the agent is told and free, nothing is counted", async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      hours: OFFICE_HOURS,
      startMs: epochMs(BEFORE_CLOSING + 48_000),
    });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(2));
    world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
    caller(ANN, presses('1', 1));
    await pass(5);
    await centre.setPresence('desk-1', 'available');
    // Opened 3 s before the call; 17:00:00 falls into the alert.
    await pass(10);
    expect(world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.outcomes()).toEqual(['blocked']);
    expect(await centre.callback()).toMatchObject({ state: 'scheduled', attempts_used: 0 });
    const agent = world.ledger.entries().find(({ role }) => role === 'agent');
    expect(wordsOf(agent?.heard ?? [])).toEqual(['alert', 'customer-unavailable']);
  });
});

describe('every line of the route is in use', () => {
  test('the next one waits 10 s and is dialled when a line is free; the agent is told, and nothing is counted', async () => {
    centre = await openSandboxCentre({
      callback: { wrapUpSeconds: 0 },
      routes: [{ name: 'narrow', dial: 'PJSIP/{number}@narrow', callerId: null, lines: 1 }],
    });
    const { world, pass, caller } = centre;
    for (const desk of ['desk-1', 'desk-2']) world.phone(`PJSIP/${desk}`, picksUp(1));
    for (const number of [ANN, BOB]) {
      world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(20)] });
      caller(number, presses('1', 2));
    }
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-2', 'available');
    await pass(8);
    const live = world.ledger.live().filter(({ role }) => role === 'customer');
    expect(live.map(({ party }) => party)).toEqual([ANN]);
    expect(await centre.callback(BOB)).toMatchObject({
      state: 'waiting',
      reason: 'route-full',
      attempts_used: 0,
    });
    await pass(60);
    expect(await centre.rows(`select 1 from callback where state = 'completed'`)).toHaveLength(2);
    const heard = world.ledger.entries().filter(({ role }) => role === 'agent');
    expect(heard.flatMap((agent) => wordsOf(agent.heard))).toContain('customer-unavailable');
    const [bob] = world.ledger.carrierCalls(BOB);
    expect(bob?.atMs).toBeGreaterThanOrEqual(
      world.ledger.carrierCalls(ANN)[0]?.endedAtMs ?? Infinity,
    );
  });

  test('a second route takes what the first cannot', async () => {
    centre = await openSandboxCentre({
      routes: [
        { name: 'first', dial: 'PJSIP/{number}@first', callerId: null, lines: 1 },
        { name: 'second', dial: 'PJSIP/{number}@second', callerId: null, lines: 1 },
      ],
    });
    const { world, pass, caller } = centre;
    for (const desk of ['desk-1', 'desk-2']) world.phone(`PJSIP/${desk}`, picksUp(1));
    for (const number of [ANN, BOB]) {
      world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(20)] });
      caller(number, presses('1', 2));
    }
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-2', 'available');
    await pass(8);
    expect(world.ledger.live().filter(({ role }) => role === 'customer')).toHaveLength(2);
  });
});
