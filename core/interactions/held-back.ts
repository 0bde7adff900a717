import { parkedReason, type ReasonCode } from '../callbacks/explain.ts';
import { NUMBER_REFUSALS } from '../numbers/verdict.ts';
import { type Reason, reason } from '../prelude/reason.ts';
import type { Situation } from './situation.ts';

/** Out of the line for these because of the number policy, whether or not an agent was asked before. */
const BY_POLICY: ReadonlySet<string> = new Set(['number-limit', 'budget-spent']);

/**
 * Why a customer whose turn had come is not called after all; null when nothing of the kind happened. An agent was
 * asked for the call already, or its attempt was recorded, or the number policy spoke against it before any agent was asked.
 */
export function heldBack(before: Situation | null, after: Situation): Reason<ReasonCode> | null {
  const { attempt, callback, interaction } = after;
  if (before?.callback === null || before === null || callback === null) return null;
  const wasAsked = before.callback.state === 'offered' || before.callback.state === 'accepted';
  const wasBlocked = attempt?.outcome === 'blocked';
  const wasRefused = callback.state === 'refused' && before.callback.state !== 'refused';
  const { standing } = interaction;
  if (standing.kind === 'parked') {
    const byPolicy =
      BY_POLICY.has(standing.reason) && before.interaction.standing.kind !== 'parked';
    return wasAsked || wasBlocked || byPolicy
      ? parkedReason(standing.reason, standing.until)
      : null;
  }
  if (!wasBlocked && !wasRefused) return null;
  if (callback.numberRefusal !== null) {
    return reason('number-refused', NUMBER_REFUSALS[callback.numberRefusal].text);
  }
  return callback.state === 'superseded'
    ? reason('got-through', 'The customer got through by a call of their own.')
    : null;
}
