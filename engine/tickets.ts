import { ALLOWED, NUMBER_REFUSALS, type NumberVerdict } from '../core/numbers/verdict.ts';
import { present } from '../core/prelude/assert.ts';
import { type CallbackId, id, type TenantId, type TicketId } from '../core/prelude/ids.ts';
import { done, type Outcome, refused } from '../core/prelude/refusal.ts';
import { callAgain } from '../core/tickets/call-again.ts';
import { type TicketChange, workOn } from '../core/tickets/ticket.ts';
import type { Transaction } from '../store/database.ts';
import { openCallback } from '../store/situations/find.ts';
import { type LoadedSituation, loadSituation } from '../store/situations/load.ts';
import {
  type LockedTicket,
  linkToTicket,
  lockTicket,
  nextSequence,
  saveTicket,
} from '../store/tickets/tickets.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling } from './handling.ts';
import { checkRequest } from './number-check.ts';

/** Who does what with which ticket. */
export interface TicketErrand {
  readonly tenantId: TenantId;
  readonly ticketId: TicketId;
  /** The name of whoever does it, as it was given. */
  readonly by: string;
}

/** The callback that was made for a ticket, or that the number had already in this queue. */
export interface CalledAgain {
  readonly callbackId: CallbackId;
  readonly isNew: boolean;
}

/** Working on tickets: each change is one transaction with its event. */
export class Tickets {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;

  constructor(deps: EngineDeps, handling: Handling) {
    this.deps = deps;
    this.handling = handling;
  }

  /** Reads, assigns, notes or closes. @throws DatabaseUnavailable */
  async change(errand: TicketErrand, change: TicketChange): Promise<Outcome<null>> {
    return this.deps.database.transaction(async (tx) => {
      const locked = await lockTicket(tx, errand.tenantId, errand.ticketId);
      return locked === null ? UNKNOWN : write(tx, errand, locked, change);
    });
  }

  /**
   * Promises the customer of the ticket another call. A number that has an open callback in the queue keeps that one.
   * @throws DatabaseUnavailable
   */
  async callAgain(errand: TicketErrand): Promise<Outcome<CalledAgain>> {
    const { outcome, begun } = await this.deps.database.transaction(async (tx) =>
      this.again(tx, errand),
    );
    if (begun !== null) this.handling.publish(begun);
    return outcome;
  }

  private async again(
    tx: Transaction,
    errand: TicketErrand,
  ): Promise<{ outcome: Outcome<CalledAgain>; begun: Handled | null }> {
    const { tenantId, ticketId } = errand;
    const locked = await lockTicket(tx, tenantId, ticketId);
    if (locked === null) return { outcome: UNKNOWN, begun: null };
    const loaded = await loadSituation(tx, tenantId, locked.interactionId);
    if (loaded === null) return { outcome: UNKNOWN, begun: null };
    const open = await openOf(tx, loaded);
    const verdict = open === null ? await verdictOf(tx, loaded) : ALLOWED;
    if (!verdict.allowed) {
      const { text } = NUMBER_REFUSALS[verdict.reason];
      return { outcome: refused('NUMBER_REFUSED', text), begun: null };
    }
    const written = await write(tx, errand, locked, { kind: 'call-again' });
    if (!written.ok) return { outcome: written, begun: null };
    if (open !== null) return { outcome: done({ callbackId: open, isNew: false }), begun: null };
    const begun = await this.begin(tx, loaded);
    const callbackId = present(begun.decision.next.callback, 'callback').id;
    const { firstCallbackId } = locked;
    await linkToTicket(tx, tenantId, callbackId, { ticketId, firstCallbackId });
    return { outcome: done({ callbackId, isNew: true }), begun };
  }

  private async begin(tx: Transaction, loaded: LoadedSituation): Promise<Handled> {
    const { tenantId, nowMs } = loaded;
    const interactionId = id<'interaction'>(this.deps.newId());
    const sequence = await nextSequence(tx);
    const context = this.handling.contextFrom(loaded, nowMs);
    const decision = callAgain(loaded.situation, { interactionId, sequence }, context);
    return this.handling.save(tx, { tenantId, before: null, decision, nextCommand: 1, nowMs });
  }
}

const UNKNOWN = refused('TICKET_UNKNOWN', 'There is no ticket with this id.');

async function openOf(
  tx: Transaction,
  { tenantId, situation: { interaction, callback } }: LoadedSituation,
): Promise<CallbackId | null> {
  const { number } = present(callback, 'callback of the ticket');
  return openCallback(tx, tenantId, interaction.queueId, number);
}

/** Another call is another request for the number. */
async function verdictOf(
  tx: Transaction,
  { tenantId, nowMs, situation: { callback } }: LoadedSituation,
): Promise<NumberVerdict> {
  const { number } = present(callback, 'callback of the ticket');
  return checkRequest(tx, { tenantId, number, nowMs });
}

async function write(
  tx: Transaction,
  { tenantId, ticketId, by }: TicketErrand,
  { interactionId, ticket, callbackState }: LockedTicket,
  change: TicketChange,
): Promise<Outcome<null>> {
  const nowMs = await tx.clock();
  const work = workOn(ticket, callbackState, change, nowMs);
  if (!work.ok) return work;
  const { event } = work.value;
  if (event === null) return done(null);
  const assignee = change.kind === 'assign' ? { assignee: change.assignee } : {};
  await saveTicket(tx, {
    tenantId,
    interactionId,
    ticketId,
    ticket: work.value.ticket,
    // What a note says may be personal: it stands with the ticket only.
    event: { kind: event, body: { ticketId, by, ...assignee } },
    nowMs,
    note: change.kind === 'note' ? { author: by, text: change.text } : null,
  });
  return done(null);
}
