import type { EpochMs } from './time.ts';

/**
 * Time as an argument. Engine and drivers take one of these and never touch the global clock, so that a test or a
 * simulation can own time.
 */
export interface Timers {
  /** The wall clock: for what is recorded and shown. It may step back. */
  nowMs(): EpochMs;
  /** Milliseconds since some fixed moment; never steps back. For measuring, and for nothing that is stored. */
  monotonicMs(): number;
  /**
   * Runs `action` once, `delayMs` from now (at once, but never inside this call, when zero or less).
   * @param look set when the action only looks whether there is something to do, and looks again after as long: a
   *   simulation passes over looks that would find nothing
   */
  after(delayMs: number, action: () => void, look?: Look): Timer;
}

/** What a node looks for again and again: due timers, work that was lost or left by others, who owns the PBXs. */
export type Look = 'due-timers' | 'sweep' | 'ownership';

/** One thing that will happen later. */
export interface Timer {
  /** Makes sure that it will not. Cancelling what has happened already is fine. */
  cancel(): void;
}
