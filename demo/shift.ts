import type { Presence } from '../core/agents/agent.ts';
import type { Timer, Timers } from '../core/prelude/timers.ts';
import type { Chance } from '../telephony/sandbox/chance.ts';
import type { PhoneHabit } from '../telephony/sandbox/habits.ts';
import type { SandboxWorld } from '../telephony/sandbox/world.ts';
import { PRACTICE_AGENTS } from './centre.ts';

/** Says what an agent wants to be, as the agent's own screen would. */
export type SetPresence = (agentName: string, presence: Presence) => Promise<void>;

/** Everybody sits down within half a minute, the first ones when there is somebody to serve, in seconds. */
const SITTING_DOWN = { first: 4, apart: 2 };
/** How long somebody works and how long a break lasts, in minutes. */
const WORK_MINUTES = { from: 12, to: 35 };
const BREAK_MINUTES = { from: 1, to: 4 };

/** The agents of the practice centre: they sit down, answer their phones as people do, and take breaks. */
export class Shift {
  private readonly timers: Timers;
  private readonly chance: Chance;
  private readonly setPresence: SetPresence;
  private readonly turns = new Map<string, Timer>();

  constructor(world: SandboxWorld, timers: Timers, chance: Chance, setPresence: SetPresence) {
    this.timers = timers;
    this.chance = chance;
    this.setPresence = setPresence;
    for (const { endpoint } of PRACTICE_AGENTS) world.phone(endpoint, () => this.habit());
  }

  /** Everybody sits down, one after the other. */
  start(): void {
    PRACTICE_AGENTS.forEach(({ name }, index) => {
      this.later(name, SITTING_DOWN.first + SITTING_DOWN.apart * index, () => {
        this.become(name, 'available');
      });
    });
  }

  /** Nobody changes any more. */
  stop(): void {
    for (const timer of this.turns.values()) timer.cancel();
  }

  private become(name: string, presence: Presence): void {
    // A database that is away for a moment must not end the demonstration: the next turn tries again.
    void this.setPresence(name, presence).catch(() => undefined);
    const span = presence === 'available' ? WORK_MINUTES : BREAK_MINUTES;
    const seconds = 60 * (span.from + (span.to - span.from) * this.chance());
    this.later(name, seconds, () => {
      this.become(name, presence === 'available' ? 'away' : 'available');
    });
  }

  private later(name: string, seconds: number, action: () => void): void {
    this.turns.set(name, this.timers.after(seconds * 1000, action));
  }

  private habit(): PhoneHabit {
    const luck = this.chance();
    if (luck < 0.03) return { kind: 'no-answer' };
    if (luck < 0.06) return { kind: 'reject', afterSeconds: 3 };
    return { kind: 'answer', afterSeconds: 1 + 4 * this.chance(), acts: [] };
  }
}
