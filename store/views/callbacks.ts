import type { AttemptOutcome, CallbackState } from '../../core/callbacks/states.ts';
import type { AttemptState, ChosenTime } from '../../core/interactions/situation.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type {
  AttemptId,
  CallbackId,
  InteractionId,
  QueueId,
  TenantId,
  TicketId,
} from '../../core/prelude/ids.ts';
import { type EpochMs, secondsBetween } from '../../core/prelude/time.ts';
import type { Database, Transaction } from '../database.ts';
import { chosenTimeOf } from '../situations/chosen-time.ts';
import { sqlFile } from '../statement.ts';

const PAGE = sqlFile(import.meta.url, './callback-page.sql');
const CALLBACKS = sqlFile(import.meta.url, './callbacks.sql');
const POSITIONS = sqlFile(import.meta.url, './positions.sql');
const ATTEMPTS = sqlFile(import.meta.url, './attempts.sql');

/** A callback as lists and single views show it. */
export interface ViewedCallback {
  readonly id: CallbackId;
  readonly interactionId: InteractionId;
  readonly queue: string;
  readonly number: PhoneNumber;
  readonly state: CallbackState;
  readonly origin: string;
  readonly strategy: 'agent-first' | 'customer-first';
  readonly requestedAt: EpochMs;
  /** The time that was agreed with the customer; null when there is none. */
  readonly chosenTime: ChosenTime | null;
  /** The zone that the customer said they are in. */
  readonly statedZone: string | null;
  /** When the customer came. */
  readonly firstEnteredAt: EpochMs;
  /** Since when the place counts: the same, unless a retry went to the back of the line. */
  readonly enteredAt: EpochMs;
  /** From the customer's coming until they talk with an agent, or until now or the end. */
  readonly grossWaitSeconds: number;
  /** The same from the present place on. */
  readonly netWaitSeconds: number;
  /** Its rank in the line, 1 is next; null while it stands in none. */
  readonly position: number | null;
  /** When it comes back to its line at the latest; null unless it is parked. */
  readonly dueAt: EpochMs | null;
  /** Oldest first. */
  readonly attempts: readonly ViewedAttempt[];
  readonly attemptsUsed: number;
  readonly attemptsMax: number;
  readonly ticket: { readonly id: TicketId; readonly reason: string } | null;
  readonly endedAt: EpochMs | null;
}

/** One try to reach the customer. */
export interface ViewedAttempt {
  readonly id: AttemptId;
  readonly state: AttemptState;
  readonly outcome: AttemptOutcome | null;
  /** It re-connects a conversation that the network dropped, and is not counted. */
  readonly secondChance: boolean;
  readonly startedAt: EpochMs;
  readonly dialedAt: EpochMs | null;
  readonly answeredAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
}

/** Which callbacks are asked for; null means all. */
export interface CallbackFilter {
  readonly states: readonly CallbackState[] | null;
  readonly queueId: QueueId | null;
  readonly number: string | null;
}

/** The last callback of the page before. `requestedAt` is ISO 8601 with microseconds. */
export interface CallbackCursor {
  readonly requestedAt: string;
  readonly id: string;
}

/** Which part of a list is asked for. */
export interface CallbackPage {
  readonly after: CallbackCursor | null;
  readonly limit: number;
}

/** One page of callbacks, newest first, and where the next one begins; null on the last page. @throws DatabaseUnavailable */
export async function viewCallbacks(
  database: Database,
  tenantId: TenantId,
  filter: CallbackFilter,
  { after, limit }: CallbackPage,
): Promise<{ callbacks: readonly ViewedCallback[]; next: CallbackCursor | null }> {
  return database.forTenant(tenantId, async (tx) => {
    // One more than asked for tells whether there is another page.
    const found = await tx.query<{ id: string; requested_at_text: string }>(PAGE, [
      tenantId,
      filter.states,
      filter.queueId,
      filter.number,
      after?.requestedAt ?? null,
      after?.id ?? null,
      limit + 1,
    ]);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const callbacks = await load(
      tx,
      tenantId,
      rows.map(({ id }) => id),
    );
    return {
      callbacks,
      next: last === undefined ? null : { requestedAt: last.requested_at_text, id: last.id },
    };
  });
}

/** One callback with its attempts; null when there is none with that id. @throws DatabaseUnavailable */
export async function viewCallback(
  database: Database,
  tenantId: TenantId,
  callbackId: CallbackId,
): Promise<ViewedCallback | null> {
  return database.forTenant(tenantId, async (tx) => {
    const [callback] = await load(tx, tenantId, [callbackId]);
    return callback ?? null;
  });
}

interface CallbackRow {
  readonly id: CallbackId;
  readonly interaction_id: InteractionId;
  readonly queue: string;
  readonly number: PhoneNumber;
  readonly state: CallbackState;
  readonly origin: string;
  readonly strategy: 'agent-first' | 'customer-first';
  readonly requested_at: EpochMs;
  readonly chosen_at: EpochMs | null;
  readonly chosen_wall_time: string | null;
  readonly chosen_time_zone: string | null;
  readonly stated_zone: string | null;
  readonly first_entered_at: EpochMs;
  readonly entered_at: EpochMs;
  readonly due_at: EpochMs | null;
  readonly attempts_used: number;
  readonly attempts_max: number;
  readonly ticket_id: TicketId | null;
  readonly ticket_reason: string | null;
  readonly ended_at: EpochMs | null;
  readonly now: EpochMs;
}

interface AttemptRow {
  readonly id: AttemptId;
  readonly callback_id: CallbackId;
  readonly state: AttemptState;
  readonly outcome: AttemptOutcome | null;
  readonly second_chance: boolean;
  readonly started_at: EpochMs;
  readonly dialed_at: EpochMs | null;
  readonly answered_at: EpochMs | null;
  readonly ended_at: EpochMs | null;
}

async function load(
  tx: Transaction,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<readonly ViewedCallback[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<CallbackRow>(CALLBACKS, [tenantId, ids]);
  const attempts = await tx.query<AttemptRow>(ATTEMPTS, [tenantId, ids]);
  const positions = await positionsOf(tx, tenantId, rows);
  const byCallback = new Map<CallbackId, ViewedAttempt[]>(rows.map(({ id }) => [id, []]));
  for (const row of attempts) byCallback.get(row.callback_id)?.push(viewedAttempt(row));
  return rows.map((row) => {
    const tried = byCallback.get(row.id) ?? [];
    return {
      ...viewed(row),
      ...waits(row, tried, tx.timeFrom(row.now)),
      position: positions.get(row.interaction_id) ?? null,
      attempts: tried,
    };
  });
}

/** How long the customer has waited, or did wait, in whole seconds. */
function waits(
  { first_entered_at: first, entered_at: entered, ended_at: ended }: CallbackRow,
  attempts: readonly ViewedAttempt[],
  nowMs: EpochMs,
): Pick<ViewedCallback, 'grossWaitSeconds' | 'netWaitSeconds'> {
  const talk = attempts.find(({ outcome, answeredAt }) => answeredAt !== null && talked(outcome));
  const until = talk?.answeredAt ?? ended ?? nowMs;
  return {
    grossWaitSeconds: Math.floor(secondsBetween(first, until)),
    netWaitSeconds: Math.floor(secondsBetween(entered, until)),
  };
}

/** True for a conversation that was one, and for one that is still going on. */
function talked(outcome: AttemptOutcome | null): boolean {
  return outcome === 'connected' || outcome === null;
}

async function positionsOf(
  tx: Transaction,
  tenantId: TenantId,
  rows: readonly CallbackRow[],
): Promise<ReadonlyMap<InteractionId, number>> {
  const waiting = rows.filter(({ state }) => state === 'waiting').map((row) => row.interaction_id);
  if (waiting.length === 0) return new Map();
  const ranks = await tx.query<{ interaction_id: InteractionId; position: number }>(POSITIONS, [
    tenantId,
    waiting,
  ]);
  return new Map(ranks.map(({ interaction_id, position }) => [interaction_id, position]));
}

function viewed(
  row: CallbackRow,
): Omit<ViewedCallback, 'position' | 'attempts' | 'grossWaitSeconds' | 'netWaitSeconds'> {
  return {
    id: row.id,
    interactionId: row.interaction_id,
    queue: row.queue,
    number: row.number,
    state: row.state,
    origin: row.origin,
    strategy: row.strategy,
    requestedAt: row.requested_at,
    chosenTime: chosenTimeOf(row),
    statedZone: row.stated_zone,
    firstEnteredAt: row.first_entered_at,
    enteredAt: row.entered_at,
    dueAt: row.due_at,
    attemptsUsed: row.attempts_used,
    attemptsMax: row.attempts_max,
    ticket: row.ticket_id === null ? null : { id: row.ticket_id, reason: row.ticket_reason ?? '' },
    endedAt: row.ended_at,
  };
}

function viewedAttempt(row: AttemptRow): ViewedAttempt {
  return {
    id: row.id,
    state: row.state,
    outcome: row.outcome,
    secondChance: row.second_chance,
    startedAt: row.started_at,
    dialedAt: row.dialed_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
  };
}
