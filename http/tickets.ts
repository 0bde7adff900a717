import {
  assignTicket,
  callTicketAgain,
  closeTicket,
  listTickets,
  noteOnTicket,
  readTicket,
  showTicket,
  type TicketView,
} from '../contract/tickets.ts';
import { id, type TicketId } from '../core/prelude/ids.ts';
import type { TicketChange } from '../core/tickets/ticket.ts';
import { findQueue } from '../store/views/queues.ts';
import {
  countTickets,
  type ViewedTicket,
  viewTicket,
  viewTickets,
} from '../store/views/tickets.ts';
import { BAD_CURSOR, readCursor, writeCursor } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { moment, momentOrNull } from './moments.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** Listing tickets and working on them. */
export function registerTicketRoutes(api: Api, deps: ServerDeps): void {
  serveList(api, deps);
  serve(api, showTicket, async ({ params }) => answerWith(deps, id<'ticket'>(params.id)));
  serve(api, readTicket, async ({ params, body }) =>
    change(deps, params.id, body.by, { kind: 'read' }),
  );
  serve(api, assignTicket, async ({ params, body: { by, assignee } }) =>
    change(deps, params.id, by, { kind: 'assign', assignee }),
  );
  serve(api, noteOnTicket, async ({ params, body: { by, text } }) =>
    change(deps, params.id, by, { kind: 'note', text }),
  );
  serve(api, closeTicket, async ({ params, body }) =>
    change(deps, params.id, body.by, { kind: 'close' }),
  );
  serve(api, callTicketAgain, async ({ params, body: { by } }) => {
    const ticketId = id<'ticket'>(params.id);
    const tenantId = await deps.shownTenant();
    const again = await deps.operations.callAgain({ tenantId, ticketId, by });
    if (!again.ok) return refuse(again.refusal);
    const { callbackId, isNew } = again.value;
    return reply(200, { callbackId, created: isNew });
  });
}

function serveList(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, listTickets, async ({ query }) => {
    const cursor = query.cursor === undefined ? null : readCursor(query.cursor);
    if (cursor === undefined) return refuse(BAD_CURSOR);
    const after = cursor === null ? null : { openedAt: cursor.requestedAt, id: cursor.id };
    const { state, assignee, queue, unread, limit } = query;
    const tenantId = await shownTenant();
    const queueId = queue === undefined ? null : await findQueue(database, tenantId, queue);
    if (queue !== undefined && queueId === null) {
      return refuse(unknownName('QUEUE_UNKNOWN', queue));
    }
    const filter = {
      state: state ?? null,
      assignee: assignee ?? null,
      queueId,
      unread: unread === undefined ? null : unread === 'true',
    };
    const { tickets, next } = await viewTickets(database, tenantId, filter, { after, limit });
    const counts = await countTickets(database, tenantId);
    const nextCursor =
      next === null ? null : writeCursor({ requestedAt: next.openedAt, id: next.id });
    return reply(200, { items: tickets.map(shownTicket), nextCursor, counts });
  });
}

async function change(
  deps: ServerDeps,
  ticket: string,
  by: string,
  what: TicketChange,
): ReturnType<typeof answerWith> {
  const ticketId = id<'ticket'>(ticket);
  const tenantId = await deps.shownTenant();
  const changed = await deps.operations.changeTicket({ tenantId, ticketId, by }, what);
  return changed.ok ? answerWith(deps, ticketId) : refuse(changed.refusal);
}

async function answerWith(
  { database, shownTenant }: ServerDeps,
  ticketId: TicketId,
): Promise<{ status: 200; body: TicketView } | ReturnType<typeof refuse>> {
  const ticket = await viewTicket(database, await shownTenant(), ticketId);
  return ticket === null
    ? refuse({ code: 'TICKET_UNKNOWN', detail: `There is no ticket ${ticketId}.` })
    : reply(200, shownTicket(ticket));
}

function shownTicket(ticket: ViewedTicket): TicketView {
  const { id: ticketId, state, reason, assignee, readAt, number, queue } = ticket;
  return {
    id: ticketId,
    state,
    reason,
    unread: readAt === null,
    assignee,
    openedAt: moment(ticket.openedAt),
    closedAt: momentOrNull(ticket.closedAt),
    callback: { id: ticket.callbackId, state: ticket.callbackState, number, queue },
    notes: ticket.notes.map((note) => ({ ...note, at: moment(note.at) })),
    calledAgain: [...ticket.calledAgain],
  };
}
