import type { LedgerEntry } from '../../telephony/sandbox/ledger.ts';
import type { AttemptSeen, Books, CallbackSeen, InteractionSeen } from '../books.ts';
import { COUNTED, type History } from './history.ts';
import { nothingWhileStopped, onlyAllowedNumbers } from './limits.ts';
import type { Patience } from './patience.ts';
import { attemptsMaxOf } from './terms.ts';
import { gapsAreKept, nobodyBeforeTheirTime, nobodyOutsideHours } from './times.ts';
import { hasHeard, type Witness } from './witness.ts';

/** Two clocks tell of one moment: what a message travels, and the longest that a late event is kept. */
const LATE_MS = 5_000;
/** Records and PBX agree within 30 s, and a call placed less than 10 s before a comparison waits for the next one. */
const AGREE_MS = 42_000;
/** After so long without any fault nothing is left of the last one. */
const CALM_MS = 90_000;
/** An older conversation is not taken up again when the network breaks it. */
const CHANCE_MS_MAX = 60_000;
/** No simulated person stays on the phone for longer. */
const ENDURANCE_MS = 1_500_000;
/** A last sentence is heard before a leg is gone. */
const GOODBYE_MS = 8_000;
/** How long an available agent and somebody who waits may stand beside each other. */
const IDLE_MS = 2_000;
/** States of an interaction in which the customer's own call goes on. */
const ON_THE_PHONE = new Set(['waiting', 'offered', 'connected']);
const WITH_TICKET = new Set(['exhausted', 'expired', 'released', 'refused', 'poisoned']);

/** What is wrong by one invariant at this step; empty when nothing is. */
export type Invariant = (
  witness: Witness,
  history: History,
  patience: Patience,
) => readonly string[];

/** The invariants of ARCHITECTURE.md, as somebody sees them who reads rows, events and the carrier's ledger only. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  I1: promisesExist,
  I2: endsAndTickets,
  I3: oneCallPerAttempt,
  I4: oneLegPerNumber,
  I5: nobodyAfterConversation,
  I6: attemptsBelowMaximum,
  I7: nobodyOutsideHours,
  I8: onlyAllowedNumbers,
  I9: agentFirst,
  I10: oneReservationPerAgent,
  I11: legsAndRowsAgree,
  I12: oldEpochsChangeNothing,
  I13: openCallbacksHaveNextStep,
  I14: betterPlaceFirst,
  I15: outcomesOnce,
  I16: rowsAsTold,
  I17: nobodyIdleBesideWaiting,
  C7: gapsAreKept,
  C14: nobodyBeforeTheirTime,
  stops: nothingWhileStopped,
};

/** Those that look at books and events alone: while nothing is written, their answer stays what it was. */
export const ABOUT_BOOKS: ReadonlySet<string> = new Set([
  ...['I2', 'I6', 'I10', 'I12', 'I13', 'I14', 'I15', 'I16'],
]);

function promisesExist({ live, books, agreed }: Witness): readonly string[] {
  const known = new Set(books.callbacks.map(({ id }) => id));
  return [
    ...live
      .filter((leg) => leg.role === 'caller' && hasHeard(leg, 'confirmation'))
      .filter((leg) => !books.callbacks.some((callback) => callback.number === leg.party))
      .map((leg) => `${String(leg.party)} was promised a call, and there is no callback`),
    ...[...agreed.calls.keys()]
      .filter((id) => !known.has(id))
      .map((id) => `callback ${id} was promised, and there is none`),
  ];
}

function endsAndTickets({ books, terms }: Witness, history: History): readonly string[] {
  const shared: readonly string[] = terms.office.policy.sharedNumbers;
  const dealings = new Set(books.interactions.map((one) => one.id));
  return books.callbacks.flatMap(({ id, interaction, number, state, tickets, open }, at) => {
    const isTwice = books.callbacks.findIndex((one) => one.open && one.number === number) < at;
    const told = history.callbacks.get(id);
    const ends = told?.ends ?? 0;
    const owed = told?.wasSetAside === true || WITH_TICKET.has(state) ? 1 : 0;
    return [
      ...(dealings.has(interaction) === open
        ? []
        : [`${number} is ${state}, its dealings are not`]),
      ...(ends === (open ? 0 : 1) ? [] : [`${number} is ${state} after ${ends.toString()} ends`]),
      ...(open && isTwice && !shared.includes(number)
        ? [`${number} has two open callbacks in one queue`]
        : []),
      ...(tickets === owed ? [] : [`${number} is ${state} with ${tickets.toString()} tickets`]),
    ];
  });
}

function oneCallPerAttempt({ fresh, ledger }: Witness, history: History): readonly string[] {
  return fresh
    .filter((leg) => leg.role === 'customer')
    .flatMap((leg) => [
      ...(ledger.filter((other) => other.legId === leg.legId).length === 1
        ? []
        : [`attempt ${leg.legId} was called twice`]),
      ...(history.attempts.get(leg.legId)?.dialled === true
        ? []
        : [`${String(leg.party)} was called without a recorded attempt`]),
    ]);
}

function oneLegPerNumber({ live }: Witness): readonly string[] {
  const numbers = live.filter((leg) => leg.role === 'customer').map((leg) => leg.party);
  return numbers
    .filter((number, at) => numbers.indexOf(number) !== at)
    .map((number) => `two calls to ${String(number)} at once`);
}

function nobodyAfterConversation({ fresh, ledger }: Witness, history: History): readonly string[] {
  return fresh
    .filter((leg) => leg.role === 'customer')
    .flatMap((leg) => {
      const attempt = history.attempts.get(leg.legId);
      const name = String(leg.party);
      if (attempt?.isSecondChance === true) {
        return isChanceDeserved(leg, ledger, history) ? [] : [`${name} had no second chance left`];
      }
      const isOver = history.callbackOf(leg.legId)?.talked === true;
      return isOver ? [`${name} was called again after a conversation`] : [];
    });
}

/** The network has broken the conversation before, a minute old at the most, and it is the first time. */
function isChanceDeserved(
  leg: LedgerEntry,
  ledger: readonly LedgerEntry[],
  history: History,
): boolean {
  const interaction = history.attempts.get(leg.legId)?.interaction;
  const before = ledger.filter(
    (other) =>
      other !== leg &&
      other.role === 'customer' &&
      history.attempts.get(other.legId)?.interaction === interaction,
  );
  const last = before.at(-1);
  const talkedMs = (last?.endedAtMs ?? 0) - (last?.answeredAtMs ?? 0);
  const isFirst = !before.some(
    (other) => history.attempts.get(other.legId)?.isSecondChance === true,
  );
  return last?.ending === 'dropped' && talkedMs <= CHANCE_MS_MAX + LATE_MS && isFirst;
}

function attemptsBelowMaximum({ books, terms }: Witness, history: History): readonly string[] {
  const counts = new Map<string, number>();
  for (const { interaction, isSecondChance, outcome } of history.attempts.values()) {
    if (isSecondChance || !COUNTED.has(outcome ?? '')) continue;
    counts.set(interaction, (counts.get(interaction) ?? 0) + 1);
  }
  return books.callbacks.flatMap(({ id, number, interaction, used }) => {
    const told = history.callbacks.get(id);
    const counted = counts.get(interaction) ?? 0;
    const isTooOften = told !== undefined && counted > attemptsMaxOf(told, terms);
    return [
      ...(isTooOften ? [`${number} was tried ${counted.toString()} times`] : []),
      ...(counted === used
        ? []
        : [`${number}: ${counted.toString()} attempts, ${used.toString()} counted`]),
    ];
  });
}

function agentFirst(witness: Witness, _history: History, patience: Patience): readonly string[] {
  const { fresh, live, ledger, orderlyMs, stills } = witness;
  const early = fresh
    .filter((leg) => leg.role === 'customer')
    .filter((leg) => !ledger.some((other) => isAnsweredAgent(other, leg.atMs, stills)))
    .map((leg) => `${String(leg.party)} was called before an agent had answered`);
  const answered = live.filter((leg) => leg.role === 'agent' && leg.answeredAtMs !== null).length;
  const customers = live.filter((leg) => leg.role === 'customer').length;
  const tooMany = customers > answered ? ['more customers on the phone than agents'] : [];
  return [...early, ...patience.exceeded('I9', tooMany, orderlyMs, AGREE_MS)];
}

/** What happened while a process stood still, it hears a moment after it goes on: until then the agent is there for it. */
function isAnsweredAgent(leg: LedgerEntry, atMs: number, stills: Witness['stills']): boolean {
  if (leg.role !== 'agent' || leg.answeredAtMs === null || leg.answeredAtMs > atMs) return false;
  const still = stills.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + LATE_MS);
  const endedAtMs = leg.endedAtMs ?? Number.POSITIVE_INFINITY;
  return endedAtMs >= Math.min(atMs, still?.fromMs ?? atMs) - LATE_MS;
}

function oneReservationPerAgent({ books }: Witness): readonly string[] {
  return books.agents
    .filter(({ occupation, reserved }) => (occupation === 'idle') !== (reserved === null))
    .map(({ name, occupation }) => `${name} is ${occupation} and the reservation says otherwise`);
}

function legsAndRowsAgree(
  { live, books, nowMs, orderlyMs, calmMs }: Witness,
  _history: History,
  patience: Patience,
): readonly string[] {
  const rows = new Set([
    ...books.attempts.map((attempt) => attempt.id),
    ...books.offers.map((offer) => offer.id),
    ...books.agents.flatMap((agent) => agent.leg ?? []),
    ...books.interactions.flatMap((one) => (one.callState === 'gone' ? [] : (one.leg ?? []))),
  ]);
  const legs = new Set<string>(live.map((leg) => leg.legId));
  const endless = live.filter((leg) => nowMs - leg.atMs > ENDURANCE_MS);
  const wrong = [
    ...[...legs].filter((leg) => !rows.has(leg)).map((leg) => `leg ${leg} has no row`),
    ...liveRows(books)
      .filter((row) => !legs.has(row))
      .map((row) => `row ${row} has no leg`),
  ];
  // What went wrong in a fault is found by comparing; in calm days a leg that is over is hung up at once.
  const left = calmMs < CALM_MS ? [] : leftBehind(live, books);
  return [
    ...patience.exceeded('I11', wrong, orderlyMs, AGREE_MS),
    ...patience.exceeded('calm I11', left, orderlyMs, GOODBYE_MS),
    ...endless.map((leg) => `${String(leg.party)} is on the phone for ever`),
  ];
}

/** Legs that nobody is meant to be on any more, and phones that ring on although nobody wants the answer. */
function leftBehind(live: readonly LedgerEntry[], books: Books): readonly string[] {
  const meant = new Set([
    ...books.attempts.filter(({ state }) => state !== 'cancelling').map(({ id }) => id),
    ...books.offers.map(({ id }) => id),
    ...books.interactions
      .filter(({ state }) => ON_THE_PHONE.has(state))
      .flatMap(({ leg }) => leg ?? []),
  ]);
  // A machine may be given a long message.
  const isMessage = (leg: LedgerEntry): boolean => leg.answeredByMachine;
  return live
    .filter((leg) => !meant.has(leg.legId) && !isMessage(leg))
    .map((leg) => `${String(leg.party)} is left on the phone`);
}

function liveRows(books: Books): readonly string[] {
  return [
    ...books.attempts
      .filter(({ state }) => state === 'dialing' || state === 'connected')
      .map((attempt) => attempt.id),
    ...books.agents.flatMap((agent) => agent.leg ?? []),
    ...books.interactions.flatMap((one) => (one.callState === 'gone' ? [] : (one.leg ?? []))),
  ];
}

function oldEpochsChangeNothing({ books, before }: Witness): readonly string[] {
  const epoch = books.owner?.epoch ?? 0;
  const known = new Set(before?.attempts.map((attempt) => `${attempt.id} ${attempt.state}`));
  const isTaken = (before?.owner ?? null) !== null && books.owner?.node !== before?.owner?.node;
  if (isTaken && books.owner?.node !== null && epoch <= (before?.owner?.epoch ?? 0)) {
    return [`${String(books.owner?.node)} owns the PBX under the epoch of the owner before`];
  }
  return books.attempts
    .filter(({ id, state }) => state === 'dialing' && !known.has(`${id} ${state}`))
    .filter((attempt) => attempt.epoch !== epoch && attempt.epoch !== before?.owner?.epoch)
    .map(({ number, epoch: old }) => `${number} was dialled under epoch ${String(old)}`);
}

function openCallbacksHaveNextStep({ books }: Witness): readonly string[] {
  const forgotten = books.interactions.filter(
    (one) => one.state === 'waiting' && !one.inLine && one.parked === null,
  );
  return [
    ...forgotten.map(({ number }) => `${String(number)} waits on the phone and stands in no line`),
    ...books.callbacks
      .filter((callback) => callback.open && !hasNextStep(callback, books))
      .map(({ number, state }) => `${number} is ${state} without a next step`),
  ];
}

function hasNextStep(callback: CallbackSeen, books: Books): boolean {
  const interaction = books.interactions.find((one) => one.id === callback.interaction);
  if (interaction === undefined) return false;
  const attempt = books.attempts.find((one) => one.callback === callback.id);
  const isAsked = books.offers.some((offer) => offer.interaction === interaction.id);
  return stepExists(callback.state, interaction, attempt, isAsked);
}

function stepExists(
  state: string,
  { inLine, parked, timers }: InteractionSeen,
  attempt: AttemptSeen | undefined,
  isAsked: boolean,
): boolean {
  const isParked = parked !== null && timers.includes('parked');
  if (state === 'waiting') return inLine !== isParked;
  if (state === 'scheduled' || state === 'retry-wait') return isParked;
  if (state === 'offered') return isAsked && timers.includes('offer');
  if (state === 'accepted') {
    return isAsked && (timers.includes('alert') || timers.includes('dial'));
  }
  if (state === 'dialing') {
    return attempt !== undefined && (timers.includes('dial') || timers.includes('settle'));
  }
  if (state === 'connected') return attempt?.state === 'connected' && isAsked;
  return state === 'wrapping-up' ? timers.includes('wrap-up') : state === 'poisoned';
}

/** Nobody is offered while somebody with a better place stood in line before and after, whom the agent could have taken. */
function betterPlaceFirst({ books, before }: Witness): readonly string[] {
  if (before === null || before === books) return [];
  const ringing = books.events.filter((event) => event.kind === 'offer.ringing');
  return ringing.flatMap((event) => {
    const taken = before.interactions.find((one) => one.id === event.interaction);
    const agent = before.agents.find((one) => one.id === event.body['agentId']);
    const declinedNow = books.agents.find((one) => one.id === agent?.id);
    if (taken === undefined || agent === undefined) return [];
    return books.interactions
      .filter((other) => {
        const was = before.interactions.find((one) => one.id === other.id);
        const stood = was?.inLine === true && other.inLine;
        const isPassedOver = declinedNow?.declined.includes(other.id) === true;
        // Whoever was called next only then had no better place when it was decided.
        return stood && !isPassedOver && !agent.declined.includes(other.id) && isBetter(was, taken);
      })
      .map((other) => `${agent.name} was offered ${taken.id} before ${other.id}`);
  });
}

function isBetter(one: InteractionSeen, other: InteractionSeen): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  if (one.entered !== other.entered) return one.entered < other.entered;
  return one.sequence < other.sequence;
}

/** The history itself complains of a second end; here an attempt that is over must have been told as over. */
function outcomesOnce({ books, before, ledger }: Witness, history: History): readonly string[] {
  if (books === before) return [];
  // What counts for nothing must have been nothing: no phone has rung.
  const rang = ledger.filter(
    (leg) =>
      history.attempts.get(leg.legId)?.outcome === 'congestion' && leg.ending !== 'congestion',
  );
  return [
    ...[...history.attempts.values()]
      .filter(({ id, ends }) => ends > 0 && books.attempts.some((attempt) => attempt.id === id))
      .map(({ id }) => `attempt ${id} lives on after its end`),
    ...rang.map((leg) => `the call to ${String(leg.party)} counts as never made`),
  ];
}

function rowsAsTold({ books }: Witness, history: History): readonly string[] {
  const callbacks = books.callbacks
    .filter(({ id, state }) => {
      const told = history.callbacks.get(id)?.state;
      return told !== state && !(told === 'requested' && ['waiting', 'scheduled'].includes(state));
    })
    .map(({ number, state }) => `${number} is ${state}, and no event says so`);
  const gaps = books.interactions
    .filter(({ id, revision }) => history.revisions.get(id) !== revision)
    .map(({ id }) => `the last event of ${id} is missing`);
  return [...callbacks, ...gaps];
}

function nobodyIdleBesideWaiting(
  { books, orderlyMs }: Witness,
  _history: History,
  patience: Patience,
): readonly string[] {
  const idle = books.agents.flatMap((agent) =>
    agent.available
      ? books.interactions
          .filter((one) => one.inLine && !agent.declined.includes(one.id))
          .map((one) => `${agent.name} is idle beside ${one.id}`)
      : [],
  );
  return patience.exceeded('I17', idle, orderlyMs, IDLE_MS);
}
