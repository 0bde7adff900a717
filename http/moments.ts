import type { EpochMs } from '../core/prelude/time.ts';

/** A point in time as outsiders see it: ISO 8601 in UTC. */
export function moment(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** The same for a time that may not have come. */
export function momentOrNull(at: EpochMs | null): string | null {
  return at === null ? null : moment(at);
}
