import type { LegEnding } from '../../core/calls/endings.ts';
import type { Speech } from '../../core/calls/speech.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import type { Timer, Timers } from '../../core/prelude/timers.ts';
import type { ArrivedCall } from '../driver.ts';
import type { LedgerPen } from './ledger.ts';
import type { FarEnd, Line, SeatFarEnd } from './line.ts';
import { Speaker } from './speaker.ts';

/**
 * Where a leg stands. `with-us` means inside our application; speech may lie on top of every place in it.
 *
 *        placed by us                            someone calls
 *             │                         application there │ away
 *             ▼                                 ▼         │
 *         dialing ──▶ ringing                waiting      │
 *             │          │ picked up            │ hold    │
 *             │          ├── application there ─┤         │
 *             │          │                      ▼         │
 *             │          │   with-us: quiet ◀─▶ held ◀─▶ bridged
 *             │          │ away                 │ give-back
 *             │          ▼                      ▼         ▼
 *             │      dialplan, still ours    dialplan, not ours
 *             ▼          ▼                      ▼
 *            over ◀───── every state: the far side, us, the ring timeout, the end of the dialplan, a restart
 */
export type LegState =
  | { readonly kind: 'dialing' }
  | { readonly kind: 'ringing' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'with-us'; readonly place: LegPlace }
  | { readonly kind: 'dialplan'; readonly isOurs: boolean }
  | { readonly kind: 'over'; readonly ending: LegEnding };

/** Where a leg stands inside our application. */
export type LegPlace =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'held'; readonly queueName: string }
  | { readonly kind: 'bridged'; readonly bridgeId: string };

/** What is known of a leg from its beginning. */
export interface LegFacts {
  readonly legId: LegId;
  readonly role: 'caller' | 'agent' | 'customer';
  /** Who was called, or who called; an agent's endpoint. */
  readonly party: string | null;
  /** Present for calls that came in. */
  readonly arrived: ArrivedCall | null;
  readonly pen: LedgerPen;
}

/** What the PBX does when the far end acts on its line. */
export type LineActions = (leg: SandboxLeg) => Omit<Line, 'legId'>;

/** What every leg of one PBX is made with. */
export interface LegParts {
  readonly timers: Timers;
  /** How long a piece of speech lasts. */
  readonly speechMs: (piece: Speech) => number;
  readonly actions: LineActions;
}

/** One phone channel of the sandbox PBX: its state, its mouth, and somebody at the far end. */
export class SandboxLeg {
  readonly facts: LegFacts;
  readonly speaker: Speaker;
  state: LegState;
  /** True once it will be hung up after what it is hearing. */
  isLeaving = false;
  readonly #farEnd: FarEnd;
  readonly #timers: Timers;
  #ringTimer: Timer | null = null;

  constructor(facts: LegFacts, state: LegState, seat: SeatFarEnd, parts: LegParts) {
    this.facts = facts;
    this.state = state;
    this.#timers = parts.timers;
    this.#farEnd = seat({ legId: facts.legId, ...parts.actions(this) });
    this.speaker = new Speaker(parts.timers, parts.speechMs, (piece) => {
      facts.pen.heard({ atMs: this.#timers.nowMs(), piece });
      if (piece.kind === 'prompt') this.#farEnd.notice({ kind: 'hears', prompt: piece.name });
    });
    this.#farEnd.notice({ kind: 'called' });
  }

  isRinging(): boolean {
    return this.state.kind === 'dialing' || this.state.kind === 'ringing';
  }

  /** True for what drivers are told about. */
  isOurs(): boolean {
    return this.state.kind !== 'dialplan' || this.state.isOurs;
  }

  /** Runs `onTimeout` unless the leg is answered or over by then. */
  ringFor(seconds: number, onTimeout: () => void): void {
    this.#ringTimer = this.#timers.after(seconds * 1000, onTimeout);
  }

  answered(next: LegState): void {
    this.#ringTimer?.cancel();
    this.state = next;
    this.facts.pen.answered(this.#timers.nowMs());
    this.#farEnd.notice({ kind: 'answered' });
  }

  /** Somebody else is on the line now. */
  talks(): void {
    this.#farEnd.notice({ kind: 'talking' });
  }

  ended(ending: LegEnding): void {
    this.#ringTimer?.cancel();
    this.speaker.silence();
    this.state = { kind: 'over', ending };
    this.facts.pen.ended(this.#timers.nowMs(), ending);
    this.#farEnd.over();
  }
}
