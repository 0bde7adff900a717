import type { Timer, Timers } from '../core/prelude/timers.ts';
import type { Chance } from '../telephony/sandbox/chance.ts';
import {
  type Act,
  hangsUp,
  hangsUpOnHearing,
  type PhoneHabit,
  patience,
  presses,
  pressesOnHearing,
  talks,
} from '../telephony/sandbox/habits.ts';
import type { SandboxWorld } from '../telephony/sandbox/world.ts';
import { PRACTICE_QUEUES, type PracticeQueue } from './centre.ts';

/** Callers a minute over the whole centre, on average: about what the agents can take, and more at the busiest times. */
const CALLERS_PER_MINUTE = 5.5;
/** Busy and quiet times follow each other this often, in minutes. */
const TIDE_MINUTES = 40;
/** How the callers spread over the queues. */
const SHARES: readonly (readonly [PracticeQueue, number])[] = [
  ['support', 0.6],
  ['sales', 0.25],
  ['billing', 0.15],
];
/** Who calls in the first moments, so that there is something to see at once: within so many seconds, so many. */
const OPENING = { seconds: 8, callers: 20 };
/** Two of them are hard to reach, so that a visitor soon sees a retry, and within minutes a ticket. */
const HARD_TO_REACH = [
  { queue: 'support', whenCalled: 'busy' },
  { queue: 'billing', whenCalled: 'voicemail' },
] as const;
/** Somebody who is sent by hand and presses nothing waits this long, in seconds. */
const SENT_PATIENCE_SECONDS = 600;
const OFFER = 'ringback/offer';

/** What one caller does who is sent by hand. */
export interface CallerOrder {
  readonly queue: PracticeQueue;
  /** Null: they press nothing and wait. */
  readonly presses: string | null;
  /** Counted from the moment they are on the line; null: as soon as they hear the offer. */
  readonly afterSeconds: number | null;
  /** Counted from the moment they are on the line; null: they stay. */
  readonly hangsUpAfterSeconds: number | null;
  readonly whenCalled: WhenCalled;
}

/** What the caller's phone does when it is called back. */
export type WhenCalled = 'answers' | 'busy' | 'no-answer' | 'rejects' | 'voicemail';

/** The people outside: they call, wait, lose patience, press 1, and answer or do not answer when they are called back. */
export class People {
  private readonly world: SandboxWorld;
  private readonly timers: Timers;
  private readonly chance: Chance;
  private next: Timer | null = null;
  private readonly opening: Timer[] = [];

  constructor(world: SandboxWorld, timers: Timers, chance: Chance) {
    this.world = world;
    this.timers = timers;
    this.chance = chance;
  }

  /** Begins the day: many call at once, then one after the other. */
  start(): void {
    for (const caller of HARD_TO_REACH) {
      this.send({ ...caller, presses: '1', afterSeconds: null, hangsUpAfterSeconds: null });
    }
    for (let nth = 0; nth < OPENING.callers; nth += 1) {
      const delayMs = (1000 * OPENING.seconds * nth) / OPENING.callers;
      this.opening.push(
        this.timers.after(delayMs, () => {
          this.call(this.anyQueue());
        }),
      );
    }
    this.goOn();
  }

  /** Nobody calls any more; who is on the phone stays there. */
  stop(): void {
    this.next?.cancel();
    for (const timer of this.opening) timer.cancel();
  }

  /** One caller who does as told, now. Returns their number. */
  send({ queue, whenCalled, ...order }: CallerOrder): string {
    const number = this.someNumber();
    this.world.phone(number, this.habitOf(whenCalled));
    this.world.call({ number, dials: PRACTICE_QUEUES[queue], acts: actsOf(order) });
    return number;
  }

  private goOn(): void {
    this.next = this.timers.after(this.pauseMs(), () => {
      this.call(this.anyQueue());
      this.goOn();
    });
  }

  private call(queue: PracticeQueue): void {
    const pressesOne = this.chance() < 0.5;
    this.world.call({
      number: this.someNumber(),
      dials: PRACTICE_QUEUES[queue],
      acts: pressesOne ? this.actsOfTaker() : this.actsOfWaiter(),
      ...this.redials(pressesOne ? 0.05 : 0.3),
    });
  }

  /** Fictitious: 555-0100 to 555-0199 of any area code are kept free for that by the numbering plan. */
  private someNumber(): string {
    const area = 201 + Math.floor(700 * this.chance());
    const last = Math.floor(100 * this.chance());
    return `+1${area.toString()}55501${last.toString().padStart(2, '0')}`;
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

  /** Takes the offer; a few hang up in the middle of the confirmation. */
  private actsOfTaker(): readonly Act[] {
    const press = pressesOnHearing(OFFER, '1', this.between(0.5, 3));
    const talk = talks(this.between(30, 150));
    return this.chance() < 0.2
      ? [press, hangsUpOnHearing('ringback/confirmation', this.between(0.2, 1.5)), talk]
      : [press, talk];
  }

  /** Prefers to wait on the line, for a while. */
  private actsOfWaiter(): readonly Act[] {
    return [patience(this.between(60, 420)), talks(this.between(30, 150))];
  }

  private redials(share: number): { redials?: { times: number; afterSeconds: number } } {
    if (this.chance() >= share) return {};
    return { redials: { times: 1, afterSeconds: this.between(20, 90) } };
  }

  private habitOf(whenCalled: WhenCalled): PhoneHabit {
    switch (whenCalled) {
      case 'answers':
        return { kind: 'answer', afterSeconds: 5, acts: [talks(this.between(30, 60))] };
      case 'busy':
        return { kind: 'busy' };
      case 'no-answer':
        return { kind: 'no-answer' };
      case 'rejects':
        return { kind: 'reject', afterSeconds: 5 };
      case 'voicemail':
        return { kind: 'voicemail', afterSeconds: 15, recordsSeconds: 20 };
    }
  }

  private between(low: number, high: number): number {
    return low + (high - low) * this.chance();
  }
}

/** What a customer's phone does when it is called back: most answer, each time anew. */
export function customersPhone(chance: Chance): PhoneHabit {
  const luck = chance();
  if (luck < 0.07) return { kind: 'busy' };
  if (luck < 0.17) return { kind: 'no-answer' };
  if (luck < 0.2) return { kind: 'reject', afterSeconds: 3 + 5 * chance() };
  if (luck < 0.26) {
    return { kind: 'voicemail', afterSeconds: 14 + 6 * chance(), recordsSeconds: 20 };
  }
  return { kind: 'answer', afterSeconds: 3 + 11 * chance(), acts: [talks(25 + 115 * chance())] };
}

function actsOf(order: Omit<CallerOrder, 'queue' | 'whenCalled'>): readonly Act[] {
  const { presses: digit, afterSeconds, hangsUpAfterSeconds } = order;
  return [
    ...(digit === null ? [patience(SENT_PATIENCE_SECONDS)] : [pressing(digit, afterSeconds)]),
    ...(hangsUpAfterSeconds === null ? [] : [hangsUp(hangsUpAfterSeconds)]),
    talks(45),
  ];
}

function pressing(digit: string, afterSeconds: number | null): Act {
  return afterSeconds === null ? pressesOnHearing(OFFER, digit, 1) : presses(digit, afterSeconds);
}
