import type { CallbackState } from '../../core/callbacks/states.ts';
import type { CallbackId, InteractionId, TenantId, TicketId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Ticket } from '../../core/tickets/ticket.ts';
import { type Transaction, timestamp } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const LOCK = sqlFile(import.meta.url, './lock-ticket.sql');
const SAVE = sqlFile(import.meta.url, './save-ticket.sql');
const LOAD = sql(
  'load-ticket',
  `select t.state, t.assignee, t.read_at, t.closed_at, c.state as callback_state, c.id as callback_id,
          c.first_callback_id
     from ticket t join callback c on c.tenant_id = t.tenant_id and c.id = t.callback_id
    where t.tenant_id = $1 and t.id = $2`,
);
const LINK = sql(
  'link-callback-to-ticket',
  `update callback set for_ticket_id = $3, first_callback_id = $4
    where tenant_id = $1 and id = $2`,
);
const NEXT_SEQUENCE = sql(
  'next-place-sequence',
  `select nextval('place_sequence')::int as sequence`,
);

/** A ticket under lock, with what stands about its callback. */
export interface LockedTicket {
  readonly interactionId: InteractionId;
  readonly ticket: Ticket;
  readonly callbackState: CallbackState;
  /** The callback with which it all began: the ticket's own, unless that was itself called again. */
  readonly firstCallbackId: CallbackId;
}

/** Locks a ticket until the end of the transaction; null when there is none with that id. */
export async function lockTicket(
  tx: Transaction,
  tenantId: TenantId,
  ticketId: TicketId,
): Promise<LockedTicket | null> {
  const [locked] = await tx.query<{ interaction_id: InteractionId }>(LOCK, [tenantId, ticketId]);
  if (locked === undefined) return null;
  const [row] = await tx.query<{
    state: Ticket['state'];
    assignee: string | null;
    read_at: EpochMs | null;
    closed_at: EpochMs | null;
    callback_state: CallbackState;
    callback_id: CallbackId;
    first_callback_id: CallbackId | null;
  }>(LOAD, [tenantId, ticketId]);
  if (row === undefined) return null;
  const { state, assignee, read_at, closed_at } = row;
  return {
    interactionId: locked.interaction_id,
    ticket: { state, assignee, readAt: read_at, closedAt: closed_at },
    callbackState: row.callback_state,
    firstCallbackId: row.first_callback_id ?? row.callback_id,
  };
}

/** What is written about one change of a ticket. */
export interface TicketSaving {
  readonly tenantId: TenantId;
  readonly interactionId: InteractionId;
  readonly ticketId: TicketId;
  readonly ticket: Ticket;
  readonly event: { readonly kind: string; readonly body: object };
  readonly nowMs: EpochMs;
  readonly note: { readonly author: string; readonly text: string } | null;
}

/** Writes a ticket that the transaction has locked, its event, and a note if there is one. */
export async function saveTicket(tx: Transaction, saving: TicketSaving): Promise<void> {
  const { tenantId, interactionId, ticketId, ticket, event, nowMs, note } = saving;
  await tx.query(SAVE, [
    tenantId,
    interactionId,
    ticketId,
    ticket.state,
    ticket.assignee,
    ticket.readAt === null ? null : timestamp(ticket.readAt),
    ticket.closedAt === null ? null : timestamp(ticket.closedAt),
    event.kind,
    timestamp(nowMs),
    JSON.stringify(event.body),
    note?.author ?? null,
    note?.text ?? null,
  ]);
}

/** Ties a new callback to the ticket it was made for and to the callback with which it all began. */
export async function linkToTicket(
  tx: Transaction,
  tenantId: TenantId,
  callbackId: CallbackId,
  { ticketId, firstCallbackId }: { ticketId: TicketId; firstCallbackId: CallbackId },
): Promise<void> {
  await tx.query(LINK, [tenantId, callbackId, ticketId, firstCallbackId]);
}

/** The sequence number of a place that is taken now. */
export async function nextSequence(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ sequence: number }>(NEXT_SEQUENCE, []);
  return row?.sequence ?? 0;
}
