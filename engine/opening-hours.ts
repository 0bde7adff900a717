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

/**
 * Looks a moment up in the hours. An opening whose wall time does not exist on the day of a clock change begins at the
 * next time that does; one that exists twice begins at the first and ends at the last.
 */
export function openingAt(hours: Hours | null, at: EpochMs): Opening {
  if (hours === null) return { open: true };
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
  // Yesterday too: on the day of a change its last opening can reach into today.
  for (let day = -1; day <= LOOK_AHEAD_DAYS; day += 1) {
    const date = now.toPlainDate().add({ days: day });
    const spans = spansOn(date, hours).sort((a, b) => a.from - b.from);
    if (spans.some((span) => span.from <= at && at < span.to)) return { open: true };
    const next = spans.find((span) => span.from > at);
    if (next !== undefined) return { open: false, nextOpening: epochMs(next.from) };
  }
  return { open: false, nextOpening: null };
}

function spansOn(date: Temporal.PlainDate, hours: Hours): { from: number; to: number }[] {
  const weekday = weekdayOf(date);
  return hours.weekly
    .filter(({ days }) => days.includes(weekday))
    .map(({ from, to }) => ({
      from: instantOf(date, from, hours.timeZone, 'compatible'),
      to: instantOf(date, to, hours.timeZone, 'later'),
    }));
}

function weekdayOf(date: Temporal.PlainDate): Weekday {
  // ISO 8601 counts Monday as 1.
  return WEEKDAYS[date.dayOfWeek - 1] ?? 'mo';
}

function instantOf(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  disambiguation: 'compatible' | 'later',
): number {
  const [day, clock] = time === '24:00' ? [date.add({ days: 1 }), '00:00'] : [date, time];
  return day
    .toPlainDateTime(Temporal.PlainTime.from(clock))
    .toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
}
