import { type OfferFacts, offerObstacles } from '../callbacks/may-offer.ts';
import { prompt } from '../calls/speech.ts';
import type { PhoneNumber } from '../numbers/number.ts';
import { ALLOWED, type NumberVerdict } from '../numbers/verdict.ts';
import { present } from '../prelude/assert.ts';
import type { CallbackId, InteractionId, LegId, PbxId, QueueId } from '../prelude/ids.ts';
import { secondsAfter } from '../prelude/time.ts';
import type { QueueSettings } from '../queues/settings.ts';
import { type Origins, ruleFor, whoOffers } from '../rules/origins.ts';
import { endLiveConversation } from './conversations.ts';
import {
  all,
  type Decision,
  inOrder,
  type Step,
  setInteraction,
  startTimer,
  tell,
  unchanged,
  when,
} from './decision.ts';
import type { Context, Input } from './input.ts';
import { promise, promiseToAbandoned, standInTime } from './promises.ts';
import type { CustomerCall, InteractionEnding, Place, Situation } from './situation.ts';
import {
  callGone,
  dismissAgent,
  dismissCaller,
  endOffer,
  freeAgent,
  leaveLine,
  park,
} from './steps.ts';

/** How long the confirmation may take until we stop believing that the caller is still there, in seconds. */
const LEAVE_SECONDS_MAX = 30;

/** What is known when a call enters a queue. */
export interface NewCall {
  readonly interactionId: InteractionId;
  readonly pbxId: PbxId;
  readonly queueId: QueueId;
  readonly legId: LegId;
  readonly customerNumber: PhoneNumber | null;
  readonly dialledNumber: PhoneNumber | null;
  readonly place: Place;
  readonly queue: QueueSettings;
  readonly origins: Origins;
}

/** A call enters the queue: it stands in line from its first moment. */
export function receiveCall(call: NewCall): Decision {
  const situation: Situation = {
    interaction: {
      id: call.interactionId,
      queueId: call.queueId,
      pbxId: call.pbxId,
      state: 'waiting',
      customerNumber: call.customerNumber,
      dialledNumber: call.dialledNumber,
      firstEnteredAt: call.place.enteredAt,
      place: call.place,
      standing: { kind: 'in-line' },
      call: { legId: call.legId, state: 'up', ending: null, endedAt: null },
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
  return tell({ kind: 'hold', legId: call.legId, queueName: call.queue.name })(situation);
}

/** A waiting caller pressed a digit. Only 1 means something, only once, and only where a callback is offered. */
export function pressDigit(
  { digit, openCallback, heldPlace, numberVerdict }: Input & { readonly kind: 'digit-pressed' },
  context: Context,
): Step {
  return (situation) => {
    const { call, customerNumber: number } = situation.interaction;
    if (digit !== '1' || call === null) return unchanged(situation);
    const { requests: stopped } = context.stops;
    const facts = offerFacts(situation, openCallback, stopped, numberVerdict);
    if (
      facts.waits &&
      heldPlace !== null &&
      heldPlace.sequence !== situation.interaction.place.sequence
    ) {
      return goOnInPlace(call, heldPlace)(situation);
    }
    const [obstacle] = offerObstacles(facts);
    switch (obstacle?.code) {
      case 'not-waiting':
      case 'queue-offers-none':
      case 'requests-stopped':
      case 'number-offers-none':
      case 'rule-disabled':
        return unchanged(situation);
      case 'number-withheld':
        return explainUnknownNumber(call)(situation);
      case 'number-refused':
        return explainRefusedNumber(call, numberVerdict)(situation);
      case 'already-in-line':
        return inOrder(situation, withdrawOffer(context), endAsDuplicate(call, context));
      case undefined: {
        const promised = promiseCallback(call, present(number, 'number to call'), context);
        return inOrder(situation, withdrawOffer(context), promised);
      }
    }
  };
}

/** A caller who is already in line by a callback takes its place, for as long as they are on the phone. */
function goOnInPlace(call: CustomerCall, place: Place): Step {
  return (situation) =>
    inOrder(
      situation,
      setInteraction({ place }),
      tell({
        kind: 'speak',
        legId: call.legId,
        speechId: `${call.legId}-goes-on`,
        speech: [prompt('ringback/please-hold')],
      }),
    );
}

/** What decides whether this caller is offered a callback. */
export function offerFacts(
  { interaction, queue, origins }: Situation,
  openCallback: CallbackId | null,
  requestsStopped: boolean,
  numberVerdict: NumberVerdict,
): OfferFacts {
  const waits = interaction.state === 'waiting' || interaction.state === 'offered';
  return {
    waits: waits && interaction.call?.state === 'up',
    ...whoOffers(origins, queue),
    requestsStopped,
    numberKnown: interaction.customerNumber !== null,
    hasOpenCallback: openCallback !== null,
    numberVerdict,
  };
}

function explainUnknownNumber(call: CustomerCall): Step {
  return tell({
    kind: 'speak',
    legId: call.legId,
    speechId: `${call.legId}-number-unknown`,
    speech: [prompt('ringback/number-unknown')],
  });
}

/** The caller waits on, and knows why nobody will call them. */
function explainRefusedNumber(call: CustomerCall, verdict: NumberVerdict): Step {
  return all(
    setInteraction({ numberRefusal: verdict.allowed ? null : verdict.reason }),
    tell({
      kind: 'speak',
      legId: call.legId,
      speechId: `${call.legId}-number-refused`,
      speech: [prompt('ringback/number-refused')],
    }),
  );
}

/**
 * The promise takes over the caller's place. It stays out of the line until the caller's phone is free again, which is
 * seconds away: nobody can be called back while they still listen to the confirmation.
 */
function promiseCallback(call: CustomerCall, number: PhoneNumber, context: Context): Step {
  return (situation) => {
    const { nowMs } = context;
    const { queue, origins } = situation;
    const rule = present(ruleFor('queue-callback', origins, queue.name), 'rule of the offer');
    return inOrder(
      situation,
      promise({ origin: 'queue-offer', number, rule }, context),
      setInteraction({ call: { ...call, state: 'leaving' } }),
      park('number-on-call', secondsAfter(nowMs, LEAVE_SECONDS_MAX)),
      startTimer('leave', nowMs, LEAVE_SECONDS_MAX),
      dismissCaller([prompt(situation.queue.callback.prompts.confirmation)]),
    );
  };
}

/** The same number already holds a callback in this queue: the first one stands, with its better place. */
function endAsDuplicate(call: CustomerCall, { nowMs }: Context): Step {
  return (situation) =>
    inOrder(
      situation,
      dismissCaller([prompt('ringback/already-in-line')]),
      setInteraction({ state: 'ended', ending: 'duplicate', call: { ...call, state: 'leaving' } }),
      leaveLine(),
      startTimer('leave', nowMs, LEAVE_SECONDS_MAX),
    );
}

/** The reason for ringing the agent has gone: the phone stops and the agent is free. */
export function withdrawOffer(context: Context): Step {
  return when(
    ({ offer }) => offer?.state === 'ringing',
    (situation) =>
      inOrder(situation, endOffer('withdrawn'), dismissAgent([]), freeAgent(context.nowMs)),
  );
}

/** How the customer's own call ended, and what is known of its number. */
type EndOfCall = Pick<
  Input & { readonly kind: 'call-ended' },
  'ending' | 'openCallback' | 'numberVerdict'
>;

/**
 * The customer's own call is over: hung up, lost with the PBX, or disconnected by us after the confirmation.
 */
export function endCall(ended: EndOfCall, context: Context): Step {
  return (situation) => {
    const { state, call } = situation.interaction;
    if (call === null || call.state === 'gone') return unchanged(situation);
    const gone = callGone(ended.ending, context.nowMs);
    switch (state) {
      case 'waiting':
      case 'offered':
        return inOrder(situation, withdrawOffer(context), gone, leaveUnanswered(ended, context));
      case 'connected':
        return inOrder(situation, gone, endLiveConversation(context));
      case 'callback':
        return inOrder(situation, gone, when(waitsForOwnCall, standInTime(context)));
      case 'wrapping-up':
      case 'ended':
        return gone(situation);
    }
  };
}

/** Nobody had answered: a rule may make a promise of it, with the place that the caller had. */
function leaveUnanswered(
  { ending, openCallback, numberVerdict: verdict }: EndOfCall,
  context: Context,
): Step {
  return (situation) => {
    const made = promiseToAbandoned(situation, openCallback !== null, context);
    if (made !== null && verdict.allowed) {
      return inOrder(situation, promise(made, context), standInTime(context));
    }
    const numberRefusal = made === null || verdict.allowed ? null : verdict.reason;
    return inOrder(
      situation,
      setInteraction(numberRefusal === null ? {} : { numberRefusal }),
      endAs(ending === 'pbx-lost' ? 'pbx-lost' : 'abandoned'),
    );
  };
}

function endAs(ending: InteractionEnding): Step {
  return (situation) => inOrder(situation, setInteraction({ state: 'ended', ending }), leaveLine());
}

function waitsForOwnCall({ interaction: { standing } }: Situation): boolean {
  return standing.kind === 'parked' && standing.reason === 'number-on-call';
}

/** Whoever was told good-bye and is gone wants nothing new. */
const VANISHED: EndOfCall = {
  ending: 'vanished',
  openCallback: null,
  numberVerdict: ALLOWED,
};

/** The caller should have left by now: hang up without another word, and let the promise stand in line again. */
export function leaveOverdue(context: Context): Step {
  return (situation) => inOrder(situation, dismissCaller([]), endCall(VANISHED, context));
}
