import type { Speech } from '../../core/calls/speech.ts';
import type { Timer, Timers } from '../../core/prelude/timers.ts';

/** How long a prompt lasts when nobody says otherwise. */
const PROMPT_MS = 2_000;
/** How long a PBX needs to say one digit. */
const DIGIT_MS = 400;

/** How long a piece lasts by default: a prompt always the same, a number by its digits. */
export function usualSpeechMs(piece: Speech): number {
  if (piece.kind === 'prompt') return PROMPT_MS;
  return DIGIT_MS * Math.abs(piece.value).toString().length;
}

/** One row of pieces to say. */
export interface Saying {
  /** Our own id; null for what nobody can stop. */
  readonly speechId: string | null;
  readonly pieces: readonly Speech[];
  /** Called when it has been said, or was stopped; not when the leg went away. */
  readonly onEnd: () => void;
}

/** The mouth of a PBX at one leg: says one thing after the other. */
export class Speaker {
  readonly #timers: Timers;
  readonly #speechMs: (piece: Speech) => number;
  readonly #onPiece: (piece: Speech) => void;
  readonly #queue: Saying[] = [];
  #timer: Timer | null = null;

  constructor(
    timers: Timers,
    speechMs: (piece: Speech) => number,
    onPiece: (piece: Speech) => void,
  ) {
    this.#timers = timers;
    this.#speechMs = speechMs;
    this.#onPiece = onPiece;
  }

  /** Says it after what is being said; a living id again changes nothing. */
  say(saying: Saying): void {
    if (saying.speechId !== null && this.has(saying.speechId)) return;
    this.#queue.push(saying);
    if (this.#queue.length === 1) this.#begin(0);
  }

  /** True while this is being said or waits for its turn. */
  has(speechId: string): boolean {
    return this.#queue.some((saying) => saying.speechId === speechId);
  }

  /** Stops it if it lives, and goes on with the next. */
  stop(speechId: string): void {
    const at = this.#queue.findIndex((saying) => saying.speechId === speechId);
    const saying = this.#queue[at];
    if (saying === undefined) return;
    if (at === 0) this.#finish();
    else {
      this.#queue.splice(at, 1);
      saying.onEnd();
    }
  }

  /** Says no more and tells no end: the leg is gone. */
  silence(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#queue.length = 0;
  }

  #begin(at: number): void {
    const piece = this.#queue[0]?.pieces[at];
    // The end of a speech never comes inside the command that asked for it, not even of an empty one.
    const lastsMs = piece === undefined ? 0 : this.#speechMs(piece);
    if (piece !== undefined) this.#onPiece(piece);
    this.#timer = this.#timers.after(lastsMs, () => {
      if (at + 1 < (this.#queue[0]?.pieces.length ?? 0)) this.#begin(at + 1);
      else this.#finish();
    });
  }

  #finish(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const saying = this.#queue.shift();
    if (this.#queue.length > 0) this.#begin(0);
    saying?.onEnd();
  }
}
