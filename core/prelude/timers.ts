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
  /** Runs `action` once, `delayMs` from now (at once, but never inside this call, when zero or less). */
  after(delayMs: number, action: () => void): Timer;
}

/** One thing that will happen later. */
export interface Timer {
  /** Makes sure that it will not. Cancelling what has happened already is fine. */
  cancel(): void;
}
