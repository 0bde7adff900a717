import { conversationOutcome } from '../callbacks/policy.ts';
import { isUnderWay } from '../callbacks/second-chance.ts';
import { prompt } from '../calls/speech.ts';
import { present } from '../prelude/assert.ts';
import { secondsBetween } from '../prelude/time.ts';
import {
  type Decision,
  inOrder,
  refuse,
  type Step,
  setAttempt,
  setInteraction,
  startTimer,
  stopTimers,
  unchanged,
} from './decision.ts';
import { endCallback, finishAttempt, goTo, startCancelling } from './ends.ts';
import type { Context } from './input.ts';
import type { Situation } from './situation.ts';
import {
  dismissAgent,
  dismissCaller,
  dismissCustomer,
  endOffer,
  freeAgent,
  leaveLine,
  setAgent,
} from './steps.ts';

/** How long a message on an answering machine may take at most, in seconds. */
const MESSAGE_SECONDS_MAX = 120;

/** A live caller and an agent have finished talking, whoever hung up first. */
export function endLiveConversation(context: Context): Step {
  return (situation) =>
    inOrder(
      situation,
      dismissCaller([]),
      dismissAgent([]),
      endOffer('accepted'),
      setInteraction({ state: 'wrapping-up' }),
      leaveLine(),
      startWrapUp(context),
    );
}

/** A customer who was called back and the agent have finished talking, whoever hung up first. */
export function endCallbackConversation(context: Context): Step {
  return (situation) => {
    const attempt = present(situation.attempt, 'attempt');
    const talked = secondsBetween(attempt.answeredAt ?? context.nowMs, context.nowMs);
    const outcome = conversationOutcome(talked, attempt.notedOutcome, situation.queue.callback);
    const hungUp = inOrder(situation, dismissCustomer([]), dismissAgent([]), endOffer('accepted'));
    const rest =
      outcome === 'connected'
        ? inOrder(
            hungUp.next,
            setAttempt({ state: 'talked' }),
            goTo('wrapping-up'),
            startWrapUp(context),
          )
        : inOrder(hungUp.next, finishAttempt(outcome, context), freeAgent(context.nowMs));
    return { ...rest, commands: [...hungUp.commands, ...rest.commands] };
  };
}

/** The agent's time for notes; without any it is over at once. */
function startWrapUp(context: Context): Step {
  return (situation) => {
    const seconds = situation.queue.callback.wrapUpSeconds;
    if (seconds === 0) return endWrapUp(context)(situation);
    return inOrder(
      situation,
      setAgent({ occupation: 'wrapping-up' }),
      startTimer('wrap-up', context.nowMs, seconds),
    );
  };
}

/** The notes are done: the conversation counts as what it was, and the agent is free. */
export function endWrapUp(context: Context): Step {
  return (situation) => {
    if (situation.attempt?.state === 'talked') {
      return inOrder(situation, finishAttempt('connected', context), freeAgent(context.nowMs));
    }
    if (situation.interaction.state !== 'wrapping-up') return unchanged(situation);
    return inOrder(
      situation,
      setInteraction({ state: 'ended', ending: 'answered' }),
      freeAgent(context.nowMs),
    );
  };
}

/** The agent says how it really went. What was noted during the conversation counts when it ends. */
export function noteOutcome(outcome: 'connected' | 'voicemail', context: Context): Step {
  return (situation) => {
    const state = situation.attempt?.state;
    if (state === 'talked') {
      return inOrder(situation, finishAttempt(outcome, context), freeAgent(context.nowMs));
    }
    if (state === 'connected') {
      const noted = setAttempt({ notedOutcome: outcome });
      if (outcome === 'connected') return noted(situation);
      return situation.queue.callback.voicemail === 'message'
        ? leaveMessage(context)(situation)
        : inOrder(situation, noted, endCallbackConversation(context));
    }
    return refuse(situation, {
      code: 'CALLBACK_NOT_IN_CONVERSATION',
      detail: 'An outcome can be noted during the conversation and until wrap-up ends.',
    });
  };
}

/** The machine hears the queue's message and is hung up after it; the agent need not wait for that. */
function leaveMessage({ nowMs }: Context): Step {
  return (situation) =>
    inOrder(
      situation,
      dismissCustomer([prompt(situation.queue.callback.prompts.voicemailMessage)]),
      dismissAgent([]),
      endOffer('accepted'),
      freeAgent(nowMs),
      goTo('wrapping-up'),
      startCancelling('voicemail', nowMs, MESSAGE_SECONDS_MAX),
    );
}

/** Ends a promise that is not being kept at this very moment. */
export function cancel(context: Context): Step {
  return (situation) => {
    switch (situation.callback?.state) {
      case 'scheduled':
      case 'waiting':
      case 'retry-wait':
      case 'poisoned':
      case 'offered':
      case 'accepted':
        return isUnderWay(situation.callback.secondChance)
          ? refusePastRecall(situation)
          : callOff('cancelled', context)(situation);
      case 'dialing':
      case 'holding':
      case 'connected':
      case 'wrapping-up':
        return refusePastRecall(situation);
      case 'completed':
      case 'exhausted':
      case 'expired':
      case 'released':
      case 'refused':
      case 'cancelled':
      case 'superseded':
        return refuse(situation, { code: 'CALLBACK_ENDED', detail: 'This callback is over.' });
      case undefined:
        return refuse(situation, { code: 'CALLBACK_UNKNOWN', detail: 'There is no callback.' });
    }
  };
}

/** The customer was answered by a call of their own: a promise that is not being kept this moment is over. */
export function supersede(context: Context): Step {
  return (situation) => {
    switch (situation.callback?.state) {
      case 'scheduled':
      case 'waiting':
      case 'retry-wait':
      case 'offered':
      case 'accepted':
        return callOff('superseded', context)(situation);
      case 'dialing':
      case 'holding':
      case 'connected':
      case 'wrapping-up':
      case 'poisoned':
      case 'completed':
      case 'exhausted':
      case 'expired':
      case 'released':
      case 'refused':
      case 'cancelled':
      case 'superseded':
      case undefined:
        // A call that is up ends first, and what follows from it knows of this; what was set aside is left to a human.
        return unchanged(situation);
    }
  };
}

/** Ends a promise whose customer is not being called; an agent who rings or has accepted is let go. */
function callOff(end: 'cancelled' | 'superseded', context: Context): Step {
  return (situation) =>
    situation.offer === null
      ? endCallback(end, context)(situation)
      : inOrder(situation, releaseAgent(context), endCallback(end, context));
}

function refusePastRecall(situation: Situation): Decision {
  return refuse(situation, {
    code: 'CALLBACK_PAST_RECALL',
    detail: 'The customer is being called or talks already.',
  });
}

/** Lets go of an agent who rings or has accepted, before the customer is called. */
export function releaseAgent(context: Context): Step {
  return (situation: Situation) =>
    inOrder(
      situation,
      endOffer(situation.offer?.state === 'accepted' ? 'accepted' : 'withdrawn'),
      setAttempt({ state: 'ended', outcome: 'blocked' }),
      stopTimers('dial'),
      dismissAgent([]),
      freeAgent(context.nowMs),
    );
}
