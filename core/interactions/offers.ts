import type { Agent } from '../agents/agent.ts';
import { DECLINE_PAUSE_SECONDS, offerEndOf } from '../callbacks/policy.ts';
import { isUnderWay } from '../callbacks/second-chance.ts';
import type { OfferEnd } from '../callbacks/states.ts';
import type { LegEnding } from '../calls/endings.ts';
import { prompt } from '../calls/speech.ts';
import { assert, present } from '../prelude/assert.ts';
import { id, type OfferId } from '../prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import { endCallbackConversation, endLiveConversation } from './conversations.ts';
import {
  type Decision,
  inOrder,
  type Step,
  setInteraction,
  setOffer,
  startTimer,
  tell,
  unchanged,
} from './decision.ts';
import { agentLeftWhileCalling } from './dialing.ts';
import { backToLine, endSecondChance, goTo, pauseFor } from './ends.ts';
import type { Context, MayDial } from './input.ts';
import type { Situation } from './situation.ts';
import {
  ALERT_SECONDS_MAX,
  agentLeg,
  dismissAgent,
  endOffer,
  enterLine,
  freeAgent,
  leaveLine,
  setAgent,
} from './steps.ts';

/** How much longer than the agent's ring time we wait for word from the PBX, in seconds. */
const RING_GRACE_SECONDS = 5;

/** The agent whose turn it is and the interaction whose turn it is have been held for each other. */
export function offerTo(
  { offerId, agent, mayDial }: { offerId: OfferId; agent: Agent; mayDial: MayDial },
  context: Context,
): Step {
  return (situation) => {
    assert(situation.offer === null, 'an interaction has one live offer at most');
    const held: Situation = { ...situation, agent };
    if (situation.callback !== null && !mayDial.yes) {
      return inOrder(held, pauseFor(mayDial, context), setAgent({ occupation: 'idle' }));
    }
    return inOrder(held, ring(offerId, context.nowMs), leaveLine());
  };
}

function ring(offerId: OfferId, nowMs: EpochMs): Step {
  return (situation) => {
    const agent = present(situation.agent, 'agent');
    const ringTimeoutSeconds = situation.queue.callback.ringAgentSeconds;
    const offered: Situation = {
      ...situation,
      offer: {
        id: offerId,
        state: 'ringing',
        end: null,
        notAgainUntil: null,
        offeredAt: nowMs,
        connectedAt: null,
      },
    };
    return inOrder(
      offered,
      situation.callback === null ? setInteraction({ state: 'offered' }) : goTo('offered'),
      setAgent({ occupation: 'reserved', legId: id<'leg'>(offerId) }),
      startTimer('offer', nowMs, ringTimeoutSeconds + RING_GRACE_SECONDS),
      tell({
        kind: 'ring-agent',
        offerId,
        endpoint: agent.endpoint,
        display: displayFor(situation),
        ringTimeoutSeconds,
      }),
    );
  };
}

/** What the agent's phone shows; a callback is never mistaken for a caller who is on the line. */
function displayFor({ callback, interaction, queue }: Situation): { name: string; number: string } {
  return callback === null
    ? { name: queue.name, number: interaction.customerNumber ?? 'anonymous' }
    : { name: `CALLBACK ${queue.name}`, number: callback.number };
}

/** The agent picked up: a live caller is connected, for a callback the agent first hears what it is. */
export function agentAnswered(context: Context): Step {
  return (situation) => {
    if (situation.offer?.state !== 'ringing') return unchanged(situation);
    return inOrder(
      situation,
      setOffer({ state: 'accepted' }),
      setAgent({ occupation: 'engaged' }),
      situation.callback === null ? connectCaller(context.nowMs) : alertAgent(context.nowMs),
    );
  };
}

function connectCaller(nowMs: EpochMs): Step {
  return (situation) => {
    const offer = present(situation.offer, 'offer');
    const caller = present(situation.interaction.call, 'call').legId;
    return inOrder(
      situation,
      setOffer({ connectedAt: nowMs }),
      setInteraction({ state: 'connected' }),
      tell({ kind: 'bridge', bridgeId: `${offer.id}-talk`, legIds: [caller, id<'leg'>(offer.id)] }),
      stopOfferTimer,
    );
  };
}

function alertAgent(nowMs: EpochMs): Step {
  return (situation) => {
    const legId = present(agentLeg(situation), 'agent leg');
    return inOrder(
      situation,
      goTo('accepted'),
      stopOfferTimer,
      startTimer('alert', nowMs, ALERT_SECONDS_MAX),
      tell({
        kind: 'speak',
        legId,
        speechId: `${legId}-alert`,
        speech: [prompt(situation.queue.callback.prompts.alert)],
      }),
    );
  };
}

const stopOfferTimer: Step = ({ timers: { offer: _stopped, ...timers }, ...rest }) =>
  unchanged({ ...rest, timers });

/** The agent's phone is off the call, before or after they accepted. */
export function agentLegEnded(ending: LegEnding, context: Context): Step {
  return (situation) => {
    const { next } = setAgent({ legId: null })(situation);
    switch (next.offer?.state) {
      case undefined:
        return unchanged(next);
      case 'ringing':
        return putBack(next, offerEndOf(ending), context);
      case 'accepted':
        return next.callback === null
          ? endLiveConversation(context)(next)
          : acceptedAgentLeft(next, context);
    }
  };
}

function acceptedAgentLeft(situation: Situation, context: Context): Decision {
  switch (situation.attempt?.state) {
    case undefined:
      return putBack(situation, 'agent-lost', context);
    case 'connected':
      return endCallbackConversation(context)(situation);
    case 'intent':
    case 'dialing':
      return agentLeftWhileCalling(context)(situation);
    case 'in-doubt':
    case 'cancelling':
    case 'talked':
    case 'ended':
      return unchanged(situation);
  }
}

/** Nobody told us in time how the ringing went: take the phone back and ask the next agent. */
export function offerOverdue(context: Context): Step {
  return (situation) => {
    if (situation.offer?.state !== 'ringing') return unchanged(situation);
    const dismissed = dismissAgent([])(situation);
    const decision = putBack(situation, 'rang-out', context);
    return { ...decision, commands: [...dismissed.commands, ...decision.commands] };
  };
}

/** The offer came to nothing: the place is as it was, and this agent is left in peace for a moment. */
function putBack(situation: Situation, end: OfferEnd, context: Context): Decision {
  const { nowMs } = context;
  return inOrder(
    situation,
    setOffer({ notAgainUntil: secondsAfter(nowMs, DECLINE_PAUSE_SECONDS) }),
    endOffer(end),
    freeAgent(nowMs),
    situation.callback === null
      ? (live) => inOrder(live, setInteraction({ state: 'waiting' }), enterLine())
      : isUnderWay(situation.callback.secondChance)
        ? endSecondChance('agent-lost', context)
        : backToLine(context),
  );
}
