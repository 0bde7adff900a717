/**
 * The one re-connection after a conversation that the network dropped: while it is under way, what the dropped
 * conversation came to by its length; `over` ever after. It costs no attempt, and whatever comes of it, a conversation
 * that was long enough stays a success.
 */
export type SecondChance = 'connected' | 'short' | 'over';

/** A conversation that had lasted longer than this is not taken up again, in seconds. */
export const SECOND_CHANCE_TALK_SECONDS_MAX = 60;

/** True while the agent waits for the customer to be called again. */
export function isUnderWay(chance: SecondChance | null): chance is 'connected' | 'short' {
  return chance === 'connected' || chance === 'short';
}
