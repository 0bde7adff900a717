import { afterEach, describe, expect, test } from 'vitest';
import { phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import { type HoursKept, metricsOf, type ReportCounts } from '../../core/reports/metrics.ts';
import { hoursKept } from '../../engine/hours-kept.ts';
import { viewDials } from '../../store/views/dials.ts';
import { viewReport } from '../../store/views/report.ts';
import { hangsUp, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  openSandboxCentre,
  type SandboxCentre,
  WEDNESDAY_MORNING,
} from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const [ANN, BOB, DAN] = ['+12025550001', '+12025550002', '+12025550004'];
const HOUR_MS = 3_600_000;

async function counts(): Promise<ReportCounts> {
  return viewReport(centre.database, DEFAULT_TENANT, {
    from: WEDNESDAY_MORNING,
    to: epochMs(WEDNESDAY_MORNING + HOUR_MS),
    queueId: null,
  });
}

async function hoursSeen(): Promise<HoursKept> {
  return hoursKept(
    await viewDials(centre.database, DEFAULT_TENANT, {
      from: WEDNESDAY_MORNING,
      to: epochMs(WEDNESDAY_MORNING + HOUR_MS),
      queueId: null,
    }),
  );
}
const NONE_SEEN: HoursKept = { lookedAt: 0, outside: 0 };

/**
 * Ann presses 1 and is reached at once; Bob hears the offer and hangs up; somebody without a number is served on the
 * phone; Dan presses 1, is busy at first and reached then.
 */
async function aMorning(): Promise<void> {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, caller, pass } = centre;
  world.phone('PJSIP/desk-1', picksUp(1));
  world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
  world.phone(DAN, (nth) =>
    nth === 1 ? { kind: 'busy' } : { kind: 'answer', afterSeconds: 2, acts: [talks(10)] },
  );
  caller(ANN, presses('1', 8));
  caller(BOB, hangsUp(12));
  await pass(20);
  caller(null, talks(10));
  await pass(5);
  caller(DAN, presses('1', 8));
  await pass(20);
  await centre.setPresence('desk-1', 'available');
  await pass(400);
}

describe('P24: a morning that was counted by hand', () => {
  test('S2.18 S4.62: who asked for a callback has not abandoned; it counts as inbound, and its calls as outbound of that queue', async () => {
    await aMorning();
    const {
      timeToCallbackSeconds: gross,
      netTimeToCallbackSeconds: net,
      ...counted
    } = await counts();
    expect(gross?.p50).toBeGreaterThan(0);
    // Dan was called twice, and has kept his place.
    expect(net?.p99).toBeGreaterThan(gross?.p99 ?? 0);
    expect(counted).toEqual({
      queued: 4,
      answered: 1,
      abandoned: 1,
      callbackRequested: 2,
      duplicates: 0,
      offered: 3,
      registered: 2,
      callbacks: 2,
      reachedAtFirst: 1,
      connected: 2,
      countedAttempts: 3,
      outcomes: { connected: 2, busy: 1 },
      dialled: 3,
      answeredDials: 2,
      offersToAgents: 4,
      declinedByAgents: 0,
      inactive: 0,
      setAside: 0,
      lost: 0,
      dialledTwice: 0,
      promisesDue: 2,
      promisesKept: 2,
      punctualityMinutes: null,
    });
    const [inbound] = await centre.rows(
      `select count(*)::int as number from reported_interaction r join queue q on q.id = r.queue_id
        where r.direction = 'inbound' and q.name = 'support'`,
    );
    const [outbound] = await centre.rows(
      `select count(*)::int as number from billed_call b join queue q on q.id = b.queue_id
        join interaction i on i.id = b.interaction_id
        where b.direction = 'outbound' and q.name = 'support' and b.booked_at = i.entered_at`,
    );
    expect([inbound, outbound]).toEqual([{ number: 4 }, { number: 3 }]);
    const told = await centre.rows<{ ending: string }>(
      `select body ->> 'ending' as ending from event where kind = 'call.ended' order by 1`,
    );
    expect(told.map(({ ending }) => ending)).toEqual([
      'abandoned',
      'answered',
      'callback-requested',
      'callback-requested',
    ]);
  });

  test('every figure has its denominator in words', async () => {
    await aMorning();
    const figures = metricsOf(await counts(), await hoursSeen()).map(
      ({ name, numerator, denominator }) =>
        `${name} ${numerator.toString()}/${String(denominator)}`,
    );
    expect(figures).toEqual([
      'calls-queued 4/null',
      'answered-share 1/4',
      'abandon-rate 1/4',
      'offer-rate 3/4',
      'take-rate 2/3',
      'registration-completion 2/2',
      'callbacks 2/null',
      'first-attempt-reach 1/2',
      'reconnect-rate 2/2',
      'attempts-per-connect 3/2',
      'promise-kept 2/2',
      'outcome-busy 1/3',
      'outcome-connected 2/3',
      'abandoned-on-callback 0/2',
      'agent-declines 0/4',
      'outbound-calls 3/null',
      'inactive 0/null',
      'set-aside 0/null',
      'dialled-outside-hours 0/3',
      'dialled-twice 0/3',
      'lost 0/null',
    ]);
  });

  test('what came in at another time is not counted', async () => {
    await aMorning();
    const later = {
      from: epochMs(WEDNESDAY_MORNING + HOUR_MS),
      to: epochMs(WEDNESDAY_MORNING + 2 * HOUR_MS),
      queueId: null,
    };
    const none = await viewReport(centre.database, DEFAULT_TENANT, later);
    expect(none).toMatchObject({
      queued: 0,
      callbacks: 0,
      outcomes: {},
      timeToCallbackSeconds: null,
    });
    expect(metricsOf(none, NONE_SEEN).find(({ name }) => name === 'offer-rate')).toMatchObject({
      value: null,
    });
  });
});

describe('P24: what is measured against a promise', () => {
  test('punctuality counts from the agreed time, and a promise that lapsed was not kept', async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      callback: { expiresAfterSeconds: 600 },
    });
    const { world, caller, pass, skip } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
    const at = epochMs(centre.timers.nowMs() + 300_000);
    const request = {
      queue: 'support',
      number: present(phoneNumber(ANN), ANN),
      at: { kind: 'moment', at } as const,
      statedZone: null,
      behaviour: {},
    };
    await centre.engine.requestCallbacks(DEFAULT_TENANT, [request], null);
    caller(BOB, presses('1', 8));
    await pass(20);
    await skip(700);
    await centre.setPresence('desk-1', 'available');
    await pass(60);
    const { punctualityMinutes, promisesDue, promisesKept } = await counts();
    // Half past the agreed time and more: no agent was there.
    expect(punctualityMinutes?.p50).toBeGreaterThan(6);
    expect(punctualityMinutes?.p50).toBeLessThan(8);
    expect([promisesKept, promisesDue]).toEqual([1, 2]);
  });

  test('a call outside the hours, and an attempt that was dialled twice, are told', async () => {
    await aMorning();
    expect(await hoursSeen()).toEqual({ lookedAt: 3, outside: 0 });
    await centre.rows(
      `update attempt set dialed_at = dialed_at + interval '20 hours' where outcome = 'busy'`,
    );
    await centre.rows(
      `update queue set callback = callback || '{"callingHours": {"from": "04:00", "to": "23:00"}}'`,
    );
    expect(await hoursSeen()).toEqual({ lookedAt: 3, outside: 1 });
    await centre.rows(
      `insert into event (tenant_id, interaction_id, revision, kind, at, body)
       select tenant_id, interaction_id, 10000, kind, at, body from event where kind = 'attempt.dialing' limit 1`,
    );
    expect(await counts()).toMatchObject({ dialledTwice: 1 });
    await centre.rows('delete from event where revision = 10000');
    await centre.rows(
      `update attempt set dialed_at = dialed_at - interval '20 hours' where outcome = 'busy'`,
    );
  });
});

const DAY_SECONDS = 86_400;

describe('S4.59: 14 days without a date and without a change', () => {
  test('S4.27: reports close it as inactive, and the callback stays open until an agent takes it', async () => {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      callback: { wrapUpSeconds: 0, expiresAfterSeconds: 30 * DAY_SECONDS },
    });
    const { world, caller, pass, skip } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
    caller(ANN, presses('1', 8));
    await pass(30);
    await skip(14 * DAY_SECONDS - 60);
    expect(await reported()).toEqual({ state: 'waiting', ending: null });
    await skip(60);
    expect(await reported()).toEqual({ state: 'waiting', ending: 'inactive' });
    expect(await counts()).toMatchObject({ inactive: 1, lost: 0 });
    expect((await centre.events()).filter((kind) => kind === 'callback.inactive')).toHaveLength(1);
    await centre.setPresence('desk-1', 'available');
    await pass(60);
    expect(await reported()).toEqual({ state: 'completed', ending: 'completed' });
    expect(await counts()).toMatchObject({ inactive: 1, connected: 1 });
  });
});

async function reported(): Promise<object | undefined> {
  const [row] = await centre.rows(
    'select callback_state as state, reported_ending as ending from reported_interaction',
  );
  return row;
}
