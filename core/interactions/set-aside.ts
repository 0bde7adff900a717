import { isUnderWay } from '../callbacks/second-chance.ts';
import { done, type Outcome, refused } from '../prelude/refusal.ts';
import type { EpochMs } from '../prelude/time.ts';
import { releaseAgent } from './conversations.ts';
import {
  all,
  inOrder,
  refuse,
  type Step,
  setAttempt,
  setCallback,
  stopTimers,
  testify,
  unchanged,
} from './decision.ts';
import { endCallback, goTo, hasBeenDialed } from './ends.ts';
import type { Context, Input } from './input.ts';
import type { Callback, ParkReason, Situation } from './situation.ts';
import { dismissAgent, endOffer, enterLine, freeAgent, leaveLine, park } from './steps.ts';

/** Somebody asks for it, by the name that was given. */
type Asked = Input & { readonly kind: 'resume-asked' | 'close-asked' };

/**
 * Handling it failed too often (F21): the callback leaves the line with its ticket and waits for a human. Whoever is on
 * the phone is not harmed: a call that goes on is left alone, and set aside is what remains when its end cannot be handled.
 */
export function setAside({ failed }: Input & { kind: 'handling-failed' }, context: Context): Step {
  return (situation) => {
    switch (situation.callback?.state) {
      case 'scheduled':
      case 'waiting':
      case 'retry-wait':
        return poison(context)(situation);
      case 'offered':
      case 'accepted':
        return isUnderWay(situation.callback.secondChance)
          ? unchanged(situation)
          : inOrder(situation, releaseAgent(context), poison(context));
      case 'dialing':
      case 'holding':
      case 'connected':
        return failed === 'customer-leg-ended'
          ? inOrder(situation, giveUpCall(context), poison(context))
          : unchanged(situation);
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
        return unchanged(situation);
    }
  };
}

/** Out of everything, with the ticket. The customer's own call, where it is still up, ends in its own time. */
function poison({ fresh }: Context): Step {
  return (situation) => ({
    ...inOrder(
      situation,
      goTo('poisoned'),
      leaveLine(),
      stopTimers('offer', 'alert', 'dial', 'settle', 'expiry', 'wrap-up', 'inactive'),
    ),
    ticket: { id: fresh.ticketId, reason: 'poisoned' },
  });
}

/** The customer's leg is gone and nobody can say what it came to: it is counted, and the agent is let go. */
function giveUpCall(context: Context): Step {
  return (situation) => {
    const attemptsUsed = (situation.callback?.attemptsUsed ?? 0) + 1;
    const counted = situation.attempt?.isSecondChance === true ? {} : { attemptsUsed };
    return inOrder(
      situation,
      setAttempt({ state: 'ended', outcome: 'in-doubt' }),
      setCallback(counted),
      dismissAgent([]),
      endOffer('accepted'),
      freeAgent(context.nowMs),
    );
  };
}

/** A human has found the reason: it goes on where it was, at the place it always had. */
export function resume({ by }: Asked, context: Context): Step {
  return (situation) => {
    const may = mayResume(situation, context);
    if (!may.ok) return refuse(situation, may.refusal);
    return inOrder(
      situation,
      standAgain(may.value, context.nowMs),
      expiryRuns(context),
      closeTicket('callback.resumed', by, context),
    );
  };
}

/** A human has decided that nothing is left to do. */
export function close({ by }: Asked, context: Context): Step {
  return (situation) => {
    const found = setAsideOf(situation);
    if (!found.ok) return refuse(situation, found.refusal);
    const end = endCallback('cancelled', context);
    return inOrder(situation, end, closeTicket('callback.closed', by, context));
  };
}

function setAsideOf({ callback }: Situation): Outcome<Callback> {
  return callback?.state === 'poisoned'
    ? done(callback)
    : refused(
        'CALLBACK_NOT_SET_ASIDE',
        `Only a callback that was set aside is resumed or closed; this one is ${callback?.state ?? 'none'}.`,
      );
}

function mayResume(situation: Situation, { nowMs, expiresAt }: Context): Outcome<Callback> {
  const found = setAsideOf(situation);
  if (!found.ok) return found;
  const instead = 'Cancel it and have the customer called again from its ticket.';
  if (found.value.attemptsUsed >= situation.queue.callback.attemptsMax) {
    return refused('CALLBACK_NOT_RESUMABLE', `All its attempts are used up. ${instead}`);
  }
  return !hasBeenDialed(situation) && expiresAt <= nowMs
    ? refused('CALLBACK_NOT_RESUMABLE', `Its time has lapsed meanwhile. ${instead}`)
    : found;
}

function standAgain({ chosenTime, notBefore }: Callback, nowMs: EpochMs): Step {
  const [at, why]: readonly [EpochMs | null, ParkReason] =
    chosenTime === null ? [notBefore, 'delay'] : [chosenTime.at, 'scheduled'];
  return at === null || at <= nowMs
    ? all(goTo('waiting'), enterLine())
    : all(goTo('scheduled'), park(why, at));
}

function expiryRuns({ expiresAt }: Context): Step {
  return (situation) =>
    hasBeenDialed(situation)
      ? unchanged(situation)
      : unchanged({ ...situation, timers: { ...situation.timers, expiry: expiresAt } });
}

function closeTicket(kind: string, by: string, { fresh }: Context): Step {
  return (situation) => ({
    ...testify(
      { kind, body: { callbackId: situation.callback?.id, by } },
      { kind: 'ticket.closed', body: { ticketId: fresh.ticketId, by } },
    )(situation),
    closesTicket: true,
  });
}
