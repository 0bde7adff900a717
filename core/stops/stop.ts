import type { EpochMs } from '../prelude/time.ts';

/**
 * What a stop switch holds back. `requests`: no callback is offered or taken. `dialling`: no customer is called. Calls that
 * are up go on in both cases.
 */
export const STOPPABLE = ['requests', 'dialling'] as const;
export type Stoppable = (typeof STOPPABLE)[number];

/** What is stopped for one interaction at this moment, by its queue, its PBX or everything. */
export interface StopsNow {
  readonly requests: boolean;
  readonly dialling: boolean;
}

/** A span of time in which dialling was stopped; it does not count towards the expiry of a promise. */
export interface StoppedSpan {
  readonly from: EpochMs;
  /** Null while it is stopped. */
  readonly to: EpochMs | null;
}
