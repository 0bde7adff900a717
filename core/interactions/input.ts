import type { Agent } from '../agents/agent.ts';
import type { LegEnding } from '../calls/endings.ts';
import type { PhoneNumber } from '../numbers/number.ts';
import type { NumberRefusal, NumberVerdict } from '../numbers/verdict.ts';
import type { AttemptId, CallbackId, OfferId, RouteId, TicketId } from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';
import type { StopsNow } from '../stops/stop.ts';
import type { Place, TimerKind } from './situation.ts';

/** What can happen to an interaction. Facts that need other rows or a library are looked up at the edge and handed in. */
export type Input =
  | {
      readonly kind: 'digit-pressed';
      readonly digit: string;
      readonly openCallback: CallbackId | null;
      /** The place of that callback; null when it is being kept at this moment. */
      readonly heldPlace: Place | null;
      /** What the number policy says of a request for the caller's number; nothing matters without a number. */
      readonly numberVerdict: NumberVerdict;
    }
  | {
      readonly kind: 'call-ended';
      readonly ending: LegEnding;
      /** What the customer's number already has in this queue by another call. */
      readonly openCallback: CallbackId | null;
      /** As for a digit: a promise may be made for the caller who left. */
      readonly numberVerdict: NumberVerdict;
    }
  | {
      readonly kind: 'matched';
      readonly offerId: OfferId;
      readonly agent: Agent;
      readonly mayDial: MayDial;
    }
  | { readonly kind: 'agent-answered' }
  | { readonly kind: 'agent-leg-ended'; readonly ending: LegEnding }
  | { readonly kind: 'alert-ended' }
  | { readonly kind: 'dial-due'; readonly mayDial: MayDial; readonly route: RouteChoice | null }
  | { readonly kind: 'dial-in-doubt' }
  | { readonly kind: 'customer-answered' }
  | { readonly kind: 'customer-leg-ended'; readonly ending: LegEnding }
  | { readonly kind: 'timer-due'; readonly timer: TimerKind }
  /** A call with the callback's number has come in. */
  | { readonly kind: 'customer-called-in' }
  /** The last call with the callback's number is over. */
  | { readonly kind: 'number-free' }
  /** The customer was answered in the same queue by a call of their own. */
  | { readonly kind: 'customer-got-through' }
  | { readonly kind: 'cancel-asked' }
  | { readonly kind: 'outcome-noted'; readonly outcome: 'connected' | 'voicemail' }
  | { readonly kind: 'wrap-up-ended' }
  /** It could not be handled, too often; `failed` is what was to be handled last. */
  | { readonly kind: 'handling-failed'; readonly failed: string }
  /** A human lets a callback that was set aside go on, or ends it. */
  | { readonly kind: 'resume-asked' | 'close-asked'; readonly by: string }
  /** A supervisor wants it called next. */
  | { readonly kind: 'next-asked'; readonly by: string };

/** Whether this customer may be called at this moment, as far as others than the route are concerned. */
export type MayDial =
  | { readonly yes: true }
  | { readonly yes: false; readonly reason: 'number-on-call' }
  /** The gap between two attempts at a number lasts until then. */
  | { readonly yes: false; readonly reason: 'called-recently'; readonly until: EpochMs }
  | { readonly yes: false; readonly reason: 'dialling-stopped' }
  | { readonly yes: false; readonly reason: 'got-through' }
  /** Hours of the queue, or of the customer's own day; `nextOpening` is null when they never open again. */
  | {
      readonly yes: false;
      readonly reason: 'closed-hours' | 'calling-hours';
      readonly nextOpening: EpochMs | null;
    }
  /** `until` is null when the refusal lasts, and when nobody knows when it passes. */
  | {
      readonly yes: false;
      readonly reason: 'number-refused';
      readonly refusal: NumberRefusal;
      readonly until: EpochMs | null;
    };

/** A route with a line free for this call; it was counted under lock. */
export interface RouteChoice {
  readonly id: RouteId;
  readonly dial: string;
  readonly callerId: PhoneNumber | null;
  /** What a minute of this call costs, see CallBudget. */
  readonly ratePerMinute: number;
}

/** Times and fresh ids for one decision. */
export interface Context {
  readonly nowMs: EpochMs;
  /** When this interaction's promise lapses unless the customer has been called by then; only opening time counts. */
  readonly expiresAt: EpochMs;
  readonly stops: StopsNow;
  /** What is known of the customer of the callback besides. */
  readonly customer: {
    /** True while a call with their number is up, other than the live attempt's own. */
    readonly onCall: boolean;
    /** True when they were answered in this queue by a later call of their own: the promise is not needed any more. */
    readonly gotThrough: boolean;
  };
  readonly fresh: {
    readonly callbackId: CallbackId;
    readonly attemptId: AttemptId;
    readonly ticketId: TicketId;
  };
}
