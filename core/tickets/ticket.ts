import { type CallbackState, isOpen } from '../callbacks/states.ts';
import { done, type Outcome, refused } from '../prelude/refusal.ts';
import type { EpochMs } from '../prelude/time.ts';

/** The record for a human, as far as working on it goes. */
export interface Ticket {
  readonly state: 'open' | 'closed';
  /** A name as it was given; null while nobody has taken it. */
  readonly assignee: string | null;
  /** When somebody first looked at it or worked on it. */
  readonly readAt: EpochMs | null;
  readonly closedAt: EpochMs | null;
}

/** What somebody does with a ticket. */
export type TicketChange =
  | { readonly kind: 'read' }
  /** Null gives it back to everybody. */
  | { readonly kind: 'assign'; readonly assignee: string | null }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'call-again' }
  | { readonly kind: 'close' };

/** How the event of each change is called. */
const EVENTS = {
  read: 'ticket.read',
  assign: 'ticket.assigned',
  note: 'ticket.noted',
  'call-again': 'ticket.called-again',
  close: 'ticket.closed',
} as const satisfies Record<TicketChange['kind'], string>;

/** The ticket afterwards and the kind of its event; null for the event when nothing has changed. */
export interface TicketWork {
  readonly ticket: Ticket;
  readonly event: (typeof EVENTS)[TicketChange['kind']] | null;
}

/**
 * What a change makes of a ticket. A note may be added at any time; all else needs an open one. The ticket of a callback
 * that is still open, because it was set aside, is closed and called again only after that callback was ended or resumed.
 */
export function workOn(
  ticket: Ticket,
  callback: CallbackState,
  change: TicketChange,
  nowMs: EpochMs,
): Outcome<TicketWork> {
  const refusal = whyNot(ticket, callback, change);
  if (refusal !== null) return refusal;
  if (change.kind === 'read' && ticket.readAt !== null) return done({ ticket, event: null });
  const read = { ...ticket, readAt: ticket.readAt ?? nowMs };
  return done({ ticket: changed(read, change, nowMs), event: EVENTS[change.kind] });
}

function whyNot(
  ticket: Ticket,
  callback: CallbackState,
  { kind }: TicketChange,
): Outcome<never> | null {
  if (kind === 'note' || kind === 'read') return null;
  if (ticket.state === 'closed') return refused('TICKET_CLOSED', 'The ticket is closed already.');
  return kind !== 'assign' && isOpen(callback)
    ? refused('TICKET_CALLBACK_OPEN', `Its callback is ${callback}: cancel or resume that first.`)
    : null;
}

function changed(ticket: Ticket, change: TicketChange, nowMs: EpochMs): Ticket {
  switch (change.kind) {
    case 'read':
    case 'note':
    case 'call-again':
      return ticket;
    case 'assign':
      return { ...ticket, assignee: change.assignee };
    case 'close':
      return { ...ticket, state: 'closed', closedAt: nowMs };
  }
}
