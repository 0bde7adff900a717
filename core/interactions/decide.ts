import { DIALLING_STOPPED_PAUSE_SECONDS } from '../callbacks/policy.ts';
import { secondsAfter, secondsBetween } from '../prelude/time.ts';
import { endCall, leaveOverdue, pressDigit } from './calls.ts';
import { cancel, endWrapUp, noteOutcome, supersede } from './conversations.ts';
import {
  type Decision,
  inOrder,
  type Step,
  setCallback,
  startTimer,
  stopTimers,
  unchanged,
} from './decision.ts';
import {
  alertEnded,
  customerAnswered,
  customerLegEnded,
  dial,
  dialInDoubt,
  dialOverdue,
  settleOverdue,
} from './dialing.ts';
import { endCallback, hasBeenDialed } from './ends.ts';
import { customerCalledIn, numberFree, stillOnCall, waitsForNumber } from './glare.ts';
import { watchInactivity } from './inactivity.ts';
import type { Context, Input } from './input.ts';
import { callNext } from './next.ts';
import { agentAnswered, agentLegEnded, offerOverdue, offerTo } from './offers.ts';
import { standInTime } from './promises.ts';
import { close, resume, setAside } from './set-aside.ts';
import type { Situation, TimerKind } from './situation.ts';
import { park, renewPlace } from './steps.ts';

/** How soon to look again whether a promise has lapsed that an agent has in hand, in seconds. */
const EXPIRY_GRACE_SECONDS = 60;

/** How soon to look again at a promise that cannot lapse while dialling is stopped, in seconds. */
const STOPPED_LOOK_SECONDS = 60;

/**
 * The one door: what follows when this happens to this interaction at this time. Equal arguments give equal decisions.
 * What no longer fits, because the situation has moved on, changes nothing.
 */
export function decide(situation: Situation, input: Input, context: Context): Decision {
  return watchInactivity(stepFor(input, context)(situation), context.nowMs);
}

function stepFor(input: Input, context: Context): Step {
  switch (input.kind) {
    case 'digit-pressed':
      return pressDigit(input, context);
    case 'call-ended':
      return endCall(input, context);
    case 'matched':
      return offerTo(input, context);
    case 'agent-answered':
      return agentAnswered(context);
    case 'agent-leg-ended':
      return agentLegEnded(input.ending, context);
    case 'alert-ended':
      return alertEnded(context);
    case 'dial-due':
      return dial(input.mayDial, input.route, context);
    case 'dial-in-doubt':
      return dialInDoubt(context);
    case 'customer-answered':
      return customerAnswered(context);
    case 'customer-leg-ended':
      return customerLegEnded(input.ending, context);
    case 'timer-due':
      return timerDue(input.timer, context);
    case 'customer-called-in':
      return customerCalledIn(context);
    case 'number-free':
      return numberFree();
    case 'customer-got-through':
      return supersede(context);
    case 'cancel-asked':
      return cancel(context);
    case 'outcome-noted':
      return noteOutcome(input.outcome, context);
    case 'wrap-up-ended':
      return endWrapUp(context);
    case 'handling-failed':
      return setAside(input, context);
    case 'resume-asked':
      return resume({ ...input, kind: 'resume-asked' }, context);
    case 'close-asked':
      return close({ ...input, kind: 'close-asked' }, context);
    case 'next-asked':
      return callNext(input);
  }
}

function timerDue(timer: TimerKind, context: Context): Step {
  return (situation) => {
    const due = situation.timers[timer];
    if (due === undefined || due > context.nowMs) return unchanged(situation);
    return inOrder(situation, stopTimers(timer), overdue(timer, context));
  };
}

function overdue(timer: TimerKind, context: Context): Step {
  switch (timer) {
    case 'offer':
      return offerOverdue(context);
    case 'alert':
      return alertEnded(context);
    case 'dial':
      return dialOverdue(context);
    case 'settle':
      return settleOverdue(context);
    case 'leave':
      return leaveOverdue(context);
    case 'parked':
      return parkedOverdue(context);
    case 'expiry':
      return expiryOverdue(context);
    case 'wrap-up':
      return endWrapUp(context);
    case 'inactive':
      return setCallback({ inactiveAt: context.nowMs });
  }
}

function parkedOverdue(context: Context): Step {
  return (situation) => {
    const { standing } = situation.interaction;
    if (standing.kind !== 'parked' || situation.callback === null) return unchanged(situation);
    if (context.customer.gotThrough) return supersede(context)(situation);
    if (waitsForNumber(situation) && context.customer.onCall) {
      return stillOnCall(context)(situation);
    }
    // Whoever waits for the word of a supervisor does not go through the line to learn that it has not come.
    if (standing.reason === 'dialling-stopped' && context.stops.dialling) {
      const again = secondsAfter(context.nowMs, DIALLING_STOPPED_PAUSE_SECONDS);
      return park('dialling-stopped', again)(situation);
    }
    const goesBack = standing.reason === 'retry' && situation.queue.callback.reentry === 'back';
    // The retry was due then, however late we are: only who had come by then stands before it.
    const renewed = goesBack ? renewPlace(standing.until)(situation).next : situation;
    return standInTime(context)(renewed);
  };
}

/** Time in which dialling was stopped does not count: the promise has more of it than when it was made. */
function lookAtExpiryAgain({ nowMs, expiresAt, stops }: Context): Step {
  const left = secondsBetween(nowMs, expiresAt);
  return startTimer('expiry', nowMs, stops.dialling ? Math.max(left, STOPPED_LOOK_SECONDS) : left);
}

function expiryOverdue(context: Context): Step {
  return (situation) => {
    const state = situation.callback?.state;
    if (hasBeenDialed(situation)) return unchanged(situation);
    if (context.customer.gotThrough) return supersede(context)(situation);
    if (context.expiresAt > context.nowMs) return lookAtExpiryAgain(context)(situation);
    if (state === 'waiting' || state === 'scheduled' || state === 'retry-wait') {
      return endCallback('expired', context)(situation);
    }
    // An agent is about to keep the promise; if that comes to nothing, it lapses then.
    return state === 'offered' || state === 'accepted'
      ? startTimer('expiry', context.nowMs, EXPIRY_GRACE_SECONDS)(situation)
      : unchanged(situation);
  };
}
