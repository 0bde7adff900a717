import pg from 'pg';
import type { TenantId } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { epochMs } from '../core/prelude/time.ts';
import { type Statement, sql } from './statement.ts';

/** What a role may see is told in migrations/000006_row_security.sql. */
export type Role = 'engine' | 'app';

/** How to reach the database and whose time counts. */
export interface DatabaseOptions {
  readonly url: string;
  /** Replaces the database's clock, for tests and simulation. */
  readonly clock?: () => EpochMs;
  readonly poolSize?: number;
  /** Lends connections in place of a pool to `url`: a simulation has one connection for everybody. */
  readonly lend?: (role: Role) => Connections;
  /** Told about connections that break while nobody uses them; without it a database restart would end the process. */
  readonly onConnectionError?: (error: Error) => void;
}

/** Runs one statement; whoever knows the statement knows the type of its rows. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- pg types its results in the same way
export type RunStatement = <Row extends pg.QueryResultRow>(
  statement: pg.QueryConfig | string,
  values?: unknown[],
) => Promise<{ rows: Row[] }>;

/** What a `Database` needs of a pool of connections; that of `pg` is one. */
export interface Connections {
  connect(): Promise<LentConnection>;
  readonly query: RunStatement;
  /** Waits for running statements and closes every connection. */
  end(): Promise<void>;
}

/** A connection for one transaction. */
export interface LentConnection {
  readonly query: RunStatement;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  /** Gives it back; with an error it is closed instead. */
  release(broken?: Error): void;
}

/** One open transaction. Statements run one after the other on its connection. */
export interface Transaction {
  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]>;
  /** The time now: read it after taking locks, since waiting for them may have taken long. */
  clock(): Promise<EpochMs>;
  /** The time that counts, where a statement has brought the database's own along. */
  timeFrom(databaseNow: EpochMs): EpochMs;
}

/** The database could not be reached, or went away in the middle: what was asked may be tried again. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** Asks for the whole transaction to be done again, because what it read has changed meanwhile. */
export class TransactionRetry extends Error {
  override readonly name = 'TransactionRetry';
}

const CLOCK = sql('clock', 'select clock_timestamp() as now');
const TRIES_MAX = 10;
const RETRIED_CODES = new Set(['40001', '40P01']);
const UNAVAILABLE_CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[1-3]|08\w{3}|53\w{3}|25006)$/;

const TIMESTAMPTZ = 1184;
const BIGINT = 20;
/** Timestamps arrive as milliseconds since the epoch and bigints as numbers: all of ours stay far below 2^53. */
export const COLUMN_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const code: number = oid;
    if (code === TIMESTAMPTZ) return (text: string) => Date.parse(text);
    if (code === BIGINT) return Number;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- pg's own parsers are untyped; their result reaches us only through the row type of each statement
    return pg.types.getTypeParser(oid, format);
  },
};

/** A point in time as a parameter of a statement. */
export function timestamp(at: EpochMs): Date {
  return new Date(at);
}

/** PostgreSQL through two pools, one per role. */
export class Database {
  readonly url: string;
  private readonly pools: Readonly<Record<Role, Connections>>;
  private readonly virtualClock: (() => EpochMs) | undefined;

  constructor(options: DatabaseOptions) {
    this.url = options.url;
    this.virtualClock = options.clock;
    const lend = options.lend ?? ((role) => makePool(options, role));
    this.pools = { engine: lend('engine'), app: lend('app') };
  }

  /**
   * Runs `work` in one transaction of the engine's role. Deadlocks, serialization failures and TransactionRetry repeat
   * the whole of it, at most ten times, so `work` must have no effect outside the transaction.
   * @throws DatabaseUnavailable when the database cannot be reached.
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.once('engine', null, work);
      } catch (error) {
        if (tries >= TRIES_MAX || !isRetried(error)) throw asUnavailable(error);
      }
    }
  }

  /** Runs `work` in one transaction that sees the rows of one tenant only. @throws DatabaseUnavailable */
  async forTenant<Result>(
    tenantId: TenantId,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.once('app', tenantId, work);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** Runs one statement of the engine's role by itself. @throws DatabaseUnavailable */
  async query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    try {
      return (await this.pools.engine.query<Row>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** The time by which leases and due times go. */
  async clock(): Promise<EpochMs> {
    if (this.virtualClock !== undefined) return this.virtualClock();
    const [row] = await this.query<{ now: number }>(CLOCK, []);
    return epochMs(row?.now ?? Number.NaN);
  }

  /** Waits for running statements and closes every connection. */
  async close(): Promise<void> {
    await Promise.all([this.pools.engine.end(), this.pools.app.end()]);
  }

  private async once<Result>(
    role: Role,
    tenantId: TenantId | null,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.pools[role].connect();
    let broken: Error | undefined;
    // Without a listener, a connection that dies while it is lent out would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('begin');
      if (tenantId !== null) await client.query(SET_TENANT, [tenantId]);
      const result = await work(new ClientTransaction(client, this.virtualClock));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
      throw error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }
}

const SET_TENANT = `select set_config('ringback.tenant', $1, true)`;

class ClientTransaction implements Transaction {
  private readonly client: LentConnection;
  private readonly virtualClock: (() => EpochMs) | undefined;

  constructor(client: LentConnection, virtualClock: (() => EpochMs) | undefined) {
    this.client = client;
    this.virtualClock = virtualClock;
  }

  async query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return (await this.client.query<Row>({ ...statement, values: [...values] })).rows;
  }

  async clock(): Promise<EpochMs> {
    if (this.virtualClock !== undefined) return this.virtualClock();
    const [row] = await this.query<{ now: number }>(CLOCK, []);
    return epochMs(row?.now ?? Number.NaN);
  }

  timeFrom(databaseNow: EpochMs): EpochMs {
    return this.virtualClock === undefined ? databaseNow : this.virtualClock();
  }
}

function makePool(options: DatabaseOptions, role: Role): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: `ringback ${role}`,
    // A process that is stopped in the middle of a transaction must not hold its locks for longer than its lease.
    options: `-c role=ringback_${role} -c statement_timeout=30s -c idle_in_transaction_session_timeout=5s`,
    types: COLUMN_TYPES,
  });
  pool.on('error', (error) => {
    // A pool that is ending has said good-bye; that the server then hangs up is no news.
    if (!pool.ending) options.onConnectionError?.(error);
  });
  return pool;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

function isRetried(error: unknown): boolean {
  return (
    error instanceof TransactionRetry ||
    RETRIED_CODES.has(errorCode(error)) ||
    // Two calls to one number were about to be placed at once: the second look will see the first.
    (error instanceof pg.DatabaseError && error.constraint === 'one_live_leg_per_number')
  );
}

/** Connection trouble under one name; everything else as it is. */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const lost =
    UNAVAILABLE_CODES.test(errorCode(error)) ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      error.message,
    );
  return lost
    ? new DatabaseUnavailable(`The database cannot be reached: ${error.message}`, { cause: error })
    : error;
}
