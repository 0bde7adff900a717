import { epochMs } from '../core/prelude/time.ts';
import type { Timer, Timers } from '../core/prelude/timers.ts';

/** Node waits at most this long; a longer delay would fire at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The machine's own clocks. Only the composition root and tests on a real PBX make one. */
export function systemTimers(): Timers {
  return {
    nowMs: () => epochMs(Date.now()),
    monotonicMs: () => performance.now(),
    after: waitFor,
  };
}

function waitFor(delayMs: number, action: () => void): Timer {
  let handle: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const nowMs = Math.min(leftMs, LONGEST_WAIT_MS);
    handle = setTimeout(() => {
      if (leftMs > nowMs) wait(leftMs - nowMs);
      else action();
    }, nowMs);
  };
  wait(Math.max(0, delayMs));
  return {
    cancel: () => {
      clearTimeout(handle);
    },
  };
}
