import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { StatementInParts, sqlFile } from '../store/statement.ts';
import type { Session } from './session.ts';

const BOOKS = new StatementInParts(sqlFile(import.meta.url, './books.sql'));
const SOURCES = new Map([...BOOKS.parts].map(([part, text]) => [part, sourcesOf(text)]));

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

/** What one reading brings; what was not asked for is missing, and what there is none of is null. */
interface Rows {
  readonly events?: readonly EventSeen[] | null;
  readonly interactions?: readonly InteractionSeen[] | null;
  readonly callbacks?: readonly CallbackSeen[] | null;
  readonly attempts?: readonly AttemptSeen[] | null;
  readonly offers?: readonly OfferSeen[] | null;
  readonly agents?: readonly Omit<AgentSeen, 'declined'>[] | null;
  readonly declines?: readonly Decline[] | null;
  readonly owner?: Books['owner'];
  readonly due_at?: number | null;
  readonly pending_since?: number | null;
}

/** An agent is not asked for this interaction before then. */
interface Decline {
  readonly interaction: string;
  readonly agent: string;
  readonly until: number;
}

/** Reads the books part by part: what no statement has named as written since the last reading is still as it was. */
export class Reader {
  readonly #session: Session;
  #rows: Rows = {};
  #lastEvent = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** What is there now; null when nothing was written since the last reading. */
  async read(nowMs: EpochMs): Promise<Books | null> {
    const written = this.#session.takeWritten();
    const parts = [...SOURCES].flatMap(([part, tables]) =>
      written === null || [...tables].some((table) => written.has(table)) ? [part] : [],
    );
    if (parts.length === 0) return null;
    const values = [this.#lastEvent, DEFAULT_TENANT];
    const [rows] = await this.#session.ask<Rows>(BOOKS.of(parts), values);
    this.#rows = { ...this.#rows, ...rows };
    const events = rows?.events ?? [];
    this.#lastEvent = events.at(-1)?.id ?? this.#lastEvent;
    return { ...booksOf(this.#rows, nowMs), events };
  }
}

function booksOf(rows: Rows, nowMs: EpochMs): Books {
  const declines = (rows.declines ?? []).filter(({ until }) => until > nowMs);
  return {
    events: [],
    interactions: rows.interactions ?? [],
    callbacks: rows.callbacks ?? [],
    attempts: rows.attempts ?? [],
    offers: rows.offers ?? [],
    agents: (rows.agents ?? []).map((agent) => ({
      ...agent,
      declined: declines.flatMap((one) => (one.agent === agent.id ? [one.interaction] : [])),
    })),
    owner: rows.owner ?? null,
    due_at: rows.due_at ?? null,
    pending_since: rows.pending_since ?? null,
  };
}

/** The tables that a part of the books is read from, as its text names them. */
function sourcesOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/\b(?:from|join) (\w+)/g), ([, table = '']) => table));
}
