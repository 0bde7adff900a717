import { callerIdFor, outcomeOf, ROUTE_FULL_PAUSE_SECONDS } from '../callbacks/policy.ts';
import { isUnderWay } from '../callbacks/second-chance.ts';
import type { LegEnding } from '../calls/endings.ts';
import { present } from '../prelude/assert.ts';
import type { AttemptId } from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';
import { endCallbackConversation } from './conversations.ts';
import {
  all,
  inOrder,
  type Step,
  setAttempt,
  setCallback,
  startTimer,
  stopTimers,
  tell,
  unchanged,
} from './decision.ts';
import {
  endSecondChance,
  finishAttempt,
  goTo,
  pause,
  pauseFor,
  SETTLE_SECONDS,
  startCancelling,
} from './ends.ts';
import type { Context, MayDial, RouteChoice } from './input.ts';
import { deservesSecondChance, reconnect } from './second-chance.ts';
import type { Attempt, Situation } from './situation.ts';
import {
  AGENT_LOST,
  agentLeg,
  CUSTOMER_UNAVAILABLE,
  customerLeg,
  dismissAgent,
  dismissCustomer,
  endOffer,
  freeAgent,
} from './steps.ts';

/** How much longer than the customer's ring time we wait for word from the PBX, in seconds. */
const RING_GRACE_SECONDS = 10;
/** How long the command to dial may wait for the PBX's owner, in seconds, before the agent is let go. */
const INTENT_SECONDS_MAX = 15;

/** The agent has heard the alert: the attempt is recorded first, and only its command may dial. */
export function alertEnded(context: Context): Step {
  return (situation) => {
    const { callback, attempt } = situation;
    if (callback?.state !== 'accepted' || attempt !== null) return unchanged(situation);
    const { attemptId } = context.fresh;
    return inOrder(
      { ...situation, attempt: intent(attemptId, situation, context.nowMs) },
      stopTimers('alert'),
      startTimer('dial', context.nowMs, INTENT_SECONDS_MAX),
      tell({ kind: 'dial-customer', attemptId }),
    );
  };
}

function intent(attemptId: AttemptId, situation: Situation, nowMs: EpochMs): Attempt {
  const { number, secondChance } = present(situation.callback, 'callback');
  return {
    id: attemptId,
    state: 'intent',
    number,
    isSecondChance: isUnderWay(secondChance),
    startedAt: nowMs,
    routeId: null,
    dialedAt: null,
    answeredAt: null,
    notedOutcome: null,
    outcome: null,
  };
}

/**
 * The last check, in the transaction after which the call is placed: the promise is still open and wanted, the customer
 * may be called now, and a line is free.
 */
export function dial(mayDial: MayDial, route: RouteChoice | null, context: Context): Step {
  return (situation) => {
    const { attempt, callback } = situation;
    if (attempt?.state !== 'intent' || callback?.state !== 'accepted') return unchanged(situation);
    if (!mayDial.yes) return block(pauseFor(mayDial, context), context)(situation);
    if (route === null) {
      return block(pause('route-full', ROUTE_FULL_PAUSE_SECONDS, context), context)(situation);
    }
    return placeCall(route, context)(situation);
  };
}

/** The attempt ends before it began; nothing is counted against the customer. */
export function block(then: Step, context: Context): Step {
  return all(
    setAttempt({ state: 'ended', outcome: 'blocked' }),
    stopTimers('dial'),
    letAgentGo(context.nowMs),
    (situation) =>
      isUnderWay(situation.callback?.secondChance ?? null)
        ? endSecondChance('blocked', context)(situation)
        : then(situation),
  );
}

function placeCall(route: RouteChoice, { nowMs }: Context): Step {
  return (situation) => {
    const attempt = present(situation.attempt, 'attempt');
    const callback = present(situation.callback, 'callback');
    const { queue, interaction } = situation;
    const ringTimeoutSeconds = queue.callback.ringCustomerSeconds;
    const decision = inOrder(
      situation,
      setAttempt({ state: 'dialing', dialedAt: nowMs, routeId: route.id }),
      goTo('dialing'),
      setCallback({ firstDialedAt: callback.firstDialedAt ?? nowMs }),
      stopTimers('expiry'),
      startTimer('dial', nowMs, ringTimeoutSeconds + RING_GRACE_SECONDS),
    );
    const callerId = callerIdFor({
      chosen: callback.overrides.callerId ?? null,
      dialled: interaction.dialledNumber,
      queue: queue.number,
      route: route.callerId,
    });
    const { id: attemptId, number } = attempt;
    const { dial: dialPattern, ratePerMinute } = route;
    return {
      ...decision,
      dial: { attemptId, number, dialPattern, callerId, ringTimeoutSeconds, ratePerMinute },
    };
  };
}

/** The agent hears that it did not work out and is free. */
export function letAgentGo(nowMs: EpochMs): Step {
  return all(dismissAgent(CUSTOMER_UNAVAILABLE), endOffer('accepted'), freeAgent(nowMs));
}

/** The customer picked up. */
export function customerAnswered({ nowMs }: Context): Step {
  return (situation) => {
    const { attempt } = situation;
    if (attempt?.state === 'dialing') return connectCustomer(nowMs)(situation);
    const isLate = attempt?.state === 'in-doubt' || attempt?.state === 'cancelling';
    if (!isLate || attempt.answeredAt !== null) return unchanged(situation);
    // Nobody is there to talk to them any more: say so at once, and hang up.
    return inOrder(
      situation,
      dismissCustomer(AGENT_LOST),
      startCancelling(attempt.notedOutcome ?? 'in-doubt', nowMs),
    );
  };
}

function connectCustomer(nowMs: EpochMs): Step {
  return (situation) => {
    const agent = present(agentLeg(situation), 'agent leg');
    const customer = present(customerLeg(situation), 'customer leg');
    return inOrder(
      situation,
      setAttempt({ state: 'connected', answeredAt: nowMs }),
      goTo('connected'),
      stopTimers('dial'),
      tell({ kind: 'bridge', bridgeId: `${agent}-talk`, legIds: [agent, customer] }),
    );
  };
}

/** The customer's leg is over, before or after they answered. */
export function customerLegEnded(ending: LegEnding, context: Context): Step {
  return (situation) => {
    const { attempt } = situation;
    switch (attempt?.state) {
      case 'dialing':
        return inOrder(
          situation,
          letAgentGo(context.nowMs),
          finishAttempt(outcomeOf(ending), context),
        );
      case 'in-doubt':
        return finishAttempt(
          ending === 'cancelled' ? 'in-doubt' : outcomeOf(ending),
          context,
        )(situation);
      case 'cancelling':
        return finishAttempt(attempt.notedOutcome ?? 'in-doubt', context)(situation);
      case 'connected':
        return deservesSecondChance(situation, ending, context.nowMs)
          ? reconnect(context)(situation)
          : endCallbackConversation(context)(situation);
      case 'intent':
      case 'talked':
      case 'ended':
      case undefined:
        return unchanged(situation);
    }
  };
}

/**
 * The agent went away while the customer was being called: stop calling. The hanging up carries the apology, for a
 * customer who picks up before it arrives; a phone that only rings falls silent at once.
 */
export function agentLeftWhileCalling(context: Context): Step {
  return (situation) => {
    const gone = all(endOffer('agent-lost'), freeAgent(context.nowMs));
    return situation.attempt?.state === 'intent'
      ? inOrder(situation, gone, finishAttempt('agent-lost', context))
      : inOrder(
          situation,
          gone,
          dismissCustomer(AGENT_LOST),
          startCancelling('agent-lost', context.nowMs),
        );
  };
}

/** Nobody can say whether the customer's phone rang: the agent is let go, and evidence decides. It is never sent again. */
export function dialInDoubt({ nowMs }: Context): Step {
  return (situation) =>
    situation.attempt?.state === 'dialing'
      ? inOrder(
          situation,
          letAgentGo(nowMs),
          setAttempt({ state: 'in-doubt' }),
          stopTimers('dial'),
          startTimer('settle', nowMs, SETTLE_SECONDS),
        )
      : unchanged(situation);
}

/** No word from the PBX about the call, in time. */
export function dialOverdue(context: Context): Step {
  return (situation: Situation) =>
    situation.attempt?.state === 'intent'
      ? block(pause('settling', SETTLE_SECONDS, context), context)(situation)
      : dialInDoubt(context)(situation);
}

/** No evidence has come: hang up what may be left of the call, and after that count it as it stands. */
export function settleOverdue(context: Context): Step {
  return (situation) => {
    const { attempt } = situation;
    if (attempt?.state === 'cancelling') {
      // Whoever still hears last words has heard enough.
      return inOrder(
        situation,
        dismissCustomer([]),
        finishAttempt(attempt.notedOutcome ?? 'in-doubt', context),
      );
    }
    return attempt?.state === 'in-doubt'
      ? inOrder(situation, dismissCustomer([]), startCancelling('in-doubt', context.nowMs))
      : unchanged(situation);
  };
}
