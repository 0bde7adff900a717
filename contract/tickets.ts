import { z } from 'zod';
import { callbackState } from './callbacks.ts';
import { route } from './route.ts';
import { aNameOf, by, e164, moment, nextCursor, page, textOf, trimmedTextOf } from './values.ts';

/** Whether somebody still has to do something about it. */
export const ticketState = z.enum(['open', 'closed']);

/** The record for a human when a callback ends without the conversation it promised. */
export const ticketView = z
  .object({
    id: z.string(),
    state: ticketState,
    reason: z.string().meta({ description: 'How the callback ended, or `poisoned`.' }),
    unread: z.boolean().meta({ description: 'Nobody has looked at it or worked on it.' }),
    assignee: z.string().nullable().meta({ description: 'Who has taken it; null for nobody.' }),
    openedAt: moment,
    closedAt: moment.nullable(),
    callback: z.object({ id: z.string(), state: callbackState, number: e164, queue: z.string() }),
    notes: z
      .array(z.object({ at: moment, author: z.string(), text: z.string() }))
      .meta({ description: 'Oldest first.' }),
    calledAgain: z
      .array(z.object({ callbackId: z.string(), state: callbackState }))
      .meta({ description: 'The callbacks that were made for it, oldest first.' }),
  })
  .meta({ id: 'Ticket', description: 'The record for a human when a callback failed.' });
export type TicketView = z.output<typeof ticketView>;

/** How much there is to do. */
export const ticketCounts = z.object({
  open: z.int(),
  unread: z.int().meta({ description: 'Of those that are open.' }),
});

const params = z.object({ id: z.guid('the id of a ticket, a UUID') });
const assignee = textOf([1, 64]);

/** Tickets, newest first. */
export const listTickets = route({
  name: 'listTickets',
  method: 'GET',
  path: '/api/v1/tickets',
  summary: 'List tickets, newest first, with the count of unread ones',
  tag: 'tickets',
  query: z.strictObject({
    ...page,
    state: ticketState.optional().meta({ description: 'Only these.' }),
    assignee: assignee.optional().meta({ description: 'Only those of this person.' }),
    queue: aNameOf.optional().meta({ description: 'Only this queue.' }),
    unread: z
      .enum(['true', 'false'])
      .optional()
      .meta({ description: 'Only those that nobody, or somebody, has looked at.' }),
  }),
  replies: { 200: z.object({ items: z.array(ticketView), nextCursor, counts: ticketCounts }) },
  refusals: ['QUEUE_UNKNOWN'],
});

/** One ticket. */
export const showTicket = route({
  name: 'showTicket',
  method: 'GET',
  path: '/api/v1/tickets/:id',
  summary: 'Show one ticket with its notes',
  tag: 'tickets',
  params,
  replies: { 200: ticketView },
  refusals: ['TICKET_UNKNOWN'],
});

/** Somebody has looked at it. */
export const readTicket = route({
  name: 'readTicket',
  method: 'POST',
  path: '/api/v1/tickets/:id/read',
  summary: 'Mark a ticket as read; a second time changes nothing',
  tag: 'tickets',
  params,
  body: z.strictObject({ by }),
  replies: { 200: ticketView },
  refusals: ['TICKET_UNKNOWN'],
});

/** Somebody takes it, or gives it back. */
export const assignTicket = route({
  name: 'assignTicket',
  method: 'POST',
  path: '/api/v1/tickets/:id/assign',
  summary: 'Give a ticket to somebody, or with null back to everybody',
  tag: 'tickets',
  params,
  body: z.strictObject({ assignee: assignee.nullable(), by }),
  replies: { 200: ticketView },
  refusals: ['TICKET_UNKNOWN', 'TICKET_CLOSED'],
});

/** What was found out or done. */
export const noteOnTicket = route({
  name: 'noteOnTicket',
  method: 'POST',
  path: '/api/v1/tickets/:id/notes',
  summary: 'Add a note to a ticket, open or closed',
  tag: 'tickets',
  params,
  body: z.strictObject({ text: trimmedTextOf([1, 4000]), by }),
  replies: { 200: ticketView },
  refusals: ['TICKET_UNKNOWN'],
});

/** The customer is promised another call. */
export const callTicketAgain = route({
  name: 'callTicketAgain',
  method: 'POST',
  path: '/api/v1/tickets/:id/call-again',
  summary: 'Make a new callback for a ticket; an open one of the number is returned instead',
  tag: 'tickets',
  params,
  body: z.strictObject({ by }),
  replies: {
    200: z.object({
      callbackId: z.string(),
      created: z.boolean().meta({
        description: 'False when the number had an open callback in the queue already.',
      }),
    }),
  },
  refusals: ['TICKET_UNKNOWN', 'TICKET_CLOSED', 'TICKET_CALLBACK_OPEN', 'NUMBER_REFUSED'],
});

/** Nothing is left to do. */
export const closeTicket = route({
  name: 'closeTicket',
  method: 'POST',
  path: '/api/v1/tickets/:id/close',
  summary: 'Close a ticket',
  tag: 'tickets',
  params,
  body: z.strictObject({ by }),
  replies: { 200: ticketView },
  refusals: ['TICKET_UNKNOWN', 'TICKET_CLOSED', 'TICKET_CALLBACK_OPEN'],
});
