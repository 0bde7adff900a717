import { afterEach, describe, expect, test } from 'vitest';
import type { Centre } from '../../core/centre/centre.ts';
import { epochMs } from '../../core/prelude/time.ts';
import { CALLBACK_DEFAULTS } from '../../core/queues/settings.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  type CentreOptions,
  openSandboxCentre,
  type SandboxCentre,
} from '../support/sandbox-centre.ts';
import { picksUp, ringsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

/** In Washington, where it is six hours earlier than in Berlin. */
const ANN = '+12025550001';
/** In Berlin. */
const BOB = '+4930901820';

const { callingHours } = CALLBACK_DEFAULTS;

/** On Wednesday 18 November 2026, by the clock of Berlin. */
function berlin(hour: number, minute = 0, day = 18): ReturnType<typeof epochMs> {
  return epochMs(Date.UTC(2026, 10, day, hour - 1, minute));
}

const OFFICE: Centre['hours'][number] = {
  name: 'office',
  timeZone: 'Europe/Berlin',
  weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }],
  holidays: [],
};

async function open(options: CentreOptions): Promise<void> {
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    // Customers of two countries, whatever numbers the centre has itself.
    numberPolicy: { countries: ['US', 'DE'] },
    ...options,
  });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  for (const number of [ANN, BOB]) {
    centre.world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
  }
}

/** The customer asks for a callback, and an agent is there. */
async function asks(number: string): Promise<void> {
  centre.caller(number, presses('1', 2));
  await centre.pass(8);
  await centre.setPresence('desk-1', 'available');
  await centre.pass(10);
}

/** Lets time pass until `until`, which is a quiet one until then. */
async function quietUntil(until: number): Promise<void> {
  await centre.skip((until - centre.timers.nowMs()) / 1000 - 10);
  expect(centre.world.ledger.carrierCalls()).toEqual([]);
  await centre.pass(30);
}

describe("the customer's own day", () => {
  test('P6 I7: who asks at 10:00 in Berlin, where it is 04:00 in Washington, is called at 08:00 of Washington', async () => {
    await open({ hours: [OFFICE], callback: { callingHours }, startMs: berlin(10) });
    await asks(ANN);
    expect(ringsOf(centre)).toEqual([]);
    expect(await centre.callback()).toMatchObject({
      state: 'scheduled',
      reason: 'calling-hours',
      due_at: berlin(14),
    });
    await quietUntil(berlin(14));
    expect(centre.world.ledger.carrierCalls()[0]?.atMs).toBeGreaterThanOrEqual(berlin(14));
  });

  test('P6: of two who ask at 10:00, the one for whom it is day is called', async () => {
    await open({ hours: [OFFICE], callback: { callingHours }, startMs: berlin(10) });
    centre.caller(ANN, presses('1', 2));
    await centre.pass(2);
    await asks(BOB);
    const called = centre.world.ledger.carrierCalls().map(({ party }) => party);
    expect(called).toEqual([BOB]);
  });

  test('P6: the clock of the company counts as well', async () => {
    await open({
      callback: { callingHours },
      tenant: { timeZone: 'Asia/Tokyo' },
      startMs: berlin(15),
    });
    await asks(BOB);
    expect(await centre.callback()).toMatchObject({
      reason: 'calling-hours',
      due_at: berlin(8, 0, 19),
    });
  });

  test("I7: the customer's day ends between the agent's answer and the dial: nobody is dialled, nothing is counted", async () => {
    await open({ callback: { callingHours }, startMs: epochMs(berlin(20, 59) + 48_000) });
    centre.world.phone('PJSIP/desk-1', picksUp(2));
    centre.caller(BOB, presses('1', 1));
    await centre.pass(5);
    await centre.setPresence('desk-1', 'available');
    // Opened 3 s before the call; 21:00:00 falls into the alert.
    await centre.pass(10);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
    expect(await centre.outcomes()).toEqual(['blocked']);
    expect(await centre.callback()).toMatchObject({
      state: 'scheduled',
      reason: 'calling-hours',
      due_at: berlin(8, 0, 19),
      attempts_used: 0,
    });
  });
});

describe('with closing `ticket`', () => {
  const ticket = { closing: 'ticket' } as const;

  test('C15 X6: a request of 16:59 ends at 17:00 with one ticket, agent or not, and is not dialled in the morning', async () => {
    await open({ hours: [OFFICE], callback: ticket, startMs: berlin(16, 59) });
    centre.caller(ANN, presses('1', 2));
    await centre.pass(50);
    expect((await centre.callback()).state).toBe('waiting');
    await centre.pass(15);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
    await centre.setPresence('desk-1', 'available');
    await quietUntil(berlin(9, 0, 19));
    expect(ringsOf(centre)).toEqual([]);
  });

  test('C15: closes between the answer of the agent and the dial: not dialled, one ticket', async () => {
    await open({ hours: [OFFICE], callback: ticket, startMs: epochMs(berlin(16, 59) + 48_000) });
    centre.world.phone('PJSIP/desk-1', picksUp(2));
    centre.caller(ANN, presses('1', 1));
    await centre.pass(5);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(12);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
  });

  test('C15: once dialled, the attempts decide: the next one comes after the next opening', async () => {
    await open({ hours: [OFFICE], callback: ticket, startMs: berlin(16, 50) });
    centre.world.phone(ANN, (nth) =>
      nth === 1 ? { kind: 'busy' } : { kind: 'answer', afterSeconds: 1, acts: [talks(10)] },
    );
    await asks(ANN);
    expect(await centre.outcomes()).toEqual(['busy']);
    await centre.setPresence('desk-1', 'away');
    await centre.skip((berlin(9, 0, 19) - centre.timers.nowMs()) / 1000);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(80);
    expect(await centre.outcomes()).toEqual(['busy', 'connected']);
  });
});

test('S3.8 X6: what is carried over a weekend with a holiday after it is called when it is over', async () => {
  const holidays = [{ date: '2026-11-23', yearly: false, open: [] }];
  await open({ hours: [{ ...OFFICE, holidays }], startMs: berlin(16, 59, 20) });
  centre.caller(ANN, presses('1', 2));
  await centre.pass(70);
  await centre.setPresence('desk-1', 'available');
  await centre.pass(5);
  expect(await centre.callback()).toMatchObject({ due_at: berlin(9, 0, 24) });
  await quietUntil(berlin(9, 0, 24));
  expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
});
