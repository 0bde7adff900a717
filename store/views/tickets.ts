import type { CallbackState } from '../../core/callbacks/states.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { CallbackId, QueueId, TenantId, TicketId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database, Transaction } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const PAGE = sqlFile(import.meta.url, './ticket-page.sql');
const TICKETS = sqlFile(import.meta.url, './tickets.sql');
const COUNTS = sql(
  'count-open-tickets',
  `select count(*)::int as open, (count(*) filter (where read_at is null))::int as unread
     from ticket where tenant_id = $1 and state = 'open'`,
);

/** A ticket with what has been done about it. */
export interface ViewedTicket {
  readonly id: TicketId;
  readonly state: 'open' | 'closed';
  readonly reason: string;
  readonly assignee: string | null;
  readonly openedAt: EpochMs;
  readonly readAt: EpochMs | null;
  readonly closedAt: EpochMs | null;
  readonly callbackId: CallbackId;
  readonly callbackState: CallbackState;
  readonly number: PhoneNumber;
  readonly queue: string;
  /** Oldest first. */
  readonly notes: readonly {
    readonly at: EpochMs;
    readonly author: string;
    readonly text: string;
  }[];
  /** The callbacks that were made for it, oldest first. */
  readonly calledAgain: readonly {
    readonly callbackId: CallbackId;
    readonly state: CallbackState;
  }[];
}

/** Which tickets are asked for; null means all. */
export interface TicketFilter {
  readonly state: 'open' | 'closed' | null;
  readonly assignee: string | null;
  readonly queueId: QueueId | null;
  readonly unread: boolean | null;
}

/** A place in the list: behind this ticket come more. `openedAt` is ISO 8601 with microseconds. */
export interface TicketCursor {
  readonly openedAt: string;
  readonly id: string;
}

/** How much is there to do. */
export interface TicketCounts {
  readonly open: number;
  /** Of those that are open. */
  readonly unread: number;
}

/** One page of tickets, newest first, and where the next one begins; null on the last page. @throws DatabaseUnavailable */
export async function viewTickets(
  database: Database,
  tenantId: TenantId,
  filter: TicketFilter,
  { after, limit }: { readonly after: TicketCursor | null; readonly limit: number },
): Promise<{ tickets: readonly ViewedTicket[]; next: TicketCursor | null }> {
  return database.forTenant(tenantId, async (tx) => {
    const { state, assignee, queueId, unread } = filter;
    const found = await tx.query<{ id: string; opened_at_text: string }>(PAGE, [
      tenantId,
      state,
      assignee,
      queueId,
      unread,
      after?.openedAt ?? null,
      after?.id ?? null,
      limit + 1, // One more than asked for tells whether there is another page.
    ]);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const ids = rows.map(({ id }) => id);
    return {
      tickets: await load(tx, tenantId, ids),
      next: last === undefined ? null : { openedAt: last.opened_at_text, id: last.id },
    };
  });
}

/** One ticket; null when there is none with that id. @throws DatabaseUnavailable */
export async function viewTicket(
  database: Database,
  tenantId: TenantId,
  ticketId: TicketId,
): Promise<ViewedTicket | null> {
  return database.forTenant(
    tenantId,
    async (tx) => (await load(tx, tenantId, [ticketId]))[0] ?? null,
  );
}

/** How many tickets are open, and how many of those nobody has looked at. @throws DatabaseUnavailable */
export async function countTickets(database: Database, tenantId: TenantId): Promise<TicketCounts> {
  return database.forTenant(tenantId, async (tx) => {
    const [row] = await tx.query<{ open: number; unread: number }>(COUNTS, [tenantId]);
    return row ?? { open: 0, unread: 0 };
  });
}

interface TicketRow {
  readonly id: TicketId;
  readonly state: 'open' | 'closed';
  readonly reason: string;
  readonly assignee: string | null;
  readonly opened_at: EpochMs;
  readonly read_at: EpochMs | null;
  readonly closed_at: EpochMs | null;
  readonly callback_id: CallbackId;
  readonly callback_state: CallbackState;
  readonly number: PhoneNumber;
  readonly queue: string;
  readonly notes: ViewedTicket['notes'];
  readonly called_again: ViewedTicket['calledAgain'];
}

async function load(
  tx: Transaction,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<readonly ViewedTicket[]> {
  if (ids.length === 0) return [];
  return (await tx.query<TicketRow>(TICKETS, [tenantId, ids])).map((row) => ({
    id: row.id,
    state: row.state,
    reason: row.reason,
    assignee: row.assignee,
    openedAt: row.opened_at,
    readAt: row.read_at,
    closedAt: row.closed_at,
    callbackId: row.callback_id,
    callbackState: row.callback_state,
    number: row.number,
    queue: row.queue,
    notes: row.notes,
    calledAgain: row.called_again,
  }));
}
