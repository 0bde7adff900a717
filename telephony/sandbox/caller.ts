import type { LegId } from '../../core/prelude/ids.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import type { CallerHabit } from './habits.ts';
import type { Ledger, Utterance } from './ledger.ts';
import type { Line } from './line.ts';
import { Person } from './person.ts';
import type { SandboxPbx } from './sandbox-pbx.ts';

/** A simulated caller: dials at once, lives their habit, and may be led by hand. */
export class SandboxCaller {
  readonly #habit: CallerHabit;
  readonly #pbx: SandboxPbx;
  readonly #ledger: Ledger;
  readonly #timers: Timers;
  readonly #legIds: LegId[] = [];
  /** The call they are in. */
  #line: Line | null = null;
  #redialsLeft: number;

  constructor(habit: CallerHabit, pbx: SandboxPbx, ledger: Ledger, timers: Timers) {
    this.#habit = habit;
    this.#pbx = pbx;
    this.#ledger = ledger;
    this.#timers = timers;
    this.#redialsLeft = habit.redials?.times ?? 0;
    this.#dial();
  }

  /** The leg of their latest call; null while the PBX has taken none. */
  legId(): LegId | null {
    return this.#legIds.at(-1) ?? null;
  }

  press(digit: string): void {
    this.#line?.press(digit);
  }

  hangUp(): void {
    this.#line?.end('hung-up');
  }

  /** True while they are not on the line, even if they will call again. */
  isOver(): boolean {
    return this.#line === null;
  }

  /** What was said to them in all their calls. */
  heard(): readonly Utterance[] {
    return this.#legIds.flatMap((legId) => this.#ledger.heardBy(legId));
  }

  #dial(): void {
    const { number, dials, acts } = this.#habit;
    const legId = this.#pbx.arrive(number, dials, (line) => {
      this.#line = line;
      this.#legIds.push(line.legId);
      return new Person(line, acts, this.#timers, (hasTalked) => {
        this.#over(hasTalked);
      });
    });
    if (legId === null) this.#over(false); // The PBX is off: they hear the network's own words.
  }

  #over(hasTalked: boolean): void {
    this.#line = null;
    if (hasTalked || this.#redialsLeft === 0) return;
    this.#redialsLeft -= 1;
    this.#timers.after((this.#habit.redials?.afterSeconds ?? 0) * 1000, () => {
      this.#dial();
    });
  }
}
