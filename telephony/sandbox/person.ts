import type { LegEnding } from '../../core/calls/endings.ts';
import type { Timer, Timers } from '../../core/prelude/timers.ts';
import type { Act, Cue, PhoneHabit } from './habits.ts';
import type { FarEnd, Line, SeatFarEnd } from './line.ts';

/** How long a network takes to say busy, unknown or congested. */
const NETWORK_ANSWER_SECONDS = 0.3;

/** Somebody on the phone who does what their acts say, and notices what happens. */
export class Person implements FarEnd {
  readonly #line: Line;
  readonly #acts: readonly Act[];
  readonly #timers: Timers;
  readonly #pending = new Set<Timer>();
  readonly #noticed: Cue[] = [];
  readonly #onOver: (hasTalked: boolean) => void;

  constructor(
    line: Line,
    acts: readonly Act[],
    timers: Timers,
    onOver: (hasTalked: boolean) => void = () => undefined,
  ) {
    this.#line = line;
    this.#acts = acts;
    this.#timers = timers;
    this.#onOver = onOver;
  }

  notice(cue: Cue): void {
    this.#noticed.push(cue);
    const times = this.#noticed.filter((earlier) => isSame(earlier, cue)).length;
    for (const act of this.#acts) {
      if (!isSame(act.on, cue) || (act.nth ?? 1) !== times) continue;
      this.later(act.afterSeconds, () => {
        this.#do(act);
      });
    }
  }

  over(): void {
    for (const timer of this.#pending) timer.cancel();
    this.#pending.clear();
    this.#onOver(this.#hasTalked());
  }

  /** Does something later, unless the call is over by then. */
  later(seconds: number, action: () => void): void {
    const timer = this.#timers.after(seconds * 1000, () => {
      this.#pending.delete(timer);
      action();
    });
    this.#pending.add(timer);
  }

  #do(act: Act): void {
    const deed = act.does;
    switch (deed.kind) {
      case 'press':
        this.#line.press(deed.digit);
        return;
      case 'hang-up':
        this.#line.end('hung-up');
        return;
      case 'lose-line':
        this.#line.end('dropped');
        return;
      case 'give-up':
        if (!this.#hasTalked()) this.#line.end('hung-up');
        return;
    }
  }

  #hasTalked(): boolean {
    return this.#noticed.some((cue) => cue.kind === 'talking');
  }
}

function isSame(one: Cue, other: Cue): boolean {
  if (one.kind === 'hears' && other.kind === 'hears') return one.prompt === other.prompt;
  return one.kind === other.kind;
}

/** Seats whoever has this habit at a phone that is being called. */
export function phoneWith(habit: PhoneHabit, timers: Timers): SeatFarEnd {
  return (line) => {
    const person = new Person(line, actsOf(habit), timers);
    const endAfter = (seconds: number, ending: LegEnding): void => {
      person.later(seconds, () => {
        line.end(ending);
      });
    };
    if (rings(habit)) {
      person.later(0, () => {
        line.ring();
      });
    }
    takeTheCall(habit, endAfter, (seconds) => {
      person.later(seconds, () => {
        line.answer();
      });
    });
    return person;
  };
}

function actsOf(habit: PhoneHabit): readonly Act[] {
  if (habit.kind === 'answer') return habit.acts;
  if (habit.kind !== 'voicemail') return [];
  const afterSeconds = habit.recordsSeconds;
  return [{ on: { kind: 'answered' }, afterSeconds, does: { kind: 'hang-up' } }];
}

function rings(habit: PhoneHabit): boolean {
  return !['busy', 'invalid-number', 'congestion', 'unreachable'].includes(habit.kind);
}

function takeTheCall(
  habit: PhoneHabit,
  endAfter: (seconds: number, ending: LegEnding) => void,
  answerAfter: (seconds: number) => void,
): void {
  switch (habit.kind) {
    case 'answer':
    case 'voicemail':
      answerAfter(habit.afterSeconds);
      return;
    case 'no-answer':
      return;
    case 'reject':
      endAfter(habit.afterSeconds, 'rejected');
      return;
    case 'forward':
      endAfter(habit.afterSeconds, 'forwarded');
      return;
    case 'busy':
    case 'invalid-number':
    case 'congestion':
    case 'unreachable':
      endAfter(NETWORK_ANSWER_SECONDS, habit.kind);
      return;
  }
}
