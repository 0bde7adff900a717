import { outcomeByLength } from '../callbacks/policy.ts';
import { SECOND_CHANCE_TALK_SECONDS_MAX } from '../callbacks/second-chance.ts';
import type { LegEnding } from '../calls/endings.ts';
import { prompt } from '../calls/speech.ts';
import { present } from '../prelude/assert.ts';
import { type EpochMs, secondsBetween } from '../prelude/time.ts';
import { inOrder, type Step, setAttempt, setCallback, startTimer, tell } from './decision.ts';
import { goTo } from './ends.ts';
import type { Context } from './input.ts';
import type { Attempt, Situation } from './situation.ts';
import { ALERT_SECONDS_MAX, agentLeg } from './steps.ts';

/**
 * True when the network, and neither side, has ended a conversation that had just begun, the agent is still on the line,
 * and it is the first time for this callback (C20). An agent who has noted the outcome does not want it back.
 */
export function deservesSecondChance(
  { callback, attempt, offer, agent }: Situation,
  ending: LegEnding,
  nowMs: EpochMs,
): boolean {
  if (ending !== 'dropped' || callback?.secondChance !== null) return false;
  if (attempt?.state !== 'connected' || attempt.notedOutcome !== null) return false;
  if (offer?.state !== 'accepted' || (agent?.legId ?? null) === null) return false;
  return talkedSeconds(attempt, nowMs) <= SECOND_CHANCE_TALK_SECONDS_MAX;
}

/**
 * The dropped conversation is booked as what it was, and the agent hears that the customer is called again; the call
 * follows when that has been said, as a new attempt that costs nothing.
 */
export function reconnect({ nowMs }: Context): Step {
  return (situation) => {
    const attempt = present(situation.attempt, 'attempt');
    const { attemptsUsed } = present(situation.callback, 'callback');
    const legId = present(agentLeg(situation), 'agent leg');
    const dropped = outcomeByLength(talkedSeconds(attempt, nowMs), situation.queue.callback);
    return inOrder(
      situation,
      setAttempt({ state: 'ended', outcome: dropped }),
      setCallback({ attemptsUsed: attemptsUsed + 1, secondChance: dropped }),
      goTo('accepted'),
      startTimer('alert', nowMs, ALERT_SECONDS_MAX),
      tell({
        kind: 'speak',
        legId,
        speechId: `${legId}-reconnect-alert`,
        speech: [prompt('ringback/reconnecting')],
      }),
    );
  };
}

function talkedSeconds({ answeredAt }: Attempt, nowMs: EpochMs): number {
  return secondsBetween(answeredAt ?? nowMs, nowMs);
}
