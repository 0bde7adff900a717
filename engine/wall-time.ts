import { Temporal } from 'temporal-polyfill';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';

/** A wall time in a zone as a moment, and what a clock change made of it. */
export interface ResolvedWallTime {
  readonly at: EpochMs;
  /** `gap`: no clock shows it on that day, and the next moment that exists is meant; `fold`: of two the first is meant. */
  readonly change: 'gap' | 'fold' | null;
}

/** What a zone's clock shows at the moment when it is `wall`, or nothing of it. `wall` is ISO 8601 without an offset. */
export function resolveWallTime(wall: string, timeZone: string): ResolvedWallTime {
  const local = Temporal.PlainDateTime.from(wall);
  // The first of two; of none, one that is as long before the change as the wall time lies behind it.
  const first = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (!first.toPlainDateTime().equals(local)) {
    const next = first.getTimeZoneTransition('next') ?? first;
    return { at: epochMs(next.epochMilliseconds), change: 'gap' };
  }
  const last = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  const isTwice = last.epochMilliseconds !== first.epochMilliseconds;
  return { at: epochMs(first.epochMilliseconds), change: isTwice ? 'fold' : null };
}

/** A day by its number since 1970-01-01: every zone has it, sooner or later. */
export type Day = number;
const DAY_MS = 86_400_000;

/** The day that begins in UTC at or before `at`. */
export function dayOf(at: EpochMs): Day {
  return Math.floor(at / DAY_MS);
}

/** `2027-12-24`. */
export function dateOf(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 for Monday to 6 for Sunday, as ISO 8601 counts. */
export function weekdayOf(day: Day): number {
  return (((day + 3) % 7) + 7) % 7; // 1970-01-01 was a Thursday.
}

/** Finding a moment takes the library 20 µs, and every decision asks for the same few: some months of all hours in use. */
const REMEMBERED_MAX = 50_000;
const remembered = new Map<string, EpochMs>();

/** The moment at which a zone's clock shows `time` on a day; `24:00` is the end of the day. */
export function momentOf(day: Day, time: string, timeZone: string): EpochMs {
  const key = `${day.toString()} ${time} ${timeZone}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const [date, clock] = time === '24:00' ? [dateOf(day + 1), '00:00'] : [dateOf(day), time];
  const { at } = resolveWallTime(`${date}T${clock}`, timeZone);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(key, at);
  return at;
}
