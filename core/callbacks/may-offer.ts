import { isLasting, NUMBER_REFUSALS, type NumberVerdict } from '../numbers/verdict.ts';
import { type Reason, reason } from '../prelude/reason.ts';

/** Everything that speaks for or against offering a callback to a caller, now. */
export interface OfferFacts {
  /** True while the caller is on the phone and talks to nobody yet. */
  readonly waits: boolean;
  /** The queue's own switch. */
  readonly queueOffers: boolean;
  /** False when the caller withheld their number. */
  readonly numberKnown: boolean;
  /** True when the number already holds an open callback in this queue. */
  readonly hasOpenCallback: boolean;
  /** What the number policy says of a request for the caller's number. */
  readonly numberVerdict: NumberVerdict;
}

/** Why a caller is not offered a callback. Codes are promises to integrators: never renamed. */
export const OFFER_OBSTACLE_CODES = [
  'not-waiting',
  'queue-offers-none',
  'number-withheld',
  'number-refused',
  'already-in-line',
] as const;
export type OfferObstacle = Reason<(typeof OFFER_OBSTACLE_CODES)[number]>;

/**
 * What stands against offering this caller a callback, the most telling first; nothing when it is offered. The spoken
 * offer, the digit 1 and `explain` all ask this one function.
 */
export function offerObstacles(facts: OfferFacts): readonly OfferObstacle[] {
  return [
    facts.waits
      ? null
      : reason('not-waiting', 'The caller does not wait for an agent on the phone.'),
    facts.queueOffers ? null : reason('queue-offers-none', 'The queue offers no callbacks.'),
    facts.numberKnown
      ? null
      : reason('number-withheld', 'The caller has withheld the number to call.'),
    isLasting(facts.numberVerdict) ? numberRefused(facts.numberVerdict) : null,
    facts.hasOpenCallback
      ? reason('already-in-line', 'The number already holds a callback in this queue.')
      : null,
    isLasting(facts.numberVerdict) ? null : numberRefused(facts.numberVerdict),
  ].filter((obstacle) => obstacle !== null);
}

function numberRefused(verdict: NumberVerdict): OfferObstacle | null {
  return verdict.allowed
    ? null
    : reason('number-refused', NUMBER_REFUSALS[verdict.reason].text, verdict.until);
}
