import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import type { StoppedSpan } from '../core/stops/stop.ts';
import { afterOpenTime, type Hours, openSecondsBetween } from './opening-hours.ts';

/**
 * The moment at which a promise lapses that was given `seconds` of opening time from `from` on. Time in which dialling was
 * stopped does not count; while it is, the answer is what it would be if it were resumed now.
 * @param stoppedSpans by their beginning; they may overlap
 */
export function lapsesAt(
  hours: Hours | null,
  from: EpochMs,
  seconds: number,
  { stoppedSpans, nowMs }: { stoppedSpans: readonly StoppedSpan[]; nowMs: EpochMs },
): EpochMs {
  let left = seconds;
  let countedTo = from;
  for (const span of stoppedSpans) {
    const begin = epochMs(Math.max(span.from, countedTo));
    const counted = openSecondsBetween(hours, countedTo, begin);
    if (counted >= left) break;
    left -= counted;
    countedTo = epochMs(Math.max(begin, span.to ?? nowMs));
  }
  return afterOpenTime(hours, countedTo, left);
}
