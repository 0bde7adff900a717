import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type Weekday, type WeeklyHours } from '../core/centre/centre.ts';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';

/** When a queue may call, in its own time zone. */
export interface Hours {
  readonly timeZone: string;
  readonly weekly: readonly WeeklyHours[];
}

/** Whether the hours are open at a moment, and if not, when they open next (null: not within two weeks). */
export type Opening =
  | { readonly open: true }
  | { readonly open: false; readonly nextOpening: EpochMs | null };

const LOOK_AHEAD_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * Looks a moment up in the hours. On the day of a clock change a wall time that does not exist means the next moment
 * that does, and one that exists twice the first of the two, for the beginning of an opening as for its end: nobody is
 * called when the clock already shows a later time than the end.
 */
export function openingAt(hours: Hours | null, at: EpochMs): Opening {
  if (hours === null) return { open: true };
  for (const { from, to } of spansFrom(hours, at)) {
    if (from <= at && at < to) return { open: true };
    if (from > at) return { open: false, nextOpening: epochMs(from) };
  }
  return { open: false, nextOpening: null };
}

/**
 * The moment at which the hours have been open for so many seconds since `from`. Hours that do not open that long
 * within two weeks count as always open after the last opening of them: what is to lapse must lapse some day.
 */
export function afterOpenTime(hours: Hours | null, from: EpochMs, seconds: number): EpochMs {
  let leftMs = seconds * 1000;
  let countedTo: number = from;
  for (const span of hours === null ? [] : spansFrom(hours, from)) {
    // What two openings share is open once.
    const begin = Math.max(span.from, countedTo);
    const openMs = Math.max(0, span.to - begin);
    if (openMs >= leftMs) return epochMs(begin + leftMs);
    leftMs -= openMs;
    countedTo = Math.max(countedTo, span.to);
  }
  return epochMs(countedTo + leftMs);
}

/** How many seconds the hours are open between two moments. Without hours every second counts. */
export function openSecondsBetween(hours: Hours | null, from: EpochMs, to: EpochMs): number {
  if (hours === null) return Math.max(0, to - from) / 1000;
  let openMs = 0;
  for (let countedTo: number = from; countedTo < to; ) {
    const end = Math.min(to, countedTo + LOOK_AHEAD_DAYS * DAY_MS);
    openMs += openMsWithin(hours, epochMs(countedTo), end);
    countedTo = end;
  }
  return openMs / 1000;
}

function openMsWithin(hours: Hours, from: EpochMs, to: number): number {
  let openMs = 0;
  let countedTo: number = from;
  for (const span of spansFrom(hours, from)) {
    // What two openings share is open once.
    const begin = Math.max(span.from, countedTo);
    const end = Math.min(span.to, to);
    if (end > begin) openMs += end - begin;
    countedTo = Math.max(countedTo, end);
  }
  return openMs;
}

/** The openings that are not over at `at`, by their beginning, two weeks ahead. */
function* spansFrom(hours: Hours, at: EpochMs): Generator<Span> {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
  // Yesterday too: on the day of a change its last opening can reach into today.
  for (let day = -1; day <= LOOK_AHEAD_DAYS; day += 1) {
    const date = now.toPlainDate().add({ days: day });
    const spans = spansOn(date, hours).sort((a, b) => a.from - b.from);
    yield* spans.filter((span) => span.to > at);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spansOn(date: Temporal.PlainDate, hours: Hours): Span[] {
  const weekday = weekdayOf(date);
  return hours.weekly
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, to }) => ({
      from: instantOf(date, from, hours.timeZone),
      to: instantOf(date, to, hours.timeZone),
    }))
    .filter(({ from, to }) => from < to); // One that lies in the hour that is left out is none.
}

function weekdayOf(date: Temporal.PlainDate): Weekday {
  // ISO 8601 counts Monday as 1.
  return WEEKDAYS[date.dayOfWeek - 1] ?? 'mo';
}

function instantOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const [day, clock] = time === '24:00' ? [date.add({ days: 1 }), '00:00'] : [date, time];
  const wall = day.toPlainDateTime(Temporal.PlainTime.from(clock));
  // The first of two; of none, one that is as long before the change as the wall time lies behind it.
  const zoned = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const isShown = zoned.toPlainDateTime().equals(wall);
  const change = isShown ? null : zoned.getTimeZoneTransition('next');
  return (change ?? zoned).epochMilliseconds;
}
