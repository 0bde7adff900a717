/**
 * Judges a day of a centre from outside: from the rows and the history that the database holds and from what the network
 * counted. It shares no code with what it judges.
 */

/** Rows of any statement. */
type Ask = <Row extends object>(text: string) => Promise<Row[]>;

/** One call that the network carried to a customer. */
export interface CountedCall {
  readonly called: string;
  readonly invitedAtMs: number;
  readonly endedAtMs: number | null;
}

/** One interaction and its place. */
export interface PlaceRow {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly priority: number;
  readonly entered_ms: number;
  readonly sequence: number;
}

/** One promise, how often it ended, and its tickets. */
export interface PromiseRow {
  readonly number: string;
  readonly state: string;
  readonly ends: number;
  readonly tickets: number;
  readonly attempts_max: number;
}

/** One attempt that was dialled. */
export interface AttemptRow {
  readonly number: string;
  readonly outcome: string | null;
  readonly dialed_ms: number;
}

/** One agent who was asked. */
export interface OfferRow {
  readonly interaction_id: string;
  readonly agent_id: string;
  readonly offered_ms: number;
  readonly ending: string | null;
}

/** One line of the history. */
export interface EventRow {
  readonly interaction_id: string;
  readonly kind: string;
  readonly at_ms: number;
}

/** Everything that is judged. */
export interface Books {
  readonly places: readonly PlaceRow[];
  readonly promises: readonly PromiseRow[];
  readonly attempts: readonly AttemptRow[];
  readonly offers: readonly OfferRow[];
  /** In order within each interaction. */
  readonly events: readonly EventRow[];
  readonly calls: readonly CountedCall[];
}

/**
 * Two agents are matched in two transactions at once: who is being taken by the one is skipped by the other, which may
 * be done first. So long may an interaction be on its way in or out of the line, in milliseconds.
 */
const BEING_TAKEN_MS = 250;

/** Ends of a promise that leave a customer without the conversation. */
const FAILURES = ['exhausted', 'expired', 'released', 'refused'];
const ENDS = ['completed', 'cancelled', 'superseded', ...FAILURES];

/** Reads the books. */
export async function readBooks(ask: Ask, calls: readonly CountedCall[]): Promise<Books> {
  const ends = ENDS.map((end) => `'callback.${end}'`).join(', ');
  return {
    calls,
    places: await ask(
      `select id, coalesce(customer_number, '') as number, state, priority, ${ms('entered_at')} as entered_ms,
              sequence::int from interaction`,
    ),
    promises: await ask(
      `select c.number, c.state, (q.callback ->> 'attemptsMax')::int as attempts_max,
              (select count(*)::int from ticket t where t.callback_id = c.id) as tickets,
              (select count(*)::int from event e where e.interaction_id = c.interaction_id and e.kind in (${ends})) as ends
         from callback c join queue q on q.id = c.queue_id`,
    ),
    attempts: await ask(
      `select number, outcome, ${ms('dialed_at')} as dialed_ms from attempt where dialed_at is not null order by dialed_at`,
    ),
    offers: await ask(
      `select interaction_id, agent_id, ending, ${ms('offered_at')} as offered_ms from offer order by offered_at`,
    ),
    events: await ask(
      `select interaction_id, kind, ${ms('at')} as at_ms from event
        where interaction_id is not null order by interaction_id, revision`,
    ),
  };
}

function ms(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}

/** Every complaint, in words; empty when the day was a good one. Meant for a centre in which nothing is under way. */
export function complaints(books: Books): readonly string[] {
  return [
    ...endedOnce(books),
    ...calledAsRecorded(books),
    ...calledOneByOne(books),
    ...calledNoMoreAfterATalk(books),
    ...betterPlacesFirst(books),
  ];
}

/** Nothing is lost: every promise has ended, once, and with a ticket if it was not kept. */
function endedOnce({ promises }: Books): readonly string[] {
  return promises.flatMap(({ number, state, ends, tickets }) => [
    ...(ENDS.includes(state) && ends === 1
      ? []
      : [`${number} is ${state} after ${ends.toString()} ends`]),
    ...(tickets === (FAILURES.includes(state) ? 1 : 0)
      ? []
      : [`${number} is ${state} with ${tickets.toString()} tickets`]),
  ]);
}

/** Nobody is called twice: what the network counted is what was recorded, and never more than agreed. */
function calledAsRecorded({ promises, attempts, calls }: Books): readonly string[] {
  const numbers = new Set([...attempts, ...promises].map(({ number }) => number));
  for (const { called } of calls) numbers.add(called);
  return [...numbers].flatMap((number) => {
    const counted = calls.filter(({ called }) => called === number).length;
    const recorded = attempts.filter((attempt) => attempt.number === number).length;
    const agreed = promises.find((promise) => promise.number === number)?.attempts_max ?? 0;
    return [
      ...(counted === recorded
        ? []
        : [`${number} was called ${counted.toString()} times in ${recorded.toString()} attempts`]),
      ...(counted <= agreed ? [] : [`${number} was called ${counted.toString()} times`]),
    ];
  });
}

function calledOneByOne({ calls }: Books): readonly string[] {
  return calls.flatMap((call, at) =>
    calls
      .slice(at + 1)
      .filter(({ called, invitedAtMs }) => {
        return called === call.called && invitedAtMs < (call.endedAtMs ?? Number.POSITIVE_INFINITY);
      })
      .map(() => `two calls to ${call.called} at once`),
  );
}

function calledNoMoreAfterATalk({ attempts }: Books): readonly string[] {
  return attempts
    .filter(({ number, dialed_ms }) =>
      attempts.some(
        (other) =>
          other.number === number && other.outcome === 'connected' && other.dialed_ms < dialed_ms,
      ),
    )
    .map(({ number }) => `${number} was called again after a conversation`);
}

/** Of two interactions that an agent could take, the one with the better place is offered first. */
function betterPlacesFirst({ places, offers, events }: Books): readonly string[] {
  const waits = new Map(places.map(({ id }) => [id, waitsOf(id, events)]));
  return offers.flatMap((offer) => {
    const taken = places.find(({ id }) => id === offer.interaction_id);
    if (taken === undefined) return [`an offer of nothing: ${offer.interaction_id}`];
    return places
      .filter(
        (place) =>
          isBetter(place, taken) &&
          (waits.get(place.id) ?? []).some((wait) => covers(wait, offer.offered_ms)) &&
          !wasRefusedBy(offer, place, offers),
      )
      .map(({ number }) => `${number} stood before ${taken.number}, who was offered first`);
  });
}

function isBetter(one: PlaceRow, other: PlaceRow): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  if (one.entered_ms !== other.entered_ms) return one.entered_ms < other.entered_ms;
  return one.sequence < other.sequence;
}

interface Wait {
  readonly fromMs: number;
  readonly untilMs: number;
}

function covers({ fromMs, untilMs }: Wait, atMs: number): boolean {
  return fromMs + BEING_TAKEN_MS < atMs && atMs < untilMs - BEING_TAKEN_MS;
}

/** An agent who has not taken it is not asked for it again at once. */
function wasRefusedBy(now: OfferRow, place: PlaceRow, offers: readonly OfferRow[]): boolean {
  return offers.some(
    ({ interaction_id, agent_id, ending, offered_ms }) =>
      interaction_id === place.id &&
      agent_id === now.agent_id &&
      offered_ms < now.offered_ms &&
      ending !== 'accepted',
  );
}

const COMES_IN = [
  'interaction.entered',
  'interaction.waiting',
  'callback.waiting',
  'place.resumed',
  'place.renewed',
];
const GOES_OUT = ['place.parked', 'offer.ringing', 'interaction.ended', 'callback.retry-wait'];

/** When an interaction stood in line, as its history tells. */
function waitsOf(id: string, events: readonly EventRow[]): readonly Wait[] {
  const waits: Wait[] = [];
  let fromMs: number | null = null;
  for (const { kind, at_ms } of events.filter((event) => event.interaction_id === id)) {
    if (COMES_IN.includes(kind)) fromMs ??= at_ms;
    if (!GOES_OUT.includes(kind) || fromMs === null) continue;
    waits.push({ fromMs, untilMs: at_ms });
    fromMs = null;
  }
  if (fromMs !== null) waits.push({ fromMs, untilMs: Number.POSITIVE_INFINITY });
  return waits;
}
