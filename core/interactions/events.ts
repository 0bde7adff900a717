import type { OfferEnd } from '../callbacks/states.ts';
import type { TicketDraft } from './decision.ts';
import type { Situation } from './situation.ts';

/** One state change, as the audit trail, the change feed and the webhooks tell it. */
export interface DomainEvent {
  /** `<noun>.<what it became>`, e.g. `callback.dialing`, `offer.declined`, `attempt.ended`. */
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * The events of everything that differs between two situations, in the order in which it reads as a story. Because they
 * are derived from the difference, no state change can be without its event (I16).
 */
export function eventsBetween(
  before: Situation | null,
  after: Situation,
  ticket: TicketDraft | null,
  testimony: readonly DomainEvent[] = [],
): readonly DomainEvent[] {
  return [
    ...testimony,
    ...attemptEvents(before, after),
    ...offerEvents(before, after),
    ...callbackEvents(before, after),
    ...interactionEvents(before, after),
    ...standingEvents(before, after),
    ...(ticket === null ? [] : [{ kind: 'ticket.opened', body: { ...ticket } }]),
  ];
}

function attemptEvents(before: Situation | null, after: Situation): readonly DomainEvent[] {
  const { attempt } = after;
  const was = before?.attempt ?? null;
  if (attempt === null) return [];
  const noted = was?.notedOutcome !== attempt.notedOutcome && attempt.notedOutcome !== null;
  if (was?.id === attempt.id && was.state === attempt.state && !noted) return [];
  const { id, state, outcome, routeId, notedOutcome, isSecondChance: secondChance } = attempt;
  // Booked to the queue of the first call, and billed as the outbound call that it is.
  const booking = { queueId: after.interaction.queueId, direction: 'outbound' };
  const body = { attemptId: id, outcome, routeId, notedOutcome, secondChance, ...booking };
  return [{ kind: `attempt.${state}`, body }];
}

function offerEvents(before: Situation | null, after: Situation): readonly DomainEvent[] {
  const { offer } = after;
  if (offer === null) return [];
  const was = before?.offer ?? null;
  const body = { offerId: offer.id, agentId: (after.agent ?? before?.agent)?.id ?? null };
  if (offer.end !== null) return [{ kind: offerEnded(offer.end, offer.state), body }];
  return was?.state === offer.state ? [] : [{ kind: `offer.${offer.state}`, body }];
}

/** An accepted offer ends in its own word, so that nobody reads a second acceptance. */
function offerEnded(end: OfferEnd, state: 'ringing' | 'accepted'): string {
  return state === 'accepted' && end === 'accepted' ? 'offer.over' : `offer.${end}`;
}

function callbackEvents(before: Situation | null, { callback }: Situation): readonly DomainEvent[] {
  if (callback === null) return [];
  const was = before?.callback ?? null;
  const { id, state, attemptsUsed, numberRefusal } = callback;
  const refusal = numberRefusal === null ? {} : { refusal: numberRefusal };
  const body = { callbackId: id, attemptsUsed, ...refusal };
  if (was === null) {
    const { origin, rule, notBefore } = callback;
    const requested = {
      kind: 'callback.requested',
      body: { ...body, origin, rule, notBefore },
    };
    return state === 'waiting' ? [requested] : [requested, { kind: `callback.${state}`, body }];
  }
  const closed = was.inactiveAt === null && callback.inactiveAt !== null;
  const reconnects = was.secondChance === null && callback.secondChance !== null;
  return [
    ...(reconnects ? [{ kind: 'callback.reconnecting', body }] : []),
    ...(closed ? [{ kind: 'callback.inactive', body }] : []),
    ...(was.state === state ? [] : [{ kind: `callback.${state}`, body }]),
  ];
}

function interactionEvents(before: Situation | null, after: Situation): readonly DomainEvent[] {
  const { state, ending, call, queueId, numberRefusal } = after.interaction;
  const was = before?.interaction;
  const events: DomainEvent[] = [];
  if (was?.call?.state !== call?.state && call?.state === 'gone') {
    events.push({ kind: 'call.ended', body: { legId: call.legId, ending: call.ending } });
  }
  if (numberRefusal !== null && was?.numberRefusal !== numberRefusal) {
    events.push({ kind: 'number.refused', body: { refusal: numberRefusal } });
  }
  if (was?.state !== state) {
    const kind = was === undefined ? 'interaction.entered' : `interaction.${state}`;
    events.push({ kind, body: { queueId, ending } });
  }
  return events;
}

function standingEvents(
  before: Situation | null,
  { interaction: { standing, place } }: Situation,
): readonly DomainEvent[] {
  const isRenewed = before !== null && before.interaction.place.enteredAt !== place.enteredAt;
  const was = before?.interaction.standing;
  const held = before?.interaction.place.sequence ?? place.sequence;
  if (held !== place.sequence) return [{ kind: 'place.taken-over', body: {} }];
  if (standing.kind === 'in-line' && was?.kind === 'parked') {
    return isRenewed
      ? [{ kind: 'place.renewed', body: { enteredAt: place.enteredAt } }]
      : [{ kind: 'place.resumed', body: {} }];
  }
  if (standing.kind !== 'parked') return [];
  const same =
    was?.kind === 'parked' && was.reason === standing.reason && was.until === standing.until;
  return same
    ? []
    : [{ kind: 'place.parked', body: { reason: standing.reason, until: standing.until } }];
}
