import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { timestamp } from '../store/database.ts';
import { sqlFile } from '../store/statement.ts';
import type { Session } from './session.ts';

const PENDING_SINCE = sqlFile(import.meta.url, './pending-since.sql');
const BOOKS = sqlFile(import.meta.url, './books.sql');

/** One event as it is stored. */
export interface EventSeen {
  readonly id: number;
  readonly interaction: string | null;
  readonly revision: number | null;
  readonly agent: string | null;
  readonly kind: string;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An interaction that is not over. */
export interface InteractionSeen {
  readonly id: string;
  readonly state: string;
  readonly number: string | null;
  readonly leg: string | null;
  readonly callState: string | null;
  readonly revision: number;
  readonly inLine: boolean;
  readonly parked: string | null;
  readonly priority: number;
  readonly entered: number;
  readonly sequence: number;
  readonly timers: readonly string[];
}

/** A callback, open or ended. */
export interface CallbackSeen {
  readonly id: string;
  readonly interaction: string;
  readonly number: string;
  readonly state: string;
  readonly open: boolean;
  readonly used: number;
  readonly tickets: number;
}

/** An attempt that is not over. */
export interface AttemptSeen {
  readonly id: string;
  readonly callback: string;
  readonly number: string;
  readonly state: string;
  readonly epoch: number | null;
  readonly agent: string | null;
}

/** An offer that is not over. */
export interface OfferSeen {
  readonly id: string;
  readonly interaction: string;
  readonly agent: string;
  readonly state: string;
}

/** An agent. */
export interface AgentSeen {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly presence: string;
  readonly occupation: string;
  readonly leg: string | null;
  readonly available: boolean;
  readonly reserved: string | null;
  readonly declined: readonly string[];
}

/** The rows of the product as they stand between two steps, read by statements of the simulation's own. */
export interface Books {
  /** Those that are new since the last reading. */
  readonly events: readonly EventSeen[];
  readonly interactions: readonly InteractionSeen[];
  readonly callbacks: readonly CallbackSeen[];
  readonly attempts: readonly AttemptSeen[];
  readonly offers: readonly OfferSeen[];
  readonly agents: readonly AgentSeen[];
  readonly owner: {
    readonly node: string | null;
    readonly epoch: number;
    readonly ready: boolean;
  } | null;
  /** When the next timer can be taken, by the wall clock. */
  readonly due_at: number | null;
  /** Since when a command waits to be sent or noted. */
  readonly pending_since: number | null;
}

/** Since when a command waits; null when none does. */
export async function readPendingSince(session: Session): Promise<number | null> {
  const [row] = await session.ask<{ pending_since: number | null }>(PENDING_SINCE, [
    DEFAULT_TENANT,
  ]);
  return row?.pending_since ?? null;
}

/** Reads what is there now. */
export async function readBooks(session: Session, after: number, nowMs: EpochMs): Promise<Books> {
  const [books] = await session.ask<Books>(BOOKS, [after, timestamp(nowMs), DEFAULT_TENANT]);
  if (books === undefined) throw new Error('the books are a single row');
  return books;
}
