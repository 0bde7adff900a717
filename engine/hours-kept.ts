import type { HoursKept } from '../core/reports/metrics.ts';
import type { DialSeen } from '../store/views/dials.ts';
import { callableTimes } from './calling-hours.ts';
import { openingAt } from './opening-hours.ts';

/**
 * Looks calls up against the hours as they are set up now: a second look by those who report, after the last check before the
 * call. Hours that were changed since make calls look wrong that were right.
 */
export function hoursKept(dials: readonly DialSeen[]): HoursKept {
  const outside = dials.filter((dial) => !openingAt(callableTimes(dial), dial.dialedAt).open);
  return { lookedAt: dials.length, outside: outside.length };
}
