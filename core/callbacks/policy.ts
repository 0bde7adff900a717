import type { LegEnding } from '../calls/endings.ts';
import type { PhoneNumber } from '../numbers/number.ts';
import type { CallbackSettings } from '../queues/settings.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type OfferEnd } from './states.ts';

/** How long an interaction stays out of the line when no line of any route was free, in seconds. */
export const ROUTE_FULL_PAUSE_SECONDS = 10;
/** The same after the network itself refused; it needs longer to recover than one of our own lines. */
export const CONGESTION_PAUSE_SECONDS = 30;
/** How soon to look again whether the number is still on a call, in seconds. Its own call's end is noticed at once. */
export const NUMBER_ON_CALL_PAUSE_SECONDS = 5;
/** How soon to look again whether dialling is still stopped, in seconds. Resuming wakes who waits for it at once. */
export const DIALLING_STOPPED_PAUSE_SECONDS = 300;
/** How long an agent who declined or did not pick up is not asked again for the same interaction, in seconds. */
export const DECLINE_PAUSE_SECONDS = 20;

/** What an ended leg to the customer means for the attempt, when the customer never answered. */
export function outcomeOf(ending: LegEnding): AttemptOutcome {
  switch (ending) {
    case 'no-answer':
    case 'busy':
    case 'rejected':
    case 'invalid-number':
    case 'congestion':
    case 'pbx-lost':
      return ending;
    case 'unreachable':
    case 'forwarded':
      // A switched-off phone cannot be told from one that nobody hears, nor can a mailbox that hung up.
      return 'no-answer';
    case 'hung-up':
    case 'dropped':
      // They picked up and were gone before we noticed.
      return 'abandoned';
    case 'cancelled':
      // We ended it: only our agent's leaving does that to a ringing customer.
      return 'agent-lost';
    case 'vanished':
      return 'in-doubt';
  }
}

/** What an ended leg to an agent means for the offer, when the agent had not accepted. */
export function offerEndOf(ending: LegEnding): OfferEnd {
  switch (ending) {
    case 'no-answer':
      return 'rang-out';
    case 'busy':
    case 'rejected':
    case 'hung-up':
    case 'forwarded':
      // A mailbox or somebody else's phone takes no callback on the agent's behalf.
      return 'declined';
    case 'cancelled':
      return 'withdrawn';
    case 'invalid-number':
    case 'congestion':
    case 'unreachable':
    case 'dropped':
    case 'pbx-lost':
    case 'vanished':
      return 'agent-lost';
  }
}

/** Seconds until the next attempt after one with this outcome; never less than the gap between two calls to a number. */
export function retryDelaySeconds(outcome: AttemptOutcome, settings: CallbackSettings): number {
  const { retryAfterSeconds, minimumGapSeconds } = settings;
  switch (outcome) {
    case 'no-answer':
    case 'busy':
    case 'rejected':
    case 'voicemail':
    case 'abandoned':
    case 'short':
      return Math.max(retryAfterSeconds[outcome], minimumGapSeconds);
    // Nobody knows what the customer heard after the first two: soon, but never at once. The others are not tried again
    // after a delay.
    case 'in-doubt':
    case 'pbx-lost':
    case 'connected':
    case 'invalid-number':
    case 'congestion':
    case 'agent-lost':
    case 'blocked':
      return minimumGapSeconds;
  }
}

/** What becomes of a callback after an attempt. */
export type AfterAttempt = 'complete' | 'give-up' | 'retry-later' | 'back-to-line';

/** @param attemptsUsed with the attempt just ended already counted, if it counts */
export function afterAttempt(
  outcome: AttemptOutcome,
  attemptsUsed: number,
  settings: CallbackSettings,
): AfterAttempt {
  if (outcome === 'connected') return 'complete';
  if (outcome === 'invalid-number') return 'give-up';
  if (outcome === 'voicemail' && settings.voicemail !== 'retry') return 'give-up';
  if (!ATTEMPT_OUTCOMES[outcome].counts) return 'back-to-line';
  return attemptsUsed >= settings.attemptsMax ? 'give-up' : 'retry-later';
}

/** What a conversation of this length comes to; what the agent noted overrides the clock. */
export function conversationOutcome(
  talkedSeconds: number,
  noted: AttemptOutcome | null,
  settings: CallbackSettings,
): AttemptOutcome {
  return noted ?? outcomeByLength(talkedSeconds, settings);
}

/** What a conversation comes to by its length alone. */
export function outcomeByLength(
  talkedSeconds: number,
  settings: CallbackSettings,
): 'connected' | 'short' {
  return talkedSeconds >= settings.successAfterSeconds ? 'connected' : 'short';
}

/** The numbers that may be shown to the customer, best first; null where there is none. Never the agent's. */
export interface CallerIdChoices {
  /** Of the request, the rule or its profile, in that order. */
  readonly chosen: PhoneNumber | null;
  readonly dialled: PhoneNumber | null;
  readonly queue: PhoneNumber | null;
  readonly route: PhoneNumber | null;
}

/** The number shown to the customer: a chosen one, the one they dialled, the queue's, the route's; empty for none (C2). */
export function callerIdFor(choices: CallerIdChoices): string {
  return choices.chosen ?? choices.dialled ?? choices.queue ?? choices.route ?? '';
}
