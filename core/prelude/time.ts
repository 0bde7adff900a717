declare const brand: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z. Durations are plain numbers whose name ends in their unit. */
export type EpochMs = number & { readonly [brand]: 'EpochMs' };

/** Mints a point in time from milliseconds since the epoch. */
export function epochMs(milliseconds: number): EpochMs {
  return milliseconds as EpochMs; // The one place where a plain number becomes a point in time.
}

/** The point `seconds` after `at` (before it, when negative). */
export function secondsAfter(at: EpochMs, seconds: number): EpochMs {
  return epochMs(at + seconds * 1000);
}

/** How many seconds lie between `from` and `to`; never negative, since clocks may step back. */
export function secondsBetween(from: EpochMs, to: EpochMs): number {
  return Math.max(0, (to - from) / 1000);
}
