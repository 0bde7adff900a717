import type { PhoneNumber } from '../numbers/number.ts';
import { NUMBER_REFUSALS, type NumberVerdict } from '../numbers/verdict.ts';
import type { InteractionId, LineId, PbxId, QueueId } from '../prelude/ids.ts';
import { type Reason, reason } from '../prelude/reason.ts';
import { type EpochMs, secondsBetween } from '../prelude/time.ts';
import type { CallbackSettings, QueueSettings } from '../queues/settings.ts';
import { type Origins, ruleFor } from '../rules/origins.ts';
import { behaviourOf, settingsWith } from '../rules/resolve.ts';
import { type Decision, inOrder } from './decision.ts';
import type { Context } from './input.ts';
import { promise, standInTime } from './promises.ts';
import type { Situation } from './situation.ts';

/** A call that nobody answered, as another system tells of it. */
export interface MissedCall {
  readonly interactionId: InteractionId;
  readonly pbxId: PbxId;
  readonly queueId: QueueId;
  readonly lineId: LineId;
  readonly priority: number;
  readonly sequence: number;
  /** Null when the caller withheld it. */
  readonly number: PhoneNumber | null;
  /** The number of ours that was called; null when only the queue is known. */
  readonly dialledNumber: PhoneNumber | null;
  readonly calledAt: EpochMs;
  readonly queue: QueueSettings;
  readonly origins: Origins;
  /** The number has an open callback in this queue already: that one stands. */
  readonly hasOpenCallback: boolean;
  /** The customer has called this queue again since, and is waiting or was answered. */
  readonly calledAgain: boolean;
  /** What the number policy says of a request for the number, in its own countries only: one ring from abroad is a bait. */
  readonly numberVerdict: NumberVerdict;
}

/** Why a missed call is not followed up. Codes are promises to integrators: never renamed. */
export const MISSED_OBSTACLE_CODES = [
  'requests-stopped',
  'number-withheld',
  'number-refused',
  'no-rule',
  'rule-disabled',
  'queue-offers-none',
  'number-offers-none',
  'in-the-future',
  'too-old',
  'already-in-line',
  'called-again',
] as const;
export type MissedObstacle = Reason<(typeof MISSED_OBSTACLE_CODES)[number]>;

/** What follows from a missed call. */
export type MissedDecision =
  | { readonly followedUp: true; readonly decision: Decision }
  | { readonly followedUp: false; readonly obstacle: MissedObstacle };

/** The settings of the callback that this call would get: its expiry is worked out before it is made. */
export function settingsOfMissed({
  queue,
  origins,
}: Pick<MissedCall, 'queue' | 'origins'>): CallbackSettings {
  const rule = ruleFor('missed', origins, queue.name);
  return rule === null ? queue.callback : settingsWith(queue.callback, behaviourOf(rule));
}

/** A missed call becomes a callback with the place that the call would have had, or is left alone for a reason. */
export function receiveMissedCall(call: MissedCall, context: Context): MissedDecision {
  const [obstacle] = missedObstacles(call, context);
  if (obstacle !== undefined) return { followedUp: false, obstacle };
  const { number, origins, queue, calledAt: at } = call;
  const rule = ruleFor('missed', origins, queue.name);
  if (number === null || rule === null) {
    return { followedUp: false, obstacle: reason('no-rule', NO_RULE) };
  }
  const decision = inOrder(
    situationOf(call),
    promise({ origin: 'missed', number, rule, at }, context),
    standInTime(context),
  );
  return { followedUp: true, decision };
}

const NO_RULE = 'No rule follows up missed calls of this queue or number.';

/** What stands against following it up, the most telling first. */
function missedObstacles(
  call: MissedCall,
  { nowMs, expiresAt, stops }: Context,
): readonly MissedObstacle[] {
  const { queue, origins, number, calledAt } = call;
  const rule = ruleFor('missed', origins, queue.name);
  const isOld = secondsBetween(calledAt, nowMs) > (rule?.lookBackSeconds ?? Infinity);
  return [
    stops.requests
      ? reason('requests-stopped', 'Taking requests is stopped by a supervisor.')
      : null,
    queue.callback.enabled ? null : reason('queue-offers-none', 'The queue offers no callbacks.'),
    origins.numberEnabled
      ? null
      : reason('number-offers-none', 'The number that was called offers no callbacks.'),
    rule === null ? reason('no-rule', NO_RULE) : null,
    rule?.enabled === false
      ? reason('rule-disabled', `The rule ${rule.name} is switched off.`)
      : null,
    number === null
      ? reason('number-withheld', 'The caller has withheld the number to call.')
      : null,
    call.numberVerdict.allowed
      ? null
      : reason('number-refused', NUMBER_REFUSALS[call.numberVerdict.reason].text),
    calledAt > nowMs
      ? reason(
          'in-the-future',
          'The call lies in the future: look at the clock of whoever tells it.',
        )
      : null,
    // What has lapsed already would be promised in vain.
    isOld || expiresAt <= nowMs
      ? reason('too-old', 'The call lies too far back to be followed up.')
      : null,
    call.hasOpenCallback
      ? reason('already-in-line', 'The number already holds a callback in this queue.')
      : null,
    call.calledAgain
      ? reason('called-again', 'The customer has called again since, and waits or was answered.')
      : null,
  ].filter((obstacle) => obstacle !== null);
}

function situationOf(call: MissedCall): Situation {
  const { lineId, priority, sequence, calledAt } = call;
  return {
    interaction: {
      id: call.interactionId,
      queueId: call.queueId,
      pbxId: call.pbxId,
      state: 'callback',
      customerNumber: call.number,
      dialledNumber: call.dialledNumber,
      firstEnteredAt: calledAt,
      place: { lineId, priority, enteredAt: calledAt, sequence },
      standing: { kind: 'out' },
      call: null,
      ending: null,
      numberRefusal: null,
      revision: 0,
    },
    callback: null,
    offer: null,
    attempt: null,
    agent: null,
    timers: {},
    queue: call.queue,
    origins: call.origins,
  };
}
