import { isLasting, NUMBER_REFUSALS, type NumberVerdict } from '../numbers/verdict.ts';
import { type Reason, reason } from '../prelude/reason.ts';

/** Everything that speaks for or against offering a callback to a caller, now. */
export interface OfferFacts {
  /** True while the caller is on the phone and talks to nobody yet. */
  readonly waits: boolean;
  /** The switch of the number that was dialled. */
  readonly numberOffers: boolean;
  /** The queue's own switch. */
  readonly queueOffers: boolean;
  /** True while a supervisor has stopped requests for the queue, its PBX or everything. */
  readonly requestsStopped: boolean;
  /** The switch of the rule for callers who press 1; a queue's own settings are one unless another was made. */
  readonly ruleEnabled: boolean;
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
  'requests-stopped',
  'number-offers-none',
  'rule-disabled',
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
    facts.requestsStopped
      ? reason('requests-stopped', 'A supervisor has stopped new requests.')
      : null,
    facts.numberOffers
      ? null
      : reason('number-offers-none', 'The number that was dialled offers no callbacks.'),
    facts.ruleEnabled ? null : reason('rule-disabled', 'The rule of the queue is switched off.'),
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
