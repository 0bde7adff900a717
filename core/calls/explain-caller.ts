import {
  type OFFER_OBSTACLE_CODES,
  type OfferFacts,
  offerObstacles,
} from '../callbacks/may-offer.ts';
import { type Reason, reason } from '../prelude/reason.ts';

/** Why a caller is offered a callback, or is not. */
export type OfferReasonCode = 'offered' | (typeof OFFER_OBSTACLE_CODES)[number];

/** Whether pressing 1 would make a callback now, and why. */
export interface CallerExplanation {
  readonly offered: boolean;
  readonly reasons: readonly Reason<OfferReasonCode>[];
}

/** Says whether this caller is offered a callback now, all that speaks against it, the most telling reason first. */
export function explainCaller(facts: OfferFacts): CallerExplanation {
  const obstacles = offerObstacles(facts);
  if (obstacles.length > 0) return { offered: false, reasons: obstacles };
  const text = 'The caller hears the offer with every announcement, and 1 makes the callback.';
  return { offered: true, reasons: [reason('offered', text)] };
}
