/**
 * What simulated people and phones do. A habit is plain data, declared before the call; `person.ts` lives it.
 * Seconds may be fractions.
 */

/** What a person can notice on their phone. Each is counted from the start of that call. */
export type Cue =
  /** They have dialled us, or their phone has been called. */
  | { readonly kind: 'called' }
  | { readonly kind: 'answered' }
  /** They can talk with another person. */
  | { readonly kind: 'talking' }
  /** A prompt begins: `ringback/offer`. */
  | { readonly kind: 'hears'; readonly prompt: string };

/** What a person does of their own accord. */
export type Deed =
  | { readonly kind: 'press'; readonly digit: string }
  | { readonly kind: 'hang-up' }
  /** Out of reach all of a sudden: the network ends the call. */
  | { readonly kind: 'lose-line' }
  /** Patience: hangs up, unless they have been talking with someone meanwhile. */
  | { readonly kind: 'give-up' };

/** One thing a person does, some time after something they notice. */
export interface Act {
  readonly on: Cue;
  /** The how-manieth time they notice it; by default the first. */
  readonly nth?: number;
  readonly afterSeconds: number;
  readonly does: Deed;
}

/** Presses a digit so long after we have answered. */
export function presses(digit: string, afterSeconds: number): Act {
  return { on: { kind: 'answered' }, afterSeconds, does: { kind: 'press', digit } };
}

/** Presses a digit so long after a prompt has begun. */
export function pressesOnHearing(prompt: string, digit: string, afterSeconds: number): Act {
  return { on: { kind: 'hears', prompt }, afterSeconds, does: { kind: 'press', digit } };
}

/** Hangs up so long after the answer, whatever happens. */
export function hangsUp(afterSeconds: number): Act {
  return { on: { kind: 'answered' }, afterSeconds, does: { kind: 'hang-up' } };
}

/** Hangs up so long after a prompt has begun. */
export function hangsUpOnHearing(prompt: string, afterSeconds: number): Act {
  return { on: { kind: 'hears', prompt }, afterSeconds, does: { kind: 'hang-up' } };
}

/** Leaves so long after the beginning of the call, unless they have talked with someone by then. */
export function patience(seconds: number): Act {
  return { on: { kind: 'called' }, afterSeconds: seconds, does: { kind: 'give-up' } };
}

/** Ends the conversation after so long. */
export function talks(seconds: number): Act {
  return { on: { kind: 'talking' }, afterSeconds: seconds, does: { kind: 'hang-up' } };
}

/** The line breaks after so long a conversation. */
export function losesLine(seconds: number): Act {
  return { on: { kind: 'talking' }, afterSeconds: seconds, does: { kind: 'lose-line' } };
}

/** Presses some keys, one right after the other, so long after the conversation has begun. */
export function pressesInTalk(digits: string, afterSeconds: number): readonly Act[] {
  return digits.split('').map((digit, at) => ({
    on: { kind: 'talking' },
    afterSeconds: afterSeconds + at * SECONDS_BETWEEN_KEYS,
    does: { kind: 'press', digit },
  }));
}
const SECONDS_BETWEEN_KEYS = 0.3;

/** What a phone does when it is called, customers' and agents' alike. */
export type PhoneHabit =
  | {
      readonly kind: 'answer';
      /** How long it rings first. */
      readonly afterSeconds: number;
      readonly acts: readonly Act[];
    }
  /** A machine answers, greets, records and hangs up. The ledger tells it from a person; a PBX cannot. */
  | {
      readonly kind: 'voicemail';
      readonly afterSeconds: number;
      readonly recordsSeconds: number;
    }
  /** Rings for ever. */
  | { readonly kind: 'no-answer' }
  /** Declines after ringing so long. */
  | { readonly kind: 'reject'; readonly afterSeconds: number }
  /** Rings so long, then sends the call elsewhere: an agent who forgot to switch it off. */
  | { readonly kind: 'forward'; readonly afterSeconds: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'invalid-number' }
  | { readonly kind: 'congestion' }
  /** No phone is there: switched off, not registered. */
  | { readonly kind: 'unreachable' };

/** How someone who calls us behaves. */
export interface CallerHabit {
  /** As the network gives it; null: withheld. */
  readonly number: string | null;
  /** The number of ours. */
  readonly dials: string;
  readonly acts: readonly Act[];
  /** Calls again after a call that ended without a talk, so many times. */
  readonly redials?: { readonly times: number; readonly afterSeconds: number };
}
