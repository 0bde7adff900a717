import type { EpochMs } from '../core/prelude/time.ts';
import type { Timer, Timers } from '../core/prelude/timers.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import type { Chance } from '../telephony/sandbox/chance.ts';
import { SandboxWorld } from '../telephony/sandbox/world.ts';
import { type CallerOrder, customersPhone, People } from './people.ts';
import { type SetPresence, Shift } from './shift.ts';

/** From the connection to the first call, in milliseconds: the engine compares its records first. */
const OPENING_MS = 500;

/** What the world of the practice centre is made with. */
export interface PracticeWorldParts {
  readonly timers: Timers;
  readonly chance: Chance;
  /** Tells this PBX from the one of an earlier start: its calls are gone. */
  readonly name: string;
  readonly setPresence: SetPresence;
}

/** The practice PBX with everybody around it. It comes to life with the first connection. */
export class PracticeWorld {
  private readonly timers: Timers;
  private readonly world: SandboxWorld;
  private readonly people: People;
  private readonly shift: Shift;
  private opening: Timer | null = null;

  constructor({ timers, chance, name, setPresence }: PracticeWorldParts) {
    this.timers = timers;
    const strangers = (): ReturnType<typeof customersPhone> => customersPhone(chance);
    this.world = new SandboxWorld({ timers, chance, name, strangers });
    this.people = new People(this.world, timers, chance);
    this.shift = new Shift(this.world, timers, chance, setPresence);
  }

  driver(listener: (event: DriverEvent) => void): Driver {
    return this.world.driver((event) => {
      listener(event);
      if (event.kind === 'connected') this.openOnce();
    });
  }

  /** One caller who does as told. Returns their number. */
  send(order: CallerOrder): string {
    return this.people.send(order);
  }

  /** Nobody begins anything any more. */
  stop(): void {
    this.opening?.cancel();
    this.people.stop();
    this.shift.stop();
  }

  /** Every call is over. */
  switchOff(): void {
    this.world.pbx.powerOff();
  }

  /** Forgets what ended before then. */
  forgetBefore(atMs: EpochMs): void {
    this.world.ledger.forgetBefore(atMs);
  }

  private openOnce(): void {
    this.opening ??= this.timers.after(OPENING_MS, () => {
      this.people.start();
      this.shift.start();
    });
  }
}
