import { type DayHours, type Holiday, WEEKDAYS, type WeeklyHours } from '../core/centre/centre.ts';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import { type Day, dateOf, dayOf, momentOf, weekdayOf } from './wall-time.ts';

/** When something is open, on the clock of one zone. */
export interface Hours {
  readonly timeZone: string;
  readonly weekly: readonly WeeklyHours[];
  readonly holidays: readonly Holiday[];
}

/** Hours that must all be open at once; none of them: always open. */
export type Calendar = readonly Hours[];

/** Whether a calendar is open at a moment, and if not, when it opens next (null: not within the days looked ahead). */
export type Opening =
  | { readonly open: true }
  | { readonly open: false; readonly nextOpening: EpochMs | null };

/** Longer than any holiday of a company. What does not open within that time is taken as never open again. */
export const LOOK_AHEAD_DAYS = 60;
const LOOK_AHEAD_MS = LOOK_AHEAD_DAYS * 86_400_000;

/**
 * Looks a moment up in a calendar. On the day of a clock change a wall time that does not exist means the next moment
 * that does, and one that exists twice the first of the two, for the beginning of an opening as for its end: nobody is
 * called when the clock already shows a later time than the end.
 */
export function openingAt(calendar: Calendar, at: EpochMs): Opening {
  const next = openFrom(calendar, at);
  return next === at ? { open: true } : { open: false, nextOpening: next };
}

/**
 * The moment at which a calendar has been open for so many seconds since `from`. One that does not open that long within
 * the days looked ahead counts as always open after the last opening in them: what is to lapse must lapse some day.
 */
export function afterOpenTime(calendar: Calendar, from: EpochMs, seconds: number): EpochMs {
  const horizon = from + LOOK_AHEAD_MS;
  // Whole milliseconds, as points in time are: less than one is a residue of arithmetic, and no moment comes after it.
  let leftMs = Math.round(seconds * 1000);
  let countedTo = from;
  for (;;) {
    const begin = openFrom(calendar, countedTo);
    if (begin === null || begin > horizon) return epochMs(countedTo + leftMs);
    const end = openUntil(calendar, begin, epochMs(begin + leftMs));
    if (end - begin >= leftMs) return epochMs(begin + leftMs);
    leftMs -= end - begin;
    countedTo = end;
  }
}

/** How many seconds a calendar is open between two moments. */
export function openSecondsBetween(calendar: Calendar, from: EpochMs, to: EpochMs): number {
  let openMs = 0;
  for (let at = from; at < to; ) {
    const begin = openFrom(calendar, at);
    if (begin === null || begin >= to) break;
    at = openUntil(calendar, begin, to);
    openMs += at - begin;
  }
  return openMs / 1000;
}

/** When the hours close for the first time after `from`; null when they do not, or do not open, within the days looked ahead. */
export function closingAfter(hours: Hours, from: EpochMs): EpochMs | null {
  const begin = openFrom([hours], from);
  if (begin === null) return null;
  const horizon = epochMs(begin + LOOK_AHEAD_MS);
  const end = openUntil([hours], begin, horizon);
  return end < horizon ? end : null;
}

/** `from` itself when the calendar is open then, else its next opening; null when there is none in the days looked ahead. */
function openFrom(calendar: Calendar, from: EpochMs): EpochMs | null {
  const horizon = from + LOOK_AHEAD_MS;
  let candidate = from;
  for (;;) {
    let latest = candidate;
    for (const hours of calendar) {
      const next = hoursOpenFrom(hours, candidate);
      if (next === null) return null;
      latest = epochMs(Math.max(latest, next));
    }
    if (latest === candidate) return candidate;
    if (latest > horizon) return null;
    candidate = latest;
  }
}

function hoursOpenFrom(hours: Hours, from: EpochMs): EpochMs | null {
  for (const span of spansFrom(hours, from)) return epochMs(Math.max(from, span.from));
  return null;
}

/** Until when a calendar that is open at `at` stays open without a break, not looking beyond `until`. */
function openUntil(calendar: Calendar, at: EpochMs, until: EpochMs): EpochMs {
  return calendar.reduce((end, hours) => hoursOpenUntil(hours, at, end), until);
}

function hoursOpenUntil(hours: Hours, at: EpochMs, until: EpochMs): EpochMs {
  let end: number = at;
  for (const span of spansFrom(hours, at)) {
    // What follows without a break, or overlaps, is one opening.
    if (span.from > end || end >= until) break;
    end = Math.max(end, span.to);
  }
  return epochMs(Math.min(end, until));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The openings that are not over at `at`, by their beginning, as far as one looks ahead. */
function* spansFrom(hours: Hours, at: EpochMs): Generator<Span> {
  const today = dayOf(at);
  // A zone's date is that of UTC or one beside it, and on the day of a change the last opening can reach into the next.
  for (let day = today - 2; day <= today + LOOK_AHEAD_DAYS + 1; day += 1) {
    const spans = spansOn(day, hours).sort((a, b) => a.from - b.from);
    yield* spans.filter((span) => span.to > at);
  }
}

function spansOn(day: Day, { timeZone, weekly, holidays }: Hours): Span[] {
  const weekday = WEEKDAYS[weekdayOf(day)] ?? 'mo';
  const open: readonly DayHours[] =
    holidayOn(dateOf(day), holidays)?.open ?? weekly.filter(({ days }) => days.includes(weekday));
  return open
    .map(({ from, to }) => ({
      from: momentOf(day, from, timeZone),
      to: momentOf(day, to, timeZone),
    }))
    .filter(({ from, to }) => from < to); // One that lies in the hour that is left out is none.
}

/** A date of its own goes before one that comes every year. */
function holidayOn(date: string, holidays: readonly Holiday[]): Holiday | undefined {
  return (
    holidays.find((holiday) => !holiday.yearly && holiday.date === date) ??
    holidays.find((holiday) => holiday.yearly && holiday.date.slice(5) === date.slice(5))
  );
}
