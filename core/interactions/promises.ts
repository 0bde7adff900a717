import type { PhoneNumber } from '../numbers/number.ts';
import { type EpochMs, secondsAfter, secondsBetween } from '../prelude/time.ts';
import type { CallbackSettings } from '../queues/settings.ts';
import { ruleFor } from '../rules/origins.ts';
import { behaviourOf, layered, settingsWith } from '../rules/resolve.ts';
import type { Behaviour, Rule } from '../rules/rule.ts';
import { inOrder, type Step, setInteraction } from './decision.ts';
import { goTo } from './ends.ts';
import type { Context, Input } from './input.ts';
import type { CallbackOrigin, Place, Situation } from './situation.ts';
import { enterLine, park } from './steps.ts';

/** A callback that is about to arise: whose, how, and by which rule. */
export interface NewPromise {
  readonly origin: CallbackOrigin;
  readonly number: PhoneNumber;
  readonly rule: Rule;
  /** What was asked for with the request itself; it goes before the rule. */
  readonly request?: Behaviour;
  /** When it arose, for the rule's delay; now unless it is told later. */
  readonly at?: EpochMs;
}

/**
 * Makes the promise to call, with the place of the interaction. Where it stands until its turn is the next step's
 * business.
 */
export function promise(
  { origin, number, rule, request = {}, at }: NewPromise,
  context: Context,
): Step {
  return (situation) => {
    const { nowMs } = context;
    const overrides = layered(request, behaviourOf(rule));
    const callback = settingsWith(situation.queue.callback, overrides);
    const made: Situation = {
      ...situation,
      callback: {
        id: context.fresh.callbackId,
        state: 'waiting',
        number,
        chosenTime: null,
        statedZone: null,
        requestedAt: nowMs,
        origin,
        rule: rule.name,
        overrides,
        notBefore: rule.delaySeconds === 0 ? null : secondsAfter(at ?? nowMs, rule.delaySeconds),
        attemptsUsed: 0,
        firstDialedAt: null,
        secondChance: null,
        inactiveAt: null,
        endedAt: null,
        numberRefusal: null,
      },
      queue: { ...situation.queue, callback },
      timers: { ...situation.timers, expiry: context.expiresAt },
    };
    return setInteraction({ state: 'callback', place: placeOf(situation) })(made);
  };
}

/** The entry time is kept whatever the switches say; the priority only where the queue keeps it. */
function placeOf({ interaction: { place }, queue }: Situation): Place {
  return queue.callback.preservePriority ? place : { ...place, priority: queue.priority };
}

/** Into the line, or out of it with the place kept until the rule's delay is over. */
export function standInTime({ nowMs }: Pick<Context, 'nowMs'>): Step {
  return (situation) => {
    const notBefore = situation.callback?.notBefore ?? null;
    return notBefore === null || notBefore <= nowMs
      ? inOrder(situation, goTo('waiting'), enterLine())
      : inOrder(situation, goTo('scheduled'), park('delay', notBefore));
  };
}

/**
 * The promise of a caller who left before anyone answered; null when no rule makes one.
 * @param hasOpenCallback by an earlier call, in this queue: that one stands
 */
export function promiseToAbandoned(
  situation: Situation,
  hasOpenCallback: boolean,
  { expiresAt, nowMs, stops }: Context,
): NewPromise | null {
  const { interaction, queue, origins } = situation;
  const number = interaction.customerNumber;
  const rule = ruleFor('abandoned', origins, queue.name);
  if (rule === null || !rule.enabled || number === null || hasOpenCallback) return null;
  if (!queue.callback.enabled || !origins.numberEnabled || stops.requests) return null;
  const waitedSeconds = secondsBetween(interaction.place.enteredAt, nowMs);
  const counts = waitedSeconds >= rule.minimumWaitSeconds && waitedSeconds <= rule.lookBackSeconds;
  // Who has waited longer than a promise lasts would be promised what has lapsed already.
  return counts && expiresAt > nowMs ? { origin: 'abandoned', number, rule } : null;
}

/** The settings of the promise that there is, or that `input` would make: its expiry is worked out before it is made. */
export function settingsAhead(situation: Situation, input: Input): CallbackSettings {
  const { callback, queue, origins } = situation;
  if (callback !== null) return queue.callback;
  const type = input.kind === 'call-ended' ? 'abandoned' : 'queue-callback';
  const rule = ruleFor(type, origins, queue.name);
  return rule === null ? queue.callback : settingsWith(queue.callback, behaviourOf(rule));
}

/** True when `input` may make a promise, so that its number must be judged first; what is told besides needs no judging. */
export function mayPromise(
  { interaction: { state, call }, queue, origins }: Situation,
  input: Input,
): input is Input & { readonly kind: 'digit-pressed' | 'call-ended' } {
  const waits = (state === 'waiting' || state === 'offered') && call?.state === 'up';
  if (input.kind === 'digit-pressed') return waits && input.digit === '1';
  if (input.kind !== 'call-ended') return false;
  return waits && ruleFor('abandoned', origins, queue.name)?.enabled === true;
}
