import { Temporal } from 'temporal-polyfill';
import {
  CHOSEN_AHEAD_DAYS_MAX,
  CHOSEN_AHEAD_SECONDS_MIN,
  type RequestedOpening,
} from '../core/interactions/requests.ts';
import type { ChosenTime } from '../core/interactions/situation.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import { type EpochMs, epochMs, secondsAfter } from '../core/prelude/time.ts';
import type { Behaviour } from '../core/rules/rule.ts';
import type { QueueToAsk } from '../store/requests/queues.ts';
import type { DayFacts } from './calling-hours.ts';
import { openingOf } from './facts.ts';
import { LOOK_AHEAD_DAYS } from './opening-hours.ts';
import { type ResolvedWallTime, resolveWallTime } from './wall-time.ts';

/** Somebody who is not on the phone with us asks for a callback. */
export interface CallbackRequest {
  readonly queue: string;
  readonly number: PhoneNumber;
  /** Null: as soon as it is their turn. */
  readonly at: RequestedTime | null;
  /** The zone that the customer said they are in, an IANA name. */
  readonly statedZone: string | null;
  /** How the callback shall behave, where that is not as the queue has it. */
  readonly behaviour: Behaviour;
}

/** When: a moment, or what a clock on a wall will show, ISO 8601 without an offset. */
export type RequestedTime =
  | { readonly kind: 'moment'; readonly at: EpochMs }
  | { readonly kind: 'wall'; readonly time: string; readonly timeZone: string };

/** One thing about a request that is not as it must be. */
export interface RequestMistake {
  readonly field: 'queue' | 'number' | 'at';
  readonly found: string;
  readonly allowed: string;
}

/** A request that can be done, and what a clock change made of its time. */
export interface JudgedRequest {
  readonly chosenTime: ChosenTime | null;
  readonly change: ResolvedWallTime['change'];
  readonly opening: RequestedOpening;
  readonly facts: DayFacts;
}

/** Checks the time of a request against the limits and the hours. */
export function judgeRequest(
  request: CallbackRequest,
  asked: QueueToAsk,
  nowMs: EpochMs,
): JudgedRequest | RequestMistake {
  if (asked.requestsStopped) return requestsStopped(request.queue);
  const resolved = resolve(request.at);
  const limit = resolved === null ? null : outsideLimits(request.at, resolved.at, nowMs);
  if (limit !== null) return limit;
  const facts: DayFacts = {
    hours: asked.hours,
    callback: asked.queue.callback,
    number: request.number,
    statedZone: request.statedZone,
    tenantZone: asked.tenantZone,
  };
  const opening = requestedOpening(openingOf(facts, resolved?.at ?? nowMs));
  if (opening === null) return NEVER_OPEN;
  return {
    chosenTime: resolved === null ? null : { at: resolved.at, wall: wallOf(request.at) },
    change: resolved?.change ?? null,
    opening,
    facts,
  };
}

const NEVER_OPEN: RequestMistake = {
  field: 'at',
  found: 'no time at all at which the queue is open and this customer may be called',
  allowed: `a time within the next ${LOOK_AHEAD_DAYS.toString()} days that is in the hours of the queue and in the calling hours of the customer`,
};

/** Null when it never opens. */
function requestedOpening(opening: ReturnType<typeof openingOf>): RequestedOpening | null {
  if (opening.open) return opening;
  const { nextOpening } = opening;
  return nextOpening === null ? null : { ...opening, nextOpening };
}

function requestsStopped(queue: string): RequestMistake {
  return {
    field: 'queue',
    found: `${JSON.stringify(queue)}, for which requests are stopped`,
    allowed: 'a queue that takes requests; ask again when they are resumed',
  };
}

function resolve(at: RequestedTime | null): ResolvedWallTime | null {
  if (at === null) return null;
  return at.kind === 'moment' ? { at: at.at, change: null } : resolveWallTime(at.time, at.timeZone);
}

function wallOf(at: RequestedTime | null): ChosenTime['wall'] {
  return at?.kind === 'wall' ? { time: at.time, timeZone: at.timeZone } : null;
}

function outsideLimits(
  asked: RequestedTime | null,
  at: EpochMs,
  nowMs: EpochMs,
): RequestMistake | null {
  const zone = asked?.kind === 'wall' ? asked.timeZone : 'UTC';
  const earliest = secondsAfter(nowMs, CHOSEN_AHEAD_SECONDS_MIN);
  const latest = daysAfter(nowMs, CHOSEN_AHEAD_DAYS_MAX, zone);
  if (at >= earliest && at <= latest) return null;
  const allowed = `1 minute to ${CHOSEN_AHEAD_DAYS_MAX.toString()} days ahead: ${shown(earliest, zone)} to ${shown(latest, zone)}`;
  return { field: 'at', found: shown(at, zone), allowed };
}

/** On the clock of a zone: 30 days of which one has 25 hours are 30 days. */
function daysAfter(from: EpochMs, days: number, timeZone: string): EpochMs {
  const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  return epochMs(zoned.add({ days }).epochMilliseconds);
}

/** `2027-03-04T15:00+01:00[Europe/Berlin]`, or `2027-03-04T14:00Z`. */
export function shown(at: EpochMs, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(at);
  if (timeZone === 'UTC') return instant.toString({ smallestUnit: 'second' });
  return instant.toZonedDateTimeISO(timeZone).toString({ smallestUnit: 'second' });
}
