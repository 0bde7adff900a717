import type { Look, Timer, Timers } from '../core/prelude/timers.ts';

/** Whether a process runs, stands still (SIGSTOP) or is gone (SIGKILL). What it was about to do waits, or never comes. */
export class Pulse {
  isDead = false;
  #isFrozen = false;
  #waiting: (() => void)[] = [];

  get beats(): boolean {
    return !this.isDead && !this.#isFrozen;
  }

  run(action: () => void): void {
    if (this.isDead) return;
    if (this.#isFrozen) this.#waiting.push(action);
    else action();
  }

  /** Resolves at once in a running process, later in a frozen one, never in a dead one. */
  async felt(): Promise<void> {
    if (this.beats) return;
    await new Promise<void>((resolve) => {
      if (!this.isDead) this.#waiting.push(resolve);
    });
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) action();
  }

  stopForEver(): void {
    this.isDead = true;
    this.#waiting = [];
  }
}

/** The timers of one process: they fire while it runs, later when it was frozen, and never once it is dead. */
export class PulsingTimers implements Timers {
  readonly #timers: Timers;
  readonly #pulse: Pulse;

  constructor(timers: Timers, pulse: Pulse) {
    this.#timers = timers;
    this.#pulse = pulse;
  }

  nowMs(): ReturnType<Timers['nowMs']> {
    return this.#timers.nowMs();
  }

  monotonicMs(): number {
    return this.#timers.monotonicMs();
  }

  after(delayMs: number, action: () => void, look?: Look): Timer {
    const run = (): void => {
      this.#pulse.run(action);
    };
    return this.#timers.after(delayMs, run, look);
  }
}
