import { expect } from 'vitest';
import {
  ATTEMPT_OUTCOMES,
  type AttemptOutcome,
  CALLBACK_ENDS,
  type CallbackState,
  isOpen,
} from '../../core/callbacks/states.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { LedgerEntry } from '../../telephony/sandbox/ledger.ts';
import type { SandboxCentre } from './sandbox-centre.ts';

/** How long the books are given to become quiet before they are audited, in seconds. */
const QUIET_SECONDS = 3;
/** Two clocks tell of one moment: the database and the carrier may differ by what a message travels. */
const TRAVEL_MS = 100;

interface InteractionSeen {
  readonly id: string;
  readonly state: string;
  readonly ending: string | null;
  readonly revision: number;
  readonly call_leg_id: string | null;
  readonly in_line: boolean;
  readonly park_reason: string | null;
  readonly timers: readonly string[];
}

interface CallbackBooked {
  readonly id: string;
  readonly interaction_id: string;
  readonly number: string;
  readonly state: CallbackState;
  readonly attempts_used: number;
  readonly attempts_max: number;
  readonly tickets: number;
}

interface AttemptBooked {
  readonly id: string;
  readonly callback_id: string;
  readonly number: string;
  readonly state: string;
  readonly outcome: AttemptOutcome | null;
  readonly second_chance: boolean;
  readonly endpoint: string | null;
  readonly started_at: EpochMs;
  readonly dialed_at: EpochMs | null;
  readonly ended_at: EpochMs | null;
}

interface OfferBooked {
  readonly id: string;
  readonly interaction_id: string;
  readonly agent_id: string;
  readonly state: string;
}

interface AgentBooked {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly occupation: string;
  readonly leg_id: string | null;
  readonly reservations: number;
  readonly idle_beside: number;
}

interface EventBooked {
  readonly interaction_id: string;
  readonly revision: number;
  readonly kind: string;
  readonly body: { readonly callbackId?: string; readonly attemptId?: string };
}

/** Everything that an invariant may look at: our books, and the carrier's. */
interface Books {
  readonly interactions: readonly InteractionSeen[];
  readonly callbacks: readonly CallbackBooked[];
  readonly attempts: readonly AttemptBooked[];
  readonly offers: readonly OfferBooked[];
  readonly agents: readonly AgentBooked[];
  readonly events: readonly EventBooked[];
  readonly ledger: readonly LedgerEntry[];
  readonly carrierCalls: readonly LedgerEntry[];
}

/** What is wrong by one invariant; empty when nothing is. */
type Invariant = (books: Books) => readonly string[];

const INVARIANTS: Readonly<Record<string, Invariant>> = {
  I1: acknowledgedRequestsExist,
  I2: oneEndAndOneTicket,
  I3: oneCallPerAttempt,
  I4: oneLiveLegPerNumber,
  I5: noAttemptAfterSuccess,
  I6: attemptsStayBelowMaximum,
  I8: onlyNumbersAreDialled,
  I9: agentAnsweredBeforeCustomerIsDialled,
  I10: oneReservationPerAgent,
  I11: noLegWithoutRowNorRowWithoutLeg,
  I13: openCallbacksHaveNextStep,
  I15: outcomeWrittenOnce,
  I16: eventsWithoutGap,
  I17: nobodyIdleBesideSomebodyWaiting,
};

/** Every violation of an invariant, in words. Meant for a centre in which nothing is under way. */
export async function audit(centre: SandboxCentre): Promise<readonly string[]> {
  const books = await openBooks(centre);
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) =>
    invariant(books).map((what) => `${name}: ${what}`),
  );
}

/** Lets the centre become quiet, audits it, and closes it whatever was found. For `afterEach`. */
export async function closeAudited(centre: SandboxCentre): Promise<void> {
  try {
    await centre.pass(QUIET_SECONDS);
    expect(await audit(centre)).toEqual([]);
  } finally {
    await centre.close();
  }
}

async function openBooks({ rows, world, timers }: SandboxCentre): Promise<Books> {
  const now = new Date(timers.nowMs()).toISOString();
  return {
    interactions: await rows(
      `select i.id, i.state, i.ending, i.revision, i.call_leg_id, p.interaction_id is not null as in_line,
              k.reason as park_reason,
              array(select kind from timer t where t.interaction_id = i.id) as timers
         from interaction i left join place p on p.interaction_id = i.id
         left join parked k on k.interaction_id = i.id`,
    ),
    callbacks: await rows(
      `select c.id, c.interaction_id, c.number, c.state, c.attempts_used,
              coalesce(c.overrides ->> 'attemptsMax', q.callback ->> 'attemptsMax')::int as attempts_max,
              (select count(*)::int from ticket t where t.callback_id = c.id) as tickets
         from callback c join queue q on q.id = c.queue_id`,
    ),
    attempts: await rows(
      `select t.id, t.callback_id, t.number, t.second_chance, t.state, t.outcome, a.endpoint, t.started_at, t.dialed_at, t.ended_at
         from attempt t left join agent a on a.id = t.agent_id order by t.started_at`,
    ),
    offers: await rows('select id, interaction_id, agent_id, state from offer'),
    agents: await rows(
      `select a.id, a.name, a.endpoint, a.occupation, a.leg_id,
              (select count(*)::int from reservation r where r.agent_id = a.id) as reservations,
              (select count(*)::int from agent_line al join place p on p.line_id = al.line_id
                where al.agent_id = a.id and a.available
                  and not exists (select from decline d where d.interaction_id = p.interaction_id
                                     and d.agent_id = a.id and d.until > '${now}')) as idle_beside
         from agent a`,
    ),
    events: await rows(
      'select interaction_id, revision, kind, body from event where interaction_id is not null order by id',
    ),
    ledger: world.ledger.entries(),
    carrierCalls: world.ledger.carrierCalls(),
  };
}

function acknowledgedRequestsExist({ ledger, interactions, callbacks }: Books): readonly string[] {
  const promised = ledger.filter((leg) => leg.role === 'caller' && has(leg, 'confirmation'));
  return promised
    .filter((leg) => {
      const interaction = interactions.find((one) => one.call_leg_id === leg.legId);
      return !callbacks.some((callback) => callback.interaction_id === interaction?.id);
    })
    .map((leg) => `${nameOf(leg)} was promised a call, and there is no callback`);
}

function oneEndAndOneTicket({ callbacks, events }: Books): readonly string[] {
  return callbacks.flatMap(({ id, state, tickets, number }) => {
    const ends = events.filter(
      (event) =>
        event.body.callbackId === id && event.kind.slice('callback.'.length) in CALLBACK_ENDS,
    ).length;
    const isEnded = !isOpen(state);
    // Once set aside it has its ticket, whatever a human makes of both.
    const wasSetAside = events.some(
      ({ kind, body }) => kind === 'callback.poisoned' && body.callbackId === id,
    );
    const owed =
      wasSetAside ||
      Object.entries(CALLBACK_ENDS).some(([end, { ticket }]) => end === state && ticket);
    return [
      ...(ends === (isEnded ? 1 : 0)
        ? []
        : [`${number} is ${state} after ${ends.toString()} ends`]),
      ...(tickets === (owed ? 1 : 0)
        ? []
        : [`${number} is ${state} with ${tickets.toString()} tickets`]),
    ];
  });
}

function oneCallPerAttempt({ carrierCalls, attempts }: Books): readonly string[] {
  const dialled = new Set(attempts.filter((row) => row.dialed_at !== null).map((row) => row.id));
  return carrierCalls.flatMap((call, at) => {
    const legId: string = call.legId;
    const isTwice = carrierCalls.findIndex((other) => other.legId === call.legId) !== at;
    return [
      ...(isTwice ? [`attempt ${legId} was called twice`] : []),
      ...(dialled.has(legId) ? [] : [`${nameOf(call)} was called without a recorded attempt`]),
    ];
  });
}

function oneLiveLegPerNumber({ carrierCalls }: Books): readonly string[] {
  return carrierCalls.flatMap((call, at) =>
    carrierCalls
      .slice(at + 1)
      .filter((other) => other.party === call.party && overlap(call, other))
      .map(() => `two calls to ${nameOf(call)} at once`),
  );
}

function noAttemptAfterSuccess({ attempts }: Books): readonly string[] {
  const successes = attempts.filter((row) => row.outcome === 'connected');
  const chances = attempts.filter((row) => row.second_chance);
  const again = chances.filter((row, at) =>
    chances.slice(0, at).some((other) => other.callback_id === row.callback_id),
  );
  const afterwards = attempts
    .filter((row) => !row.second_chance)
    .filter((row) =>
      successes.some(
        (success) =>
          success.callback_id === row.callback_id &&
          success.id !== row.id &&
          row.started_at >= (success.ended_at ?? success.started_at),
      ),
    )
    .map((row) => `${row.number} was tried again after a conversation`);
  return [...afterwards, ...again.map((row) => `${row.number} had two second chances`)];
}

function attemptsStayBelowMaximum({ callbacks, attempts }: Books): readonly string[] {
  return callbacks.flatMap(({ id, number, attempts_used, attempts_max }) => {
    const counted = attempts.filter(
      (row) =>
        row.callback_id === id &&
        !row.second_chance &&
        row.outcome !== null &&
        ATTEMPT_OUTCOMES[row.outcome].counts,
    ).length;
    return [
      ...(attempts_used <= attempts_max ? [] : [`${number} was tried too often`]),
      ...(counted === attempts_used
        ? []
        : [`${number}: ${counted.toString()} attempts, ${attempts_used.toString()} counted`]),
    ];
  });
}

function onlyNumbersAreDialled({ carrierCalls }: Books): readonly string[] {
  return carrierCalls
    .filter((call) => call.party === null || phoneNumber(call.party) === null)
    .map((call) => `${nameOf(call)} is no number`);
}

function agentAnsweredBeforeCustomerIsDialled(books: Books): readonly string[] {
  const { carrierCalls, attempts, ledger } = books;
  return carrierCalls
    .filter((call) => {
      const legId: string = call.legId;
      const endpoint = attempts.find((row) => row.id === legId)?.endpoint ?? null;
      return !ledger.some(
        (leg) =>
          leg.role === 'agent' &&
          leg.party === endpoint &&
          leg.answeredAtMs !== null &&
          leg.answeredAtMs <= call.atMs &&
          (leg.endedAtMs ?? Number.POSITIVE_INFINITY) >= call.atMs - TRAVEL_MS,
      );
    })
    .map((call) => `${nameOf(call)} was called before an agent had answered`);
}

function oneReservationPerAgent({ agents, offers }: Books): readonly string[] {
  return agents.flatMap(({ id, name, occupation, reservations }) => {
    const live = offers.filter((offer) => offer.agent_id === id && offer.state !== 'over').length;
    const isHeld = occupation !== 'idle';
    return [
      ...(live <= 1 ? [] : [`${name} has ${live.toString()} live offers`]),
      ...(reservations === (isHeld ? 1 : 0)
        ? []
        : [`${name} is ${occupation} with ${reservations.toString()} reservations`]),
    ];
  });
}

function noLegWithoutRowNorRowWithoutLeg({ ledger, attempts, agents }: Books): readonly string[] {
  const rows = [
    ...attempts
      .filter(({ state }) => ['dialing', 'connected'].includes(state))
      .map((row) => row.id),
    ...agents.flatMap((agent) => agent.leg_id ?? []),
  ];
  const known = new Set([
    ...rows,
    ...attempts.filter((row) => row.state !== 'ended').map((row) => row.id),
  ]);
  const live = ledger.filter((leg) => leg.role !== 'caller' && leg.endedAtMs === null);
  const legs = new Set<string>(live.map((leg) => leg.legId));
  return [
    ...live.filter((leg) => !known.has(leg.legId)).map((leg) => `${nameOf(leg)} has no live row`),
    ...rows.filter((legId) => !legs.has(legId)).map((legId) => `${legId} has no living leg`),
  ];
}

function openCallbacksHaveNextStep(books: Books): readonly string[] {
  return books.callbacks
    .filter((callback) => isOpen(callback.state) && !hasNextStep(callback, books))
    .map(({ number, state }) => `${number} is ${state} without a next step`);
}

function hasNextStep(callback: CallbackBooked, { interactions, offers, attempts }: Books): boolean {
  const interaction = interactions.find((one) => one.id === callback.interaction_id);
  if (interaction === undefined) return false;
  const { in_line, park_reason, timers } = interaction;
  const isParked = park_reason !== null && timers.includes('parked');
  const hasOffer = offers.some(
    (offer) => offer.interaction_id === interaction.id && offer.state !== 'over',
  );
  const attempt = attempts.find((row) => row.callback_id === callback.id && row.state !== 'ended');
  switch (callback.state) {
    case 'waiting':
      return (in_line || isParked) && !(in_line && park_reason !== null);
    case 'scheduled':
    case 'retry-wait':
      return isParked;
    case 'offered':
      return hasOffer && timers.includes('offer');
    case 'accepted':
      return hasOffer && (timers.includes('alert') || timers.includes('dial'));
    case 'dialing':
      return attempt !== undefined && (timers.includes('dial') || timers.includes('settle'));
    case 'connected':
      return attempt?.state === 'connected' && hasOffer;
    case 'wrapping-up':
      return timers.includes('wrap-up');
    case 'poisoned':
      return callback.tickets === 1;
    case 'holding':
    case 'completed':
    case 'exhausted':
    case 'expired':
    case 'released':
    case 'refused':
    case 'cancelled':
    case 'superseded':
      return false;
  }
}

function outcomeWrittenOnce({ events, attempts }: Books): readonly string[] {
  return attempts
    .filter((attempt) => {
      const ends = events.filter(
        (event) => event.kind === 'attempt.ended' && event.body.attemptId === attempt.id,
      );
      return ends.length !== (attempt.outcome === null ? 0 : 1);
    })
    .map((attempt) => `attempt ${attempt.id} of ${attempt.number} has not one end`);
}

function eventsWithoutGap({ interactions, callbacks, events }: Books): readonly string[] {
  return interactions.flatMap(({ id, revision }) => {
    const own = events.filter((event) => event.interaction_id === id);
    const hasGap = own.some((event, at) => event.revision !== at + 1) || own.length !== revision;
    const callback = callbacks.find((one) => one.interaction_id === id);
    const told = own.findLast((event) => event.kind.startsWith('callback.'))?.kind;
    const state = told === 'callback.requested' ? 'waiting' : told?.slice('callback.'.length);
    return [
      ...(hasGap ? [`the events of ${id} have a gap`] : []),
      ...(state === callback?.state
        ? []
        : [`${id} is ${callback?.state ?? 'no callback'}, told as ${state ?? 'none'}`]),
    ];
  });
}

function nobodyIdleBesideSomebodyWaiting({ agents }: Books): readonly string[] {
  return agents
    .filter((agent) => agent.idle_beside > 0)
    .map((agent) => `${agent.name} is idle beside ${agent.idle_beside.toString()} who wait`);
}

function overlap(one: LedgerEntry, other: LedgerEntry): boolean {
  const end = (entry: LedgerEntry): number => entry.endedAtMs ?? Number.POSITIVE_INFINITY;
  return one.atMs < end(other) && other.atMs < end(one);
}

function has(leg: LedgerEntry, promptName: string): boolean {
  return leg.heard.some(
    ({ piece }) => piece.kind === 'prompt' && piece.name === `ringback/${promptName}`,
  );
}

function nameOf(leg: LedgerEntry): string {
  return leg.party ?? 'somebody';
}
