import type { LegEnding } from '../../core/calls/endings.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import type { Cue } from './habits.ts';

/** One leg as the person at its far end holds it: what they can do to it. Doing it to a leg that is over is fine. */
export interface Line {
  readonly legId: LegId;
  /** The called phone begins to ring. */
  ring(): void;
  /** The called phone is picked up. */
  answer(): void;
  press(digit: string): void;
  /** The far side ends it: hangs up, declines, is busy, does not exist. */
  end(ending: LegEnding): void;
}

/** Who is at the far end of a leg: what happens to them. They act through timers only, never inside these calls. */
export interface FarEnd {
  notice(cue: Cue): void;
  /** The call is over for them. */
  over(): void;
}

/** Puts somebody at the far end of a new line. */
export type SeatFarEnd = (line: Line) => FarEnd;
