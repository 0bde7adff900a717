import type { Timer, Timers } from '../core/prelude/timers.ts';
import type { Chance } from '../telephony/sandbox/chance.ts';
import {
  type Act,
  hangsUpOnHearing,
  type PhoneHabit,
  patience,
  pressesOnHearing,
  talks,
} from '../telephony/sandbox/habits.ts';
import type { SandboxWorld } from '../telephony/sandbox/world.ts';
import { PRACTICE_QUEUES, type PracticeQueue } from './centre.ts';

/** Callers a minute over the whole centre, on average: a little more than the agents can take at the busiest times. */
const CALLERS_PER_MINUTE = 6.5;
/** Busy and quiet times follow each other this often, in minutes. */
const TIDE_MINUTES = 40;
/** How the callers spread over the queues. */
const SHARES: readonly (readonly [PracticeQueue, number])[] = [
  ['support', 0.6],
  ['sales', 0.25],
  ['billing', 0.15],
];

/** The people outside: they call, wait, lose patience, press 1, and answer or do not answer when they are called back. */
export class People {
  private readonly world: SandboxWorld;
  private readonly timers: Timers;
  private readonly chance: Chance;
  private next: Timer | null = null;
  private callers = 0;

  constructor(world: SandboxWorld, timers: Timers, chance: Chance) {
    this.world = world;
    this.timers = timers;
    this.chance = chance;
  }

  /** Begins the day. */
  start(): void {
    this.next = this.timers.after(this.pauseMs(), () => {
      this.call(this.anyQueue());
      this.start();
    });
  }

  /** Nobody calls any more; who is on the phone stays there. */
  stop(): void {
    this.next?.cancel();
  }

  /** One more caller, now. Returns their number. */
  call(queue: PracticeQueue): string {
    this.callers += 1;
    // Fictitious numbers: 555-0100 to 555-0199 of any area code are kept free for that by the numbering plan.
    const area = 201 + (Math.floor(this.callers / 100) % 700);
    const number = `+1${area.toString()}55501${(this.callers % 100).toString().padStart(2, '0')}`;
    this.world.phone(number, () => this.habitWhenCalled());
    this.world.call({
      number,
      dials: PRACTICE_QUEUES[queue],
      acts: this.actsOfCaller(),
      ...this.redials(),
    });
    return number;
  }

  private pauseMs(): number {
    const tide =
      1 + 0.35 * Math.sin((this.timers.monotonicMs() / 60_000 / TIDE_MINUTES) * 2 * Math.PI);
    const perMs = (CALLERS_PER_MINUTE * tide) / 60_000;
    return -Math.log(1 - this.chance()) / perMs;
  }

  private anyQueue(): PracticeQueue {
    let left = this.chance();
    for (const [queue, share] of SHARES) {
      left -= share;
      if (left < 0) return queue;
    }
    return 'support';
  }

  /** Half of those who hear the offer take it, a few of them hang up in the confirmation; the others wait or give up. */
  private actsOfCaller(): readonly Act[] {
    const talk = talks(this.between(30, 150));
    if (this.chance() > 0.5) return [patience(this.between(60, 420)), talk];
    const press = pressesOnHearing('ringback/offer', '1', this.between(0.5, 3));
    return this.chance() < 0.2
      ? [press, hangsUpOnHearing('ringback/confirmation', this.between(0.2, 1.5)), talk]
      : [press, talk];
  }

  private redials(): { redials?: { times: number; afterSeconds: number } } {
    return this.chance() < 0.2 ? { redials: { times: 1, afterSeconds: this.between(20, 90) } } : {};
  }

  private habitWhenCalled(): PhoneHabit {
    const luck = this.chance();
    if (luck < 0.07) return { kind: 'busy' };
    if (luck < 0.17) return { kind: 'no-answer' };
    if (luck < 0.2) return { kind: 'reject', afterSeconds: this.between(3, 8) };
    if (luck < 0.26) {
      return { kind: 'voicemail', afterSeconds: this.between(14, 20), recordsSeconds: 20 };
    }
    return {
      kind: 'answer',
      afterSeconds: this.between(3, 14),
      acts: [talks(this.between(25, 140))],
    };
  }

  private between(low: number, high: number): number {
    return low + (high - low) * this.chance();
  }
}
