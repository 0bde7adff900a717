import type { Command } from '../../core/interactions/command.ts';
import { eventsBetween } from '../../core/interactions/events.ts';
import { type Interaction, TIMER_KINDS } from '../../core/interactions/situation.ts';
import { present } from '../../core/prelude/assert.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import { type Transaction, TransactionRetry, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';
import { saveAgent, saveAttempt, saveOffer } from './save-parts.ts';
import type { Saving } from './saving.ts';

const INSERT_INTERACTION = sqlFile(import.meta.url, './insert-interaction.sql');
const UPDATE_INTERACTION = sqlFile(import.meta.url, './update-interaction.sql');
const INSERT_CALLBACK = sqlFile(import.meta.url, './insert-callback.sql');
const UPDATE_CALLBACK = sqlFile(import.meta.url, './update-callback.sql');
const INSERT_PLACE = sqlFile(import.meta.url, './insert-place.sql');
const INSERT_PARKED = sqlFile(import.meta.url, './insert-parked.sql');
const DELETE_PLACE = sqlFile(import.meta.url, './delete-place.sql');
const DELETE_PARKED = sqlFile(import.meta.url, './delete-parked.sql');
const UPSERT_TIMER = sqlFile(import.meta.url, './upsert-timer.sql');
const DELETE_TIMERS = sqlFile(import.meta.url, './delete-timers.sql');
const INSERT_EVENTS = sqlFile(import.meta.url, './insert-events.sql');
const INSERT_COMMANDS = sqlFile(import.meta.url, './insert-commands.sql');
const INSERT_TICKET = sqlFile(import.meta.url, './insert-ticket.sql');

/** How callbacks come to be so far: a waiting caller pressed 1. */
const ORIGIN = 'queue-offer';

/** A command with the number under which it stands in its interaction. */
export interface NumberedCommand {
  readonly number: number;
  readonly command: Command;
}

/**
 * Writes a decision: the situation afterwards, its events, its commands and its ticket, all in the transaction that
 * loaded it. Returns the commands as numbered.
 * @throws TransactionRetry when the number has just got an open callback elsewhere.
 */
export async function saveDecision(
  tx: Transaction,
  saving: Saving,
): Promise<readonly NumberedCommand[]> {
  const { before, decision } = saving;
  if (decision.next === before && decision.commands.length === 0) return [];
  const events = eventsBetween(before, decision.next, decision.ticket);
  const revision = decision.next.interaction.revision + events.length;
  await saveInteraction(tx, saving, revision);
  await saveStanding(tx, saving);
  await saveCallback(tx, saving);
  await saveAttempt(tx, saving);
  await saveOffer(tx, saving);
  await saveAgent(tx, saving);
  await saveTimers(tx, saving);
  if (events.length > 0) {
    const { id } = decision.next.interaction;
    const first = decision.next.interaction.revision + 1;
    await tx.query(INSERT_EVENTS, [
      saving.tenantId,
      id,
      timestamp(saving.nowMs),
      first,
      JSON.stringify(events),
    ]);
  }
  await saveTicket(tx, saving);
  return saveCommands(tx, saving);
}

async function saveInteraction(tx: Transaction, saving: Saving, revision: number): Promise<void> {
  const { tenantId, before, decision, nextCommand } = saving;
  const { interaction } = decision.next;
  const next = nextCommand + decision.commands.length;
  const { state, call, ending } = interaction;
  const same =
    before !== null &&
    before.interaction.state === state &&
    before.interaction.call?.state === call?.state &&
    before.interaction.revision === revision &&
    decision.commands.length === 0;
  if (same) return;
  await (before === null
    ? tx.query(INSERT_INTERACTION, newInteraction(tenantId, interaction, revision, next))
    : tx.query(UPDATE_INTERACTION, [
        tenantId,
        interaction.id,
        state,
        call?.state ?? null,
        ending,
        revision,
        next,
      ]));
}

function newInteraction(
  tenantId: TenantId,
  interaction: Interaction,
  revision: number,
  nextCommand: number,
): readonly unknown[] {
  const { place, call } = interaction;
  return [
    tenantId,
    interaction.id,
    interaction.queueId,
    interaction.pbxId,
    place.lineId,
    interaction.state,
    interaction.customerNumber,
    interaction.dialledNumber,
    place.priority,
    timestamp(place.enteredAt),
    place.sequence,
    call?.legId ?? null,
    call?.state ?? null,
    interaction.ending,
    revision,
    nextCommand,
  ];
}

async function saveStanding(
  tx: Transaction,
  { tenantId, before, decision }: Saving,
): Promise<void> {
  const { id, place, standing } = decision.next.interaction;
  const was = before?.interaction.standing;
  if (was !== undefined && JSON.stringify(was) === JSON.stringify(standing)) return;
  const key = [
    tenantId,
    place.lineId,
    place.priority,
    timestamp(place.enteredAt),
    place.sequence,
    id,
  ];
  // The former standing is always removed by what the table says: matching takes a place out of the line by itself.
  if (standing.kind !== 'in-line') await tx.query(DELETE_PLACE, [tenantId, id]);
  if (standing.kind !== 'parked') await tx.query(DELETE_PARKED, [tenantId, id]);
  if (standing.kind === 'in-line') await tx.query(INSERT_PLACE, key);
  if (standing.kind === 'parked') {
    await tx.query(INSERT_PARKED, [...key, standing.reason, timestamp(standing.until)]);
  }
}

async function saveCallback(
  tx: Transaction,
  { tenantId, before, decision }: Saving,
): Promise<void> {
  const { callback, interaction } = decision.next;
  if (callback === null || callback === before?.callback) return;
  const firstDialedAt = callback.firstDialedAt === null ? null : timestamp(callback.firstDialedAt);
  const endedAt = callback.endedAt === null ? null : timestamp(callback.endedAt);
  const { id, state, attemptsUsed } = callback;
  if (before !== null && before.callback !== null) {
    const row = [tenantId, id, state, attemptsUsed, firstDialedAt, endedAt];
    await tx.query(UPDATE_CALLBACK, row);
    return;
  }
  const inserted = await tx.query(INSERT_CALLBACK, [
    tenantId,
    id,
    interaction.id,
    interaction.queueId,
    callback.number,
    ORIGIN,
    state,
    timestamp(callback.requestedAt),
    attemptsUsed,
    firstDialedAt,
    endedAt,
  ]);
  if (inserted.length === 0) {
    throw new TransactionRetry('the number has just got an open callback in this queue');
  }
}

async function saveTimers(tx: Transaction, { tenantId, before, decision }: Saving): Promise<void> {
  const { timers, interaction } = decision.next;
  const was = before?.timers ?? {};
  if (timers === was) return;
  const stopped = TIMER_KINDS.filter(
    (kind) => was[kind] !== undefined && timers[kind] === undefined,
  );
  if (stopped.length > 0) await tx.query(DELETE_TIMERS, [tenantId, interaction.id, stopped]);
  for (const kind of TIMER_KINDS) {
    const dueAt = timers[kind];
    if (dueAt === undefined || was[kind] === dueAt) continue;
    await tx.query(UPSERT_TIMER, [tenantId, interaction.id, kind, timestamp(dueAt)]);
  }
}

async function saveTicket(tx: Transaction, { tenantId, decision, nowMs }: Saving): Promise<void> {
  const { ticket, next } = decision;
  if (ticket === null) return;
  const callback = present(next.callback, 'callback of the ticket');
  await tx.query(INSERT_TICKET, [
    tenantId,
    ticket.id,
    callback.id,
    next.interaction.id,
    ticket.reason,
    timestamp(nowMs),
  ]);
}

async function saveCommands(
  tx: Transaction,
  { tenantId, decision, nextCommand, nowMs, epoch }: Saving,
): Promise<readonly NumberedCommand[]> {
  const { commands, next } = decision;
  if (commands.length === 0) return [];
  await tx.query(INSERT_COMMANDS, [
    tenantId,
    next.interaction.id,
    timestamp(nowMs),
    nextCommand,
    next.interaction.pbxId,
    epoch,
    JSON.stringify(commands),
  ]);
  return commands.map((command, index) => ({ number: nextCommand + index, command }));
}
