import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import type { StoppedSpan } from '../core/stops/stop.ts';
import { afterOpenTime, type Calendar, openSecondsBetween } from './opening-hours.ts';

/** When dialling was stopped, by beginning; the spans may overlap. One that has no end lasts until now. */
export interface Pauses {
  readonly stoppedSpans: readonly StoppedSpan[];
  readonly nowMs: EpochMs;
}

/** Dialling was never stopped. */
export const NO_PAUSES: Pauses = { stoppedSpans: [], nowMs: epochMs(0) };

/**
 * The moment at which a promise lapses that was given `seconds` of opening time from `from` on. Time in which dialling was
 * stopped does not count; while it is, the answer is what it would be if it were resumed now.
 */
export function lapsesAt(
  calendar: Calendar,
  from: EpochMs,
  seconds: number,
  { stoppedSpans, nowMs }: Pauses,
): EpochMs {
  let left = seconds;
  let countedTo = from;
  for (const span of stoppedSpans) {
    const begin = epochMs(Math.max(span.from, countedTo));
    const counted = openSecondsBetween(calendar, countedTo, begin);
    if (counted >= left) break;
    left -= counted;
    countedTo = epochMs(Math.max(begin, span.to ?? nowMs));
  }
  return afterOpenTime(calendar, countedTo, left);
}
