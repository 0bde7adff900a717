import type { Timer } from '../core/prelude/timers.ts';
import { claimDueTimers } from '../store/timers/timers.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { Handling } from './handling.ts';

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
        await Promise.all(
          due.map(async ({ tenantId, interactionId, timer }) =>
            this.handling.handle(tenantId, interactionId, () => ({ kind: 'timer-due', timer })),
          ),
        );
      }
    } catch (error) {
      this.deps.log.warn({ problem: messageOf(error) }, 'due timers wait for the next look');
    }
  }

  /** Stops looking and waits for what is being handled. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.looking;
  }
}
