import type { Agent } from '../agents/agent.ts';
import type { OfferEnd } from '../callbacks/states.ts';
import type { LegEnding } from '../calls/endings.ts';
import { prompt, type Speech } from '../calls/speech.ts';
import { id, type LegId } from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';
import {
  inOrder,
  type Step,
  setInteraction,
  setOffer,
  stopTimers,
  tell,
  unchanged,
} from './decision.ts';
import type {
  CallEnding,
  Interaction,
  InteractionEnding,
  ParkReason,
  Situation,
} from './situation.ts';

/** Said to an agent whose customer was not reached. */
export const CUSTOMER_UNAVAILABLE: readonly Speech[] = [prompt('ringback/customer-unavailable')];
/** Said to a customer who answered when the agent had just gone. */
export const AGENT_LOST: readonly Speech[] = [prompt('ringback/agent-lost')];

/** An alert that has not ended after this many seconds is taken as heard. */
export const ALERT_SECONDS_MAX = 15;

/** The channel of the agent's leg of the live offer. */
export function agentLeg(situation: Situation): LegId | null {
  return situation.offer === null ? null : id<'leg'>(situation.offer.id);
}

/** The channel of the customer's leg of the live attempt. */
export function customerLeg(situation: Situation): LegId | null {
  return situation.attempt === null ? null : id<'leg'>(situation.attempt.id);
}

/** From now on the place counts from `at`: behind everybody who had come by then. */
export function renewPlace(at: EpochMs): Step {
  return (situation) => {
    const { place } = situation.interaction;
    return setInteraction({ place: { ...place, enteredAt: at } })(situation);
  };
}

/** Into the line, at the place it has. */
export function enterLine(): Step {
  return (situation) =>
    inOrder(situation, setInteraction({ standing: { kind: 'in-line' } }), stopTimers('parked'));
}

/** Out of the line: with an agent, or over. */
export function leaveLine(): Step {
  return (situation) =>
    inOrder(situation, setInteraction({ standing: { kind: 'out' } }), stopTimers('parked'));
}

/** Out of the line for a while, the place kept. */
export function park(reason: ParkReason, until: EpochMs): Step {
  return (situation) => {
    const { next } = setInteraction({ standing: { kind: 'parked', reason, until } })(situation);
    return unchanged({ ...next, timers: { ...next.timers, parked: until } });
  };
}

/** Changes fields of the agent who is held; nothing without one. */
export function setAgent(change: Partial<Agent>): Step {
  return (situation) =>
    situation.agent === null
      ? unchanged(situation)
      : unchanged({ ...situation, agent: { ...situation.agent, ...change } });
}

/** The agent has nothing to do with this interaction any more; the leg may still be saying good-bye. */
export function freeAgent(nowMs: EpochMs): Step {
  return (situation) =>
    inOrder(situation, setAgent({ occupation: 'idle', idleSince: nowMs }), stopTimers('wrap-up'));
}

/** Ends the live offer. */
export function endOffer(end: OfferEnd): Step {
  return (situation) => inOrder(situation, setOffer({ end }), stopTimers('offer', 'alert'));
}

/** Hangs up the agent's leg, if the agent still has one, after `saying` has been heard. */
export function dismissAgent(saying: readonly Speech[]): Step {
  return (situation) => {
    const legId = situation.agent?.legId ?? null;
    return legId === null
      ? unchanged(situation)
      : tell({ kind: 'hang-up', legId, saying })(situation);
  };
}

/** Hangs up the customer's leg of the live attempt, after `saying` has been heard. */
export function dismissCustomer(saying: readonly Speech[]): Step {
  return (situation) => {
    const legId = customerLeg(situation);
    return legId === null
      ? unchanged(situation)
      : tell({ kind: 'hang-up', legId, saying })(situation);
  };
}

/** Hangs up the call by which the customer came in, after `saying` has been heard. */
export function dismissCaller(saying: readonly Speech[]): Step {
  return (situation) => {
    const { call } = situation.interaction;
    return call === null || call.state === 'gone'
      ? unchanged(situation)
      : tell({ kind: 'hang-up', legId: call.legId, saying })(situation);
  };
}

/** The customer's own call is over, and is counted by what it had come to. */
export function callGone(ending: LegEnding, nowMs: EpochMs): Step {
  return (situation) => {
    const { call } = situation.interaction;
    if (call === null) return unchanged(situation);
    const counted = callEndingOf(situation.interaction, ending);
    return inOrder(
      situation,
      setInteraction({ call: { ...call, state: 'gone', ending: counted, endedAt: nowMs } }),
      stopTimers('leave'),
    );
  };
}

function callEndingOf({ state, ending }: Interaction, legEnding: LegEnding): CallEnding {
  switch (state) {
    case 'waiting':
    case 'offered':
      return legEnding === 'pbx-lost' ? 'pbx-lost' : 'abandoned';
    case 'connected':
    case 'wrapping-up':
      return 'answered';
    case 'callback':
      return 'callback-requested';
    case 'ended':
      // The call outlives its interaction while the caller hears a last sentence.
      return endedCall(ending);
  }
}

function endedCall(ending: InteractionEnding | null): CallEnding {
  switch (ending) {
    case 'answered':
    case 'abandoned':
    case 'duplicate':
    case 'pbx-lost':
      return ending;
    case 'called-back':
    case 'not-called-back':
    case null:
      return 'callback-requested';
  }
}
