import type { LedgerEntry } from '../../telephony/sandbox/ledger.ts';
import { type SimulatedZone, wallClockMs, zoneOf } from '../clocks.ts';
import { type CallbackTold, COUNTED, type History } from './history.ts';
import type { Patience } from './patience.ts';
import { delayMsOf } from './terms.ts';
import type { Witness } from './witness.ts';

/** The last check commits first, and the call travels then. */
const LATE_MS = 5_000;
/** Whoever may be called by now is in line so soon. */
const WOKEN_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** I7: nobody is called outside the hours of the queue or the customer's own day. */
export function nobodyOutsideHours(witness: Witness, history: History): readonly string[] {
  return customersCalled(witness)
    .filter((leg) => !isOpenAt(leg.atMs, witness))
    .concat(
      customersCalled(witness).filter((leg) => {
        const callback = history.callbackOf(leg.legId);
        return !isDayOf(String(leg.party), callback, leg.atMs, witness);
      }),
    )
    .map((leg) => `${String(leg.party)} was called at ${new Date(leg.atMs).toISOString()}`);
}

/** C14: nobody is called before the delay of a rule is over or a chosen time has come, and nobody sleeps through either. */
export function nobodyBeforeTheirTime(
  witness: Witness,
  history: History,
  patience: Patience,
): readonly string[] {
  const early = customersCalled(witness).filter((leg) => {
    const callback = history.callbackOf(leg.legId);
    return callback !== null && leg.atMs < earliestMs(callback, witness);
  });
  const asleep = witness.books.callbacks.filter(({ id, number, state }) => {
    const callback = history.callbacks.get(id);
    if (state !== 'scheduled' || callback === undefined) return false;
    const { nowMs } = witness;
    const isDay = isDayOf(number, callback, nowMs, witness);
    return isDay && isOpenAt(nowMs, witness) && nowMs >= earliestMs(callback, witness);
  });
  return [
    ...early.map((leg) => `${String(leg.party)} was called before the time`),
    ...patience.exceeded(
      'C14',
      asleep.map(({ number }) => `${number} could be called and is not in line`),
      witness.orderlyMs,
      WOKEN_MS,
    ),
  ];
}

/** C7: between two attempts at one number lies the gap, and between two of one promise what the queue says. */
export function gapsAreKept(witness: Witness, history: History): readonly string[] {
  const { minimumGapSeconds, retryAfterSeconds } = witness.terms.settings;
  return customersCalled(witness)
    .filter((leg) => history.attempts.get(leg.legId)?.isSecondChance === false)
    .filter((leg) => {
      const interaction = history.attempts.get(leg.legId)?.interaction;
      return history.attemptsAt(leg.party, witness).some((other) => {
        if (other.endedAtMs === null || !COUNTED.has(other.outcome ?? '')) return false;
        const delays: Readonly<Record<string, number>> = retryAfterSeconds;
        const isSame = other.interaction === interaction;
        const delay = isSame ? (delays[other.outcome ?? ''] ?? 0) : 0;
        return leg.atMs < other.endedAtMs + Math.max(minimumGapSeconds, delay) * 1000;
      });
    })
    .map((leg) => `${String(leg.party)} was called again too soon`);
}

function customersCalled({ fresh }: Witness): readonly LedgerEntry[] {
  return fresh.filter((leg) => leg.role === 'customer');
}

function earliestMs(callback: CallbackTold, { agreed, terms }: Witness): number {
  const { notBeforeMs = 0 } = agreed.calls.get(callback.id) ?? {};
  const aroseMs = callback.origin === 'missed' ? notBeforeMs : callback.requestedAtMs;
  return Math.max(notBeforeMs, aroseMs + delayMsOf(callback, terms));
}

/** In the customer's day, by the clock of every zone that counts. */
function isDayOf(
  number: string,
  callback: CallbackTold | null,
  atMs: number,
  { agreed, terms }: Witness,
): boolean {
  const stated = agreed.calls.get(callback?.id ?? '')?.zone ?? null;
  const zones: readonly (SimulatedZone | null)[] = [zoneOf(number), stated, terms.companyZone];
  const { from, to } = terms.settings.callingHours;
  return zones.every((zone) => {
    if (zone === null) return true;
    const hour = (wallClockMs(atMs, zone) % DAY_MS) / HOUR_MS;
    return hour >= hoursOf(from) && hour < hoursOf(to) + LATE_MS / HOUR_MS;
  });
}

/** Milliseconds of the day and of the weekday, in the simplest way: the simulated office is open in UTC. */
function isOpenAt(atMs: number, { terms: { hours } }: Witness): boolean {
  if (hours === null) return true;
  const day = new Date(atMs).getUTCDay();
  const hour = (atMs % DAY_MS) / HOUR_MS;
  return day >= 1 && day <= 5 && hour >= hours.opens && hour < hours.closes + LATE_MS / HOUR_MS;
}

/** The hours of a wall-clock time `HH:MM`. */
function hoursOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours + minutes / 60;
}
