import type { LegId } from '../../core/prelude/ids.ts';
import type { Driver, DriverEvent } from '../driver.ts';

/**
 * What the conformance suite needs of a driver's PBX and of the world around it. One rig serves one case: `connect` of
 * the suite is called before each case and `close` after it; a slow PBX is started once by the test file and lent to
 * every rig. What phones and callers will do is declared before a call, since a scripted SIP phone can do no more.
 *
 * Time passes only inside `until` and `settled`, so that a rig may run on virtual time. Nothing sleeps.
 */
export interface ConformanceRig {
  /** One more driver on the PBX's one application, as a second node has it. The rig closes it at the end. */
  driver(listener: (event: DriverEvent) => void): Driver;
  /** A phone of the telephone network, with a number of its own, that behaves so whenever it is called. */
  customer(habit: CustomerHabit): Promise<OutsidePhone>;
  /** An agent's phone, no other one's, that behaves so whenever it is called. */
  agent(habit: AgentHabit): Promise<OutsidePhone>;
  /** Someone calls a number of ours, now. */
  caller(plan: CallerPlan): Promise<OutsideCaller>;
  /** True while the PBX has both legs in one bridge. Asked of the PBX itself, not of the driver. */
  bridged(one: LegId, other: LegId): Promise<boolean>;
  /** Breaks every connection between drivers and PBX, and lets no new one through. The PBX notices at once. */
  cutConnection(): Promise<void>;
  /** Lets connections through again; drivers come back by themselves. */
  restoreConnection(): Promise<void>;
  /** Ends the PBX's process with all its calls and starts a new one. Resolves when it serves again. */
  restartPbx(): Promise<void>;
  /**
   * Lets time pass until `condition` holds.
   * @throws Error naming `what`, when it does not within `withinSeconds` (default 20).
   */
  until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    withinSeconds?: number,
  ): Promise<void>;
  /** Lets time pass until the promise has settled, and passes its value or error on. */
  settled<Value>(promise: Promise<Value>): Promise<Value>;
  /** Closes the drivers and ends every call. */
  close(): Promise<void>;
}

/** What a called phone of the network does. `hangsUpAfterSeconds` counts from the answer; null: never by itself. */
export type CustomerHabit =
  | AnswerHabit
  /** Rings for ever. */
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'busy' }
  /** Declines while it rings (SIP 603). */
  | { readonly kind: 'reject' }
  /** The network does not know the number (SIP 404, cause 1). */
  | { readonly kind: 'invalid-number' }
  /** The network has no circuit (SIP 503, cause 34). */
  | { readonly kind: 'congestion' };

/** Answers after ringing for `afterSeconds`. */
export interface AnswerHabit {
  readonly kind: 'answer';
  readonly afterSeconds: number;
  readonly hangsUpAfterSeconds: number | null;
  /** The call then ends by a failure of the network instead of a hang-up. */
  readonly losesLine?: true;
  /** Keys of an agent's phone, counted from the answer. */
  readonly presses?: readonly { readonly digit: string; readonly afterSeconds: number }[];
}

/** What an agent's phone does when it is called. */
export type AgentHabit =
  | AnswerHabit
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'reject' }
  /** No phone is registered there. */
  | { readonly kind: 'unreachable' }
  /** Sends the call elsewhere (SIP 302). */
  | { readonly kind: 'forward' };

/** A phone that drivers can call. */
export interface OutsidePhone {
  /** What `originate` takes as `to`, and for an agent what `watch-devices` takes. */
  readonly dial: string;
  /** The calls that have reached it, counted as the carrier would: by distinct calls, not by messages. */
  calls(): Promise<readonly ReceivedCall[]>;
  /** What has begun to be heard there, in order. */
  heard(): Promise<readonly Heard[]>;
}

/** What a phone showed when it was called. */
export interface ReceivedCall {
  readonly callerName: string;
  readonly callerNumber: string;
}

/** A prompt that someone began to hear. Music and spoken numbers are left out. */
export interface Heard {
  /** Its name as in `Speech`: `ringback/offer`. */
  readonly prompt: string;
  /** Counted from the answer of that phone, or of us for someone who called. */
  readonly secondsAfterAnswer: number;
}

/** How someone who calls us behaves. Seconds count from our answer (`hold` answers). */
export interface CallerPlan {
  /** Their number as the network gives it; null: withheld. */
  readonly number: string | null;
  readonly presses: readonly { readonly digit: string; readonly afterSeconds: number }[];
  /** Null: stays until we hang up. */
  readonly hangsUpAfterSeconds: number | null;
}

/** Someone who is calling us. */
export interface OutsideCaller {
  /** The number of ours that they dialled, as the PBX hands it over. */
  readonly dialledNumber: string;
  /** What has begun to be heard there, in order, the dialplan's own words included. */
  heard(): Promise<readonly Heard[]>;
  /** True once the call is over for them. */
  isOver(): Promise<boolean>;
}
