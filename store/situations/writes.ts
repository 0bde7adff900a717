import { eventsBetween } from '../../core/interactions/events.ts';
import type { Attempt, Callback, Interaction, Offer } from '../../core/interactions/situation.ts';
import { TIMER_KINDS } from '../../core/interactions/situation.ts';
import { present } from '../../core/prelude/assert.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Saving } from './saving.ts';

/** The rows of a decision by the names of save-decision.sql; what has not changed is missing. */
export type Writes = Readonly<Record<string, readonly unknown[]>>;

/** What has to be written for a decision. */
export function writesOf(saving: Saving): Writes {
  const events = eventRows(saving);
  return {
    ...interactionWrites(saving, events.length),
    ...standingWrites(saving),
    ...callbackWrites(saving),
    ...attemptWrites(saving),
    ...offerWrites(saving),
    ...agentWrites(saving),
    ...timerWrites(saving),
    ...unlessEmpty('events', events),
    ...unlessEmpty('commands', commandRows(saving)),
    ...ticketWrites(saving),
  };
}

function unlessEmpty(name: string, rows: readonly unknown[]): Writes {
  return rows.length === 0 ? {} : { [name]: rows };
}

function interactionWrites(saving: Saving, events: number): Writes {
  const { before, decision, nextCommand } = saving;
  const { interaction } = decision.next;
  const row = {
    state: interaction.state,
    reentered_at: reenteredAt(interaction),
    call_state: interaction.call?.state ?? null,
    call_ending: interaction.call?.ending ?? null,
    call_ended_at: iso(interaction.call?.endedAt ?? null),
    ending: interaction.ending,
    number_refusal: interaction.numberRefusal,
    revision: interaction.revision + events,
    priority: interaction.place.priority,
    sequence: interaction.place.sequence,
    line_id: interaction.place.lineId,
    next_command: nextCommand + decision.commands.length,
  };
  if (before === null) return { newInteraction: [{ ...row, ...identityOf(interaction) }] };
  const isNews =
    events > 0 || decision.commands.length > 0 || before.interaction.call !== interaction.call;
  return isNews ? { interaction: [row] } : {};
}

function reenteredAt({ place, firstEnteredAt }: Interaction): string | null {
  return place.enteredAt === firstEnteredAt ? null : iso(place.enteredAt);
}

function identityOf({ queueId, pbxId, call, ...rest }: Interaction): object {
  return {
    queue_id: queueId,
    pbx_id: pbxId,
    customer_number: rest.customerNumber,
    dialled_number: rest.dialledNumber,
    entered_at: iso(rest.firstEnteredAt),
    call_leg_id: call?.legId ?? null,
  };
}

/** The former standing is removed by what the tables say: matching takes a place out of the line by itself. */
function standingWrites({ before, decision }: Saving): Writes {
  const { place, standing } = decision.next.interaction;
  const was = before?.interaction;
  const isSame = JSON.stringify(was?.standing) === JSON.stringify(standing);
  if (isSame && was?.place === place) return {};
  const row = {
    line_id: place.lineId,
    priority: place.priority,
    entered_at: iso(place.enteredAt),
    seq: place.sequence,
  };
  switch (standing.kind) {
    case 'in-line':
      return { notParked: [], inLine: [row] };
    case 'parked': {
      const parked = { ...row, reason: standing.reason, due_at: iso(standing.until) };
      return { outOfLine: [], parked: [parked] };
    }
    case 'out':
      return { outOfLine: [], notParked: [] };
  }
}

function callbackWrites({ before, decision }: Saving): Writes {
  const { callback, interaction } = decision.next;
  if (callback === null || callback === before?.callback) return {};
  const row = callbackRow(callback);
  if (before !== null && before.callback !== null) return { callback: [row] };
  return { newCallback: [{ ...row, queue_id: interaction.queueId, ...requestOf(callback) }] };
}

/** What never changes about a callback. */
function requestOf({ number, origin, rule, overrides, ...callback }: Callback): object {
  const { requestedAt, notBefore, chosenTime, statedZone } = callback;
  return {
    number,
    origin,
    rule,
    overrides,
    not_before: iso(notBefore),
    requested_at: iso(requestedAt),
    chosen_at: iso(chosenTime?.at ?? null),
    chosen_wall_time: chosenTime?.wall?.time ?? null,
    chosen_time_zone: chosenTime?.wall?.timeZone ?? null,
    stated_zone: statedZone,
  };
}

function callbackRow({ id, state, attemptsUsed, firstDialedAt, ...rest }: Callback): object {
  return {
    id,
    state,
    attempts_used: attemptsUsed,
    first_dialed_at: iso(firstDialedAt),
    second_chance: rest.secondChance,
    inactive_at: iso(rest.inactiveAt),
    number_refusal: rest.numberRefusal,
    ended_at: iso(rest.endedAt),
  };
}

function attemptWrites(saving: Saving): Writes {
  const { before, decision } = saving;
  const { attempt } = decision.next;
  if (attempt === null || attempt === before?.attempt) return {};
  return before?.attempt?.id === attempt.id
    ? { attempt: [attemptRow(saving, attempt)] }
    : { newAttempt: [newAttemptRow(saving, attempt)] };
}

function newAttemptRow({ decision }: Saving, attempt: Attempt): object {
  const { id, number, state, startedAt } = attempt;
  const { interaction, callback, agent } = decision.next;
  return {
    id,
    callback_id: present(callback, 'callback').id,
    pbx_id: interaction.pbxId,
    agent_id: agent?.id ?? null,
    number,
    second_chance: attempt.isSecondChance,
    state,
    started_at: iso(startedAt),
  };
}

function attemptRow({ decision, nowMs, epoch }: Saving, attempt: Attempt): object {
  return {
    id: attempt.id,
    state: attempt.state,
    route_id: attempt.routeId,
    dialed_at: iso(attempt.dialedAt),
    answered_at: iso(attempt.answeredAt),
    noted_outcome: attempt.notedOutcome,
    outcome: attempt.outcome,
    ended_at: attempt.outcome === null ? null : iso(nowMs),
    epoch: decision.dial === null ? null : epoch,
    caller_id: decision.dial?.callerId ?? null,
    rate_per_minute: decision.dial?.ratePerMinute ?? null,
  };
}

function offerWrites(saving: Saving): Writes {
  const { before, decision } = saving;
  const { offer, agent } = decision.next;
  if (offer === null || offer === before?.offer) return {};
  const agentId = present(agent ?? before?.agent, 'agent of the offer').id;
  if (before?.offer?.id !== offer.id) {
    const { id, state, offeredAt } = offer;
    return { newOffer: [{ id, state, agent_id: agentId, offered_at: iso(offeredAt) }] };
  }
  const until = iso(offer.notAgainUntil);
  const decline = until === null ? {} : { decline: [{ agent_id: agentId, until }] };
  return { offer: [offerRow(offer, saving.nowMs)], ...decline };
}

function offerRow({ id, state, end, connectedAt }: Offer, nowMs: EpochMs): object {
  return {
    id,
    state: end === null ? state : 'over',
    ending: end,
    connected_at: iso(connectedAt),
    ended_at: end === null ? null : iso(nowMs),
  };
}

/** An agent who is idle again is held for nobody. */
function agentWrites({ before, decision }: Saving): Writes {
  const { agent } = decision.next;
  if (agent === null || agent === before?.agent) return {};
  const { id, occupation, legId, idleSince } = agent;
  const row = { id, occupation, leg_id: legId, idle_since: iso(idleSince) };
  return { agent: [row], ...(occupation === 'idle' ? { release: [{ agent_id: id }] } : {}) };
}

function timerWrites({ before, decision }: Saving): Writes {
  const { timers } = decision.next;
  const was = before?.timers ?? {};
  const stopped = TIMER_KINDS.filter(
    (kind) => was[kind] !== undefined && timers[kind] === undefined,
  );
  const set = TIMER_KINDS.flatMap((kind) => {
    const dueAt = timers[kind];
    return dueAt === undefined || dueAt === was[kind] ? [] : [{ kind, due_at: iso(dueAt) }];
  });
  return { ...unlessEmpty('stopTimers', stopped), ...unlessEmpty('setTimers', set) };
}

function eventRows({ before, decision, nowMs }: Saving): readonly object[] {
  const { next, ticket, testimony } = decision;
  const { revision } = next.interaction;
  return eventsBetween(before, next, ticket, testimony).map(({ kind, body }, index) => ({
    at: iso(nowMs),
    revision: revision + 1 + index,
    kind,
    body,
  }));
}

/** Commands that the writing node sends itself are born as sent; a dial is claimed by its own last check. */
function commandRows({ decision, nextCommand, nowMs, epoch }: Saving): readonly object[] {
  return decision.commands.map((command, index) => ({
    created_at: iso(nowMs),
    number: nextCommand + index,
    pbx_id: decision.next.interaction.pbxId,
    sent_epoch: command.kind === 'dial-customer' ? null : epoch,
    body: command,
  }));
}

function ticketWrites({ decision, nowMs }: Saving): Writes {
  const { ticket, closesTicket, next } = decision;
  if (ticket === null && !closesTicket) return {};
  const callbackId = present(next.callback, 'callback of the ticket').id;
  if (ticket === null) return { closeTicket: [{ callback_id: callbackId, closed_at: iso(nowMs) }] };
  return { ticket: [{ ...ticket, callback_id: callbackId, opened_at: iso(nowMs) }] };
}

function iso(at: EpochMs): string;
function iso(at: EpochMs | null): string | null;
function iso(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
