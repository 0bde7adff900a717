import type { Timer } from '../core/prelude/timers.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { claimDueTimers, countTry, type DueTimer } from '../store/timers/timers.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { Handled, Handling } from './handling.ts';

/** How often due timers are looked for, in milliseconds. */
const LOOK_MS = 250;

/** Makes happen what is due. Any node takes any timer; one that dies with it gives it back after five seconds. */
export class DueTimers {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;
  private timer: Timer | null = null;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(deps: EngineDeps, handling: Handling) {
    this.deps = deps;
    this.handling = handling;
  }

  /** Begins to look. */
  start(): void {
    const look = (): void => {
      this.looking = this.handleDue().finally(() => {
        if (!this.stopped) this.start();
      });
    };
    this.timer = this.deps.timers.after(LOOK_MS, look, 'due-timers');
  }

  /** Handles everything that is due now. */
  async handleDue(): Promise<void> {
    try {
      for (;;) {
        const due = await claimDueTimers(this.deps.database, await this.deps.database.clock());
        if (due.length === 0) return;
        await this.handleAll(due.filter(({ tries }) => tries === 0));
        await this.handleSuspects(due.filter(({ tries }) => tries > 0));
      }
    } catch (error) {
      this.deps.log.warn({ problem: messageOf(error) }, 'due timers wait for the next look');
    }
  }

  /**
   * Many who have waited for the same moment come back to the line together, before any of them is matched: whoever has
   * the better place is offered first (I14), whichever was handled first.
   */
  private async handleAll(due: readonly DueTimer[]): Promise<void> {
    const returned: Handled[] = [];
    const ends = await Promise.allSettled(
      due.map(async (timer) => this.handling.handleDue(timer, (late) => void returned.push(late))),
    );
    for (const handled of returned) this.handling.publish(handled);
    for (const end of ends) if (end.status === 'rejected') this.leave(end.reason);
  }

  /**
   * Timers that somebody began and did not end: one after the other, and each is counted before it begins. If one of them
   * takes the process with it, the count tells which.
   */
  private async handleSuspects(due: readonly DueTimer[]): Promise<void> {
    for (const timer of due) {
      await countTry(this.deps.database, timer, await this.deps.database.clock());
      await this.handleAll([timer]);
    }
  }

  /** A timer that could not be handled comes again when its claim is over; the others need not wait for that. */
  private leave(error: unknown): void {
    if (error instanceof DatabaseUnavailable) throw error;
    this.deps.log.warn({ problem: messageOf(error) }, 'a due timer waits for another try');
  }

  /** Stops looking and waits for what is being handled. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.looking;
  }
}
