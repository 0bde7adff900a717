import type { PhoneNumber } from '../numbers/number.ts';
import type { InteractionId, PbxId, QueueId } from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';
import type { QueueSettings } from '../queues/settings.ts';
import { NO_RULES } from '../rules/origins.ts';
import { settingsWith } from '../rules/resolve.ts';
import type { Behaviour } from '../rules/rule.ts';
import type { Decision, Step } from './decision.ts';
import type { Context } from './input.ts';
import type { Callback, CallbackOrigin, ChosenTime, Place, Situation } from './situation.ts';
import { enterLine, park } from './steps.ts';

/** A chosen time lies at least so far ahead, in seconds: nobody agrees on a time that is now. */
export const CHOSEN_AHEAD_SECONDS_MIN = 60;
/** And at most so many days ahead, on the clock of its zone (S4.21). */
export const CHOSEN_AHEAD_DAYS_MAX = 30;

/** What is known when a callback is asked for by somebody who is not on the phone with us. */
export interface NewRequest {
  readonly interactionId: InteractionId;
  readonly pbxId: PbxId;
  readonly queueId: QueueId;
  /** Entered at the chosen time, or now. */
  readonly place: Place;
  readonly queue: QueueSettings;
  readonly number: PhoneNumber;
  readonly origin: CallbackOrigin;
  readonly chosenTime: ChosenTime | null;
  readonly statedZone: string | null;
  readonly opening: RequestedOpening;
  /** What was asked for beside the call itself; it goes before what the queue says. */
  readonly behaviour: Behaviour;
}

/** Whether queue and customer can be had when the place is entered, and if not, which is closed and when both are open. */
export type RequestedOpening =
  | { readonly open: true }
  | {
      readonly open: false;
      readonly closed: 'closed-hours' | 'calling-hours';
      readonly nextOpening: EpochMs;
    };

/**
 * A callback begins without a call. With a chosen time it enters the line then, with the place of that time: who agrees
 * on three o'clock has not waited since the morning, and is before whoever comes after three. Without one it stands in
 * line at once. A time outside the hours keeps its place and is carried to the next opening.
 */
export function requestCallback(
  request: NewRequest,
  context: Pick<Context, 'nowMs' | 'expiresAt' | 'fresh'>,
): Decision {
  const begin: Situation = {
    interaction: {
      id: request.interactionId,
      queueId: request.queueId,
      pbxId: request.pbxId,
      state: 'callback',
      customerNumber: request.number,
      dialledNumber: null,
      firstEnteredAt: request.place.enteredAt,
      place: request.place,
      standing: { kind: 'out' },
      call: null,
      ending: null,
      numberRefusal: null,
      revision: 0,
    },
    callback: promiseOf(request, context),
    offer: null,
    attempt: null,
    agent: null,
    timers: { expiry: context.expiresAt },
    queue: { ...request.queue, callback: settingsWith(request.queue.callback, request.behaviour) },
    origins: NO_RULES,
  };
  return standIn(request)(begin);
}

function promiseOf(
  request: NewRequest,
  { fresh, nowMs }: Pick<Context, 'fresh' | 'nowMs'>,
): Callback {
  const waits = request.chosenTime === null && request.opening.open;
  return {
    id: fresh.callbackId,
    state: waits ? 'waiting' : 'scheduled',
    number: request.number,
    origin: request.origin,
    rule: null,
    overrides: request.behaviour,
    notBefore: null,
    chosenTime: request.chosenTime,
    statedZone: request.statedZone,
    requestedAt: nowMs,
    attemptsUsed: 0,
    firstDialedAt: null,
    secondChance: null,
    inactiveAt: null,
    endedAt: null,
    numberRefusal: null,
  };
}

function standIn({ chosenTime, opening }: NewRequest): Step {
  if (!opening.open) return park(opening.closed, opening.nextOpening);
  return chosenTime === null ? enterLine() : park('scheduled', chosenTime.at);
}
