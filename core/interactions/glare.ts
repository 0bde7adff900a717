import { NUMBER_ON_CALL_PAUSE_SECONDS } from '../callbacks/policy.ts';
import { secondsAfter } from '../prelude/time.ts';
import { withdrawOffer } from './calls.ts';
import { inOrder, type Step, unchanged, when } from './decision.ts';
import { block, letAgentGo } from './dialing.ts';
import { pause, startCancelling } from './ends.ts';
import type { Context } from './input.ts';
import type { Situation } from './situation.ts';
import { dismissCustomer, enterLine, park } from './steps.ts';

/**
 * The customer calls while a promise to call them is open (glare): they are not called now. An agent who rings is let go, a
 * recorded attempt is not dialled, a phone that rings falls silent; nothing is counted against the customer. A conversation
 * that has begun goes on.
 */
export function customerCalledIn(context: Context): Step {
  const waitForThem = pause('number-on-call', NUMBER_ON_CALL_PAUSE_SECONDS, context);
  return (situation) => {
    switch (situation.callback?.state) {
      case 'waiting':
        return when(isInLine, waitForThem)(situation);
      case 'offered':
        return inOrder(situation, withdrawOffer(context), waitForThem);
      case 'accepted':
        return block(waitForThem, context)(situation);
      case 'dialing':
        return situation.attempt?.state === 'dialing'
          ? inOrder(
              situation,
              letAgentGo(context.nowMs),
              dismissCustomer([]),
              startCancelling('blocked', context.nowMs),
            )
          : unchanged(situation);
      case 'scheduled':
      case 'holding':
      case 'connected':
      case 'wrapping-up':
      case 'retry-wait':
      case 'poisoned':
      case 'completed':
      case 'exhausted':
      case 'expired':
      case 'released':
      case 'refused':
      case 'cancelled':
      case 'superseded':
      case undefined:
        return unchanged(situation);
    }
  };
}

/** The customer is off the phone again without having been answered: the promise is as it was before they called. */
export function numberFree(): Step {
  return when(waitsForNumber, enterLine());
}

/** Somebody whose number is still on a call does not go through the line to learn that. */
export function stillOnCall(context: Context): Step {
  return park('number-on-call', secondsAfter(context.nowMs, NUMBER_ON_CALL_PAUSE_SECONDS));
}

/** True while the promise waits until a call with the customer's number is over. */
export function waitsForNumber({ interaction: { standing } }: Situation): boolean {
  return standing.kind === 'parked' && standing.reason === 'number-on-call';
}

function isInLine({ interaction: { standing } }: Situation): boolean {
  return standing.kind === 'in-line';
}
