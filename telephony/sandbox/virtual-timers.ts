import { setImmediate } from 'node:timers/promises';
import { assert } from '../../core/prelude/assert.ts';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import type { Look, Timer, Timers } from '../../core/prelude/timers.ts';

interface Entry {
  dueMs: number;
  readonly askedDueMs: number;
  readonly delayMs: number;
  readonly action: () => void;
  readonly look: Look | null;
}

/** How virtual time begins, and what it waits for between two steps. */
export interface VirtualTimersOptions {
  readonly startMs: EpochMs;
  /**
   * Resolves when the code under test has nothing left to do without time passing. By default one turn of Node's loop,
   * which lets every chain of promises in memory finish; hand in more where a database takes part.
   */
  readonly settle?: () => Promise<void>;
}

/**
 * Time that passes only when told to, in the order of due times, then of requests: equal runs are equal to the letter.
 * Between two timers the promises of the code under test settle.
 */
export class VirtualTimers implements Timers {
  readonly #queue: Entry[] = []; // By due time, then in the order of requests.
  readonly #settle: () => Promise<void>;
  #elapsedMs = 0;
  #wallAtStartMs: number;
  #isRunning = false;

  constructor(options: VirtualTimersOptions) {
    this.#wallAtStartMs = options.startMs;
    this.#settle = options.settle ?? oneTurn;
  }

  nowMs(): EpochMs {
    // A wall clock counts whole milliseconds, although timers may be set in fractions.
    return epochMs(Math.floor(this.#wallAtStartMs + this.#elapsedMs));
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, action: () => void, look: Look | null = null): Timer {
    const dueMs = this.#elapsedMs + Math.max(0, delayMs);
    const entry: Entry = { dueMs, askedDueMs: dueMs, delayMs, action, look };
    this.#queue.splice(this.#placeFor(entry.dueMs), 0, entry);
    return {
      cancel: () => {
        const at = this.#queue.indexOf(entry);
        if (at >= 0) this.#queue.splice(at, 1);
      },
    };
  }

  /** Moves the wall clock alone, forwards or back, as an administrator or NTP may. */
  setWallClock(nowMs: EpochMs): void {
    this.#wallAtStartMs = nowMs - this.#elapsedMs;
  }

  /** When the next timer is due, in milliseconds of the monotonic clock; null when none is set. */
  nextDueMs(): number | null {
    return this.#queue[0]?.dueMs ?? null;
  }

  /** The same without those that only look for something to do. */
  nextDeedMs(): number | null {
    return this.#queue.find(({ look }) => look === null)?.dueMs ?? null;
  }

  /**
   * Passes over the looks of this kind that come before `untilMs`: each next one comes at that time or later, in its own
   * rhythm. It replaces what was passed over before.
   */
  passOver(look: Look, untilMs: number): void {
    for (const entry of this.#queue.filter((each) => each.look === look)) {
      const { askedDueMs, delayMs } = entry;
      const notBeforeMs = Math.max(untilMs, this.#elapsedMs);
      const passed = Math.max(0, Math.ceil((notBeforeMs - askedDueMs) / delayMs));
      this.#queue.splice(this.#queue.indexOf(entry), 1);
      entry.dueMs = askedDueMs + passed * delayMs;
      this.#queue.splice(this.#placeFor(entry.dueMs), 0, entry);
    }
  }

  /** Lets this much time pass, with everything that falls due in it, timers set on the way included. */
  async advance(ms: number): Promise<void> {
    await this.#alone(async () => this.#runTo(this.#elapsedMs + ms));
  }

  /** Runs the next timer, however far ahead it is. False when none is set. */
  async step(): Promise<boolean> {
    return this.#alone(async () => {
      await this.#settle();
      const next = this.#queue[0];
      if (next === undefined) return false;
      await this.#run(next);
      return true;
    });
  }

  /** Lets time pass until no timer is set. @throws Error when some still are after `atMostMs`. */
  async runUntilIdle(atMostMs = 86_400_000): Promise<void> {
    const endMs = this.#elapsedMs + atMostMs;
    while (await this.step()) {
      if (this.#elapsedMs > endMs) throw new Error(`not idle after ${atMostMs.toString()} ms`);
    }
  }

  async #runTo(targetMs: number): Promise<void> {
    await this.#settle();
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || next.dueMs > targetMs) break;
      await this.#run(next);
    }
    this.#elapsedMs = targetMs;
  }

  async #run(next: Entry): Promise<void> {
    this.#queue.shift();
    this.#elapsedMs = next.dueMs;
    next.action();
    await this.#settle();
  }

  async #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    assert(!this.#isRunning, 'virtual time was moved by two hands at once');
    this.#isRunning = true;
    try {
      return await work();
    } finally {
      this.#isRunning = false;
    }
  }

  /** Behind everything that is due no later: first asked, first run. */
  #placeFor(dueMs: number): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#queue[middle]?.dueMs ?? 0) <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

async function oneTurn(): Promise<void> {
  await setImmediate();
}
