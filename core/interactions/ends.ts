import {
  afterAttempt,
  CONGESTION_PAUSE_SECONDS,
  DIALLING_STOPPED_PAUSE_SECONDS,
  NUMBER_ON_CALL_PAUSE_SECONDS,
  retryDelaySeconds,
} from '../callbacks/policy.ts';
import { isUnderWay } from '../callbacks/second-chance.ts';
import {
  ATTEMPT_OUTCOMES,
  type AttemptOutcome,
  CALLBACK_ENDS,
  type CallbackEnd,
  type CallbackState,
} from '../callbacks/states.ts';
import { assertTransition } from '../callbacks/transition.ts';
import { NUMBER_REFUSALS } from '../numbers/verdict.ts';
import { assert, present } from '../prelude/assert.ts';
import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import {
  all,
  inOrder,
  type Step,
  setAttempt,
  setCallback,
  setInteraction,
  startTimer,
  stopTimers,
  unchanged,
} from './decision.ts';
import type { Context, MayDial } from './input.ts';
import type { ParkReason, Situation } from './situation.ts';
import { enterLine, leaveLine, park } from './steps.ts';

/** How long a number that is refused for now stays out of the line at least, in seconds: others free what it waits for. */
const REFUSED_PAUSE_SECONDS_MIN = 60;
/** How long to wait before looking again at hours that never open, in seconds. */
const NEVER_OPEN_PAUSE_SECONDS = 3600;
/** How long evidence about an attempt in doubt may take, and a hung-up leg to be gone, in seconds. */
export const SETTLE_SECONDS = 10;

/** Takes the callback through the one door for state changes. */
export function goTo(state: CallbackState): Step {
  return (situation) => {
    assertTransition(present(situation.callback, 'callback').state, state);
    return setCallback({ state })(situation);
  };
}

/** Ends the callback and with it the interaction; a failure opens its one ticket. */
export function endCallback(end: CallbackEnd, context: Context): Step {
  return (situation) => {
    const decision = inOrder(
      situation,
      goTo(end),
      setCallback({ endedAt: context.nowMs }),
      setInteraction({
        state: 'ended',
        ending: end === 'completed' ? 'called-back' : 'not-called-back',
      }),
      leaveLine(),
      stopTimers('expiry', 'dial', 'settle'),
    );
    const ticket = { id: context.fresh.ticketId, reason: end };
    return CALLBACK_ENDS[end].ticket ? { ...decision, ticket } : decision;
  };
}

/** Writes the outcome of the live attempt and does what follows from it. The agent is the caller's business. */
export function finishAttempt(outcome: AttemptOutcome, context: Context): Step {
  return (situation) => {
    const callback = present(situation.callback, 'callback');
    const ended = inOrder(
      situation,
      setAttempt({ state: 'ended', outcome }),
      stopTimers('dial', 'settle'),
    ).next;
    if (isUnderWay(callback.secondChance)) return endSecondChance(outcome, context)(ended);
    const attemptsUsed = callback.attemptsUsed + (ATTEMPT_OUTCOMES[outcome].counts ? 1 : 0);
    return inOrder(ended, setCallback({ attemptsUsed }), follow(outcome, attemptsUsed, context));
  };
}

/** The second chance is over, with or without an attempt: a conversation that was one counts, whichever of the two. */
export function endSecondChance(outcome: AttemptOutcome, context: Context): Step {
  return (situation) => {
    const { secondChance, attemptsUsed } = present(situation.callback, 'callback');
    assert(isUnderWay(secondChance), 'a second chance ends that is under way');
    const counted = outcome === 'connected' ? outcome : secondChance;
    const over = setCallback({ secondChance: 'over' });
    return inOrder(situation, over, follow(counted, attemptsUsed, context));
  };
}

/** The hang-up has been told; the attempt ends as `outcome` when the leg is gone, or when that takes longer than `seconds`. */
export function startCancelling(
  outcome: AttemptOutcome,
  nowMs: EpochMs,
  seconds: number = SETTLE_SECONDS,
): Step {
  return all(
    setAttempt({ state: 'cancelling', notedOutcome: outcome }),
    stopTimers('dial'),
    startTimer('settle', nowMs, seconds),
  );
}

function follow(outcome: AttemptOutcome, attemptsUsed: number, context: Context): Step {
  return (situation) => {
    if (outcome !== 'connected' && context.customer.gotThrough) {
      return endCallback('superseded', context)(situation);
    }
    const settings = situation.queue.callback;
    switch (afterAttempt(outcome, attemptsUsed, settings)) {
      case 'complete':
        return endCallback('completed', context)(situation);
      case 'give-up':
        return endCallback('exhausted', context)(situation);
      case 'retry-later': {
        const until = secondsAfter(context.nowMs, retryDelaySeconds(outcome, settings));
        return inOrder(situation, goTo('retry-wait'), park('retry', until));
      }
      case 'back-to-line':
        if (outcome === 'congestion') {
          return pause('route-full', CONGESTION_PAUSE_SECONDS, context)(situation);
        }
        return context.customer.onCall
          ? pause('number-on-call', NUMBER_ON_CALL_PAUSE_SECONDS, context)(situation)
          : backToLine(context)(situation);
    }
  };
}

/** Waiting again, at the place it always had. */
export function backToLine(context: Context): Step {
  return (situation) => inOrder(situation, goTo('waiting'), enterLine(), expiryRuns(context));
}

/** Keeps its place but cannot be taken for so many seconds. */
export function pause(reason: ParkReason, seconds: number, context: Context): Step {
  return pauseUntil(reason, secondsAfter(context.nowMs, seconds), context);
}

function pauseUntil(reason: ParkReason, until: EpochMs, context: Context): Step {
  return (situation) =>
    inOrder(
      situation,
      goTo(reason === 'closed-hours' || reason === 'calling-hours' ? 'scheduled' : 'waiting'),
      park(reason, until),
      expiryRuns(context),
    );
}

/** Out of the line until the customer may be called again. */
export function pauseFor(mayDial: MayDial & { yes: false }, context: Context): Step {
  if (mayDial.reason === 'number-on-call') {
    return pause('number-on-call', NUMBER_ON_CALL_PAUSE_SECONDS, context);
  }
  if (mayDial.reason === 'got-through') return endCallback('superseded', context);
  if (mayDial.reason === 'number-refused') return refuseNumber(mayDial, context);
  if (mayDial.reason === 'called-recently') {
    return pauseUntil('called-recently', mayDial.until, context);
  }
  if (mayDial.reason === 'dialling-stopped') {
    return pause('dialling-stopped', DIALLING_STOPPED_PAUSE_SECONDS, context);
  }
  return mayDial.nextOpening === null
    ? pause(mayDial.reason, NEVER_OPEN_PAUSE_SECONDS, context)
    : pauseUntil(mayDial.reason, mayDial.nextOpening, context);
}

/** A refusal that lasts ends the promise; another one keeps the place until it may have passed. */
function refuseNumber(
  { refusal, until }: MayDial & { readonly yes: false; readonly reason: 'number-refused' },
  context: Context,
): Step {
  if (NUMBER_REFUSALS[refusal].lasts) {
    return all(setCallback({ numberRefusal: refusal }), endCallback('refused', context));
  }
  const soonest = secondsAfter(context.nowMs, REFUSED_PAUSE_SECONDS_MIN);
  const reason = refusal === 'budget-spent' ? 'budget-spent' : 'number-limit';
  return pauseUntil(reason, until === null || until < soonest ? soonest : until, context);
}

/**
 * Lets the expiry run again for a customer whose phone has not been called yet. An attempt that never left our side,
 * for want of a line, is no first dial: a promise must not escape its expiry that way.
 */
function expiryRuns({ expiresAt }: Context): Step {
  return (situation) => {
    if (situation.callback === null || situation.callback.attemptsUsed > 0) {
      return unchanged(situation);
    }
    const { next } = setCallback({ firstDialedAt: null })(situation);
    return unchanged({ ...next, timers: { ...next.timers, expiry: expiresAt } });
  };
}

/** True once the customer has been called for this promise. */
export function hasBeenDialed(situation: Situation): boolean {
  return situation.callback?.firstDialedAt !== null;
}
