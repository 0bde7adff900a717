import { afterEach, describe, expect, test } from 'vitest';
import type { Centre } from '../../core/centre/centre.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import { CALLBACK_DEFAULTS, retryAfterAll } from '../../core/queues/settings.ts';
import type { CallbackRequest } from '../../engine/request-judging.ts';
import type { RequestAnswer, RequestsOutcome } from '../../engine/requests.ts';
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

const ANN = '+12025550001';
const BOB = '+12025550002';
const BERLIN = 'Europe/Berlin';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** On Wednesday 18 November 2026, by the clock of Berlin. */
function berlin(hour: number, minute = 0, day = 18): ReturnType<typeof epochMs> {
  return epochMs(Date.UTC(2026, 10, day, hour - 1, minute));
}

const OFFICE: Centre['hours'][number] = {
  name: 'office',
  timeZone: BERLIN,
  weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }],
  holidays: [],
};

async function open(options: CentreOptions = {}): Promise<void> {
  centre = await openSandboxCentre({ agents: ['desk-1'], ...options });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  for (const number of [ANN, BOB]) {
    centre.world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
  }
}

const wall = (time: string, timeZone = BERLIN): CallbackRequest['at'] => ({
  kind: 'wall',
  time,
  timeZone,
});
const moment = (ms: number): CallbackRequest['at'] => ({ kind: 'moment', at: epochMs(ms) });

function wants(number: string, at: CallbackRequest['at'] = null): CallbackRequest {
  const known = present(phoneNumber(number), number);
  return { queue: 'support', number: known, at, statedZone: null, behaviour: {} };
}

async function ask(
  requests: readonly CallbackRequest[],
  key: string | null = null,
  hash = 'same',
): Promise<RequestsOutcome> {
  const requestKey = key === null ? null : { tenantId: DEFAULT_TENANT, key, hash };
  const outcome = await centre.engine.requestCallbacks(DEFAULT_TENANT, requests, requestKey);
  await centre.database.quiet();
  return outcome;
}

async function answer(request: CallbackRequest, key: string | null = null): Promise<RequestAnswer> {
  const outcome = await ask([request], key);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return present(outcome.answers[0], 'answer');
}

/** What was wrong, as `field: what is allowed`. */
async function refusal(...requests: readonly CallbackRequest[]): Promise<readonly string[]> {
  const outcome = await ask(requests);
  if (outcome.kind !== 'mistakes') throw new Error(JSON.stringify(outcome));
  return outcome.mistakes.map(({ index, field }) => `${index.toString()}.${field}`);
}

async function skipTo(ms: number): Promise<void> {
  await centre.skip((ms - centre.timers.nowMs()) / 1000);
}

describe('a callback at a time', () => {
  test('S0.5: is not dialled before, and at once then', async () => {
    await open();
    await centre.setPresence('desk-1', 'available');
    await answer(wants(ANN, wall('2026-11-18T15:00')));
    expect(await centre.callback()).toMatchObject({
      state: 'scheduled',
      reason: 'scheduled',
      due_at: berlin(15),
    });
    await skipTo(berlin(14, 59));
    expect(ringsOf(centre)).toEqual([]);
    await centre.pass(70);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
    expect(centre.world.ledger.carrierCalls()[0]?.atMs).toBeGreaterThanOrEqual(berlin(15));
  });

  test('S0.5: has the place of its time: behind who came before, and before who comes after', async () => {
    await open({ callback: { wrapUpSeconds: 0 } });
    await answer(wants(ANN, wall('2026-11-18T10:05')));
    await skipTo(berlin(10, 4));
    centre.caller('+12025550003', presses('1', 2));
    await centre.pass(100);
    centre.caller(BOB, presses('1', 2));
    await centre.pass(10);
    for (const number of ['+12025550003', BOB, ANN]) {
      centre.world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
    }
    await centre.setPresence('desk-1', 'available');
    await centre.pass(90);
    const called = centre.world.ledger.carrierCalls().map(({ party }) => party);
    expect(called).toEqual(['+12025550003', ANN, BOB]);
  });

  test('S4.27: without an agent it stays until there is one', async () => {
    await open();
    await answer(wants(ANN, wall('2026-11-18T15:00')));
    await skipTo(berlin(16, 30));
    expect((await centre.callback()).state).toBe('waiting');
    await centre.setPresence('desk-1', 'available');
    await centre.pass(20);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
  });

  test('is kept as it was said, with the zone and the moment', async () => {
    await open();
    await answer(wants(ANN, wall('2026-11-18T15:00')));
    const [row] = await centre.rows(
      'select chosen_at, chosen_wall_time, chosen_time_zone, origin from callback',
    );
    expect(row).toEqual({
      chosen_at: berlin(15),
      chosen_wall_time: '2026-11-18T15:00',
      chosen_time_zone: BERLIN,
      origin: 'scheduled',
    });
  });

  test('outside the hours it is carried to the next opening, and the answer says so', async () => {
    await open({ hours: [OFFICE] });
    const { judged } = await answer(wants(ANN, wall('2026-11-21T15:00')));
    expect(judged?.opening).toEqual({
      open: false,
      closed: 'closed-hours',
      nextOpening: berlin(9, 0, 23),
    });
    expect(await centre.callback()).toMatchObject({ state: 'scheduled', due_at: berlin(9, 0, 23) });
    await centre.setPresence('desk-1', 'available');
    await skipTo(berlin(8, 59, 23));
    expect(ringsOf(centre)).toEqual([]);
    await centre.pass(70);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
  });

  test('P6: the zone that the customer states is one of those that must allow', async () => {
    const { callingHours } = CALLBACK_DEFAULTS;
    await open({ callback: { callingHours }, numberPolicy: { countries: ['all'] } });
    const request = { ...wants('+4930901820', wall('2026-11-18T15:00')), statedZone: 'Asia/Tokyo' };
    const { judged } = await answer(request);
    expect(judged?.opening).toMatchObject({
      closed: 'calling-hours',
      nextOpening: berlin(8, 0, 19),
    });
  });

  test('can be cancelled before', async () => {
    await open();
    const { callbackId } = await answer(wants(ANN, wall('2026-11-18T15:00')));
    await centre.engine.cancelCallback(DEFAULT_TENANT, callbackId);
    await centre.setPresence('desk-1', 'available');
    await skipTo(berlin(15, 10));
    expect(ringsOf(centre)).toEqual([]);
    expect(await centre.callback()).toMatchObject({ state: 'cancelled', tickets: 0 });
  });
});

describe('the limits of a chosen time', () => {
  test('X8 S4.21: 31 days ahead is refused, 30 days are accepted, and so is not less than a minute', async () => {
    await open();
    const now = centre.timers.nowMs();
    expect(await refusal(wants(ANN, moment(now + 31 * DAY)))).toEqual(['0.at']);
    expect(await refusal(wants(ANN, moment(now + 30 * DAY + 1)))).toEqual(['0.at']);
    expect(await refusal(wants(ANN, moment(now + MINUTE - 1)))).toEqual(['0.at']);
    expect(await refusal(wants(ANN, moment(now - DAY)))).toEqual(['0.at']);
    expect((await answer(wants(ANN, moment(now + 30 * DAY)))).how).toBe('created');
    expect((await answer(wants(BOB, moment(now + MINUTE)))).how).toBe('created');
  });

  test('S4.21: 30 days are days of the wall clock, also when one of them has 25 hours', async () => {
    // In New York the clock is put back on 1 November 2026.
    await open({ startMs: epochMs(Date.UTC(2026, 9, 20, 16)) });
    const inTime = wall('2026-11-19T11:59', 'America/New_York');
    expect((await answer(wants(ANN, inTime))).how).toBe('created');
    expect(await refusal(wants(BOB, wall('2026-11-19T12:02', 'America/New_York')))).toEqual([
      '0.at',
    ]);
  });

  test('what is wrong with a request is told with value and range, and nothing is done', async () => {
    await open();
    const now = centre.timers.nowMs();
    const outcome = await ask([
      wants(ANN),
      { ...wants(BOB), queue: 'sales' },
      wants(BOB, moment(now)),
    ]);
    expect(outcome).toMatchObject({
      kind: 'mistakes',
      mistakes: [
        { index: 1, field: 'queue', found: '"sales"', allowed: 'one of support' },
        {
          index: 2,
          field: 'at',
          allowed: '1 minute to 30 days ahead: 2026-11-18T09:01:03Z to 2026-12-18T09:00:03Z',
        },
      ],
    });
    expect(await centre.rows('select 1 from callback')).toEqual([]);
  });

  test('while requests are stopped none is taken', async () => {
    await open();
    const scope = { kind: 'all' } as const;
    const stop = {
      tenantId: DEFAULT_TENANT,
      what: 'requests',
      scope,
      by: 'eva',
      reason: 'a drill',
    } as const;
    await centre.engine.stopWork(stop);
    expect(await refusal(wants(ANN))).toEqual(['0.queue']);
    await centre.engine.resumeWork(stop);
    expect((await answer(wants(ANN))).how).toBe('created');
  });

  test('a queue and a customer who have no hour in common are refused', async () => {
    const hours = { ...OFFICE, weekly: [{ days: ['we'] as const, from: '09:00', to: '11:00' }] };
    await open({ hours: [hours], callback: { callingHours: { from: '12:00', to: '13:00' } } });
    expect(await refusal(wants('+4930901820'))).toEqual(['0.at']);
  });
});

describe('on the day of a clock change', () => {
  test('F11: a time that no clock shows is the next moment that exists', async () => {
    await open({ startMs: epochMs(Date.UTC(2027, 2, 27, 12)) });
    const { judged } = await answer(wants(ANN, wall('2027-03-28T02:30')));
    expect(judged).toMatchObject({
      change: 'gap',
      chosenTime: { at: Date.UTC(2027, 2, 28, 1), wall: { time: '2027-03-28T02:30' } },
    });
  });

  test('F11: of a time that comes twice the first is meant', async () => {
    await open({ startMs: epochMs(Date.UTC(2027, 9, 30, 12)) });
    const { judged } = await answer(wants(ANN, wall('2027-10-31T02:30')));
    expect(judged).toMatchObject({
      change: 'fold',
      chosenTime: { at: Date.UTC(2027, 9, 31, 0, 30) },
    });
  });
});

describe('a callback without a time', () => {
  test('stands in line at once and is dialled when an agent is there', async () => {
    await open();
    await centre.setPresence('desk-1', 'available');
    await answer(wants(ANN));
    await centre.pass(10);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
    expect(await centre.rows('select origin from callback')).toEqual([{ origin: 'api' }]);
  });

  test('S3.8: while it is closed it is carried to the opening', async () => {
    await open({ hours: [OFFICE], startMs: berlin(20) });
    await centre.setPresence('desk-1', 'available');
    const { judged } = await answer(wants(ANN));
    expect(judged?.opening).toMatchObject({ open: false, nextOpening: berlin(9, 0, 19) });
    expect(await centre.callback()).toMatchObject({ state: 'scheduled', reason: 'closed-hours' });
    await skipTo(berlin(9, 0, 19));
    await centre.pass(20);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
  });
});

describe('C14: what a request says itself', () => {
  test('C14: goes before what the queue says: the number shown, how often and when it is tried again', async () => {
    await open({ callback: { attemptsMax: 1, wrapUpSeconds: 0, minimumGapSeconds: 1 } });
    centre.world.phone(ANN, { kind: 'busy' });
    const callerId = present(phoneNumber('+12025550177'), 'number');
    const behaviour = { attemptsMax: 2, retryAfterSeconds: retryAfterAll(120), callerId };
    await answer({ ...wants(ANN), behaviour });
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
    await centre.pass(120);
    expect(await centre.callback()).toMatchObject({ state: 'exhausted', attempts_used: 2 });
    const calls = centre.world.ledger.carrierCalls();
    expect(calls.map((call) => call.callerId?.number)).toEqual([callerId, callerId]);
    const [first = 0, second = 0] = calls.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThanOrEqual(120_000);
  });

  test('S3.18: without a word about it the number of the queue is shown', async () => {
    await open();
    await answer(wants(ANN));
    await centre.setPresence('desk-1', 'available');
    await centre.pass(20);
    expect(centre.world.ledger.carrierCalls()[0]?.callerId?.number).toBe('+12025550110');
  });
});

describe('the same again', () => {
  test('X12: a number with an open callback in the queue keeps that one, and the answer says so', async () => {
    await open();
    const first = await answer(wants(ANN, wall('2026-11-18T15:00')));
    const second = await answer(wants(ANN, wall('2026-11-18T16:00')));
    expect(second).toMatchObject({ callbackId: first.callbackId, how: 'open-before' });
    expect(await centre.rows('select 1 from callback')).toHaveLength(1);
  });

  test('X12: a file with a number twice, and two who ask in the same moment, make one callback', async () => {
    await open();
    const outcome = await ask([wants(ANN), wants(ANN)]);
    expect(outcome).toMatchObject({ answers: [{ how: 'created' }, { how: 'open-before' }] });
    const both = await Promise.all([ask([wants(BOB)]), ask([wants(BOB)])]);
    const hows = both.flatMap((one) =>
      one.kind === 'done' ? one.answers.map(({ how }) => how) : [],
    );
    expect(hows.toSorted()).toEqual(['created', 'open-before']);
  });

  test('F16: the same key gives the same callback, even when its time has come meanwhile', async () => {
    await open();
    const request = wants(ANN, wall('2026-11-18T10:02'));
    const first = await answer(request, 'key-1');
    await skipTo(berlin(10, 5));
    expect(await answer(request, 'key-1')).toMatchObject({
      callbackId: first.callbackId,
      how: 'same-key',
    });
  });

  test('F16: ten with one key at the same time make one callback', async () => {
    await open();
    const all = await Promise.all(
      Array.from({ length: 10 }, async () => ask([wants(ANN)], 'key-1')),
    );
    const answers = all.flatMap((one) => (one.kind === 'done' ? one.answers : []));
    expect(answers).toHaveLength(10);
    expect(new Set(answers.map(({ callbackId }) => callbackId)).size).toBe(1);
    expect(answers.filter(({ how }) => how === 'created')).toHaveLength(1);
  });

  test('F16: a key with another request is refused, and after 24 hours it is forgotten', async () => {
    await open();
    const { callbackId } = await answer(wants(ANN), 'key-1');
    expect((await ask([wants(BOB)], 'key-1', 'other')).kind).toBe('key-used');
    await centre.engine.cancelCallback(DEFAULT_TENANT, callbackId);
    await centre.skip(24 * 3600);
    expect((await ask([wants(BOB)], 'key-1', 'other')).kind).toBe('done');
  });

  test('F16: a request that was refused leaves its key free', async () => {
    await open();
    const now = centre.timers.nowMs();
    expect((await ask([wants(ANN, moment(now))], 'key-1', 'late')).kind).toBe('mistakes');
    expect((await ask([wants(ANN)], 'key-1')).kind).toBe('done');
  });
});
