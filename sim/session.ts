import pg from 'pg';
import {
  COLUMN_TYPES,
  type Connections,
  type LentConnection,
  type Role,
  type RunStatement,
} from '../store/database.ts';
import { bySocket } from '../store/embedded/sockets.ts';
import { keepContents } from './contents.ts';
import type { Pulse } from './pulse.ts';
import { type Answer, Statements } from './statements.ts';

/** What becomes of one commit. */
export type CommitFate =
  | 'succeeds'
  /** The database says: do it again (40001, 40P01). */
  | 'serialization'
  | 'deadlock'
  /** The connection broke before the database had it: nothing happened. */
  | 'lost-before'
  /** The connection broke behind it: it happened, and nobody was told. */
  | 'lost-after';

/** The process that a connection is lent to. */
export interface Borrower {
  readonly pulse: Pulse;
  /** Is told before and after each wait for the database; the process may end there. */
  reach(point: string): void;
  /** Decides about the commit that is about to be made. */
  fateOfCommit(): CommitFate;
  /** Hears of work for the owners of PBXs, as by NOTIFY. */
  onNotify(): void;
}

const WRITES = /\b(?:insert\s+into|update(?!\s+(?:of|set|skip)\b)|delete\s+from)\s+(\w+)/gi;
/** Statements that change nothing an auditor looks at. */
const UNSEEN = new Set(['ownership/renew']);
/** What each statement writes, by its text. */
const written = new Map<string, readonly string[]>();
/** Plans are made once, and for tables with rows in them, although there are none when they are made. */
const SETTINGS =
  'set jit = off; set plan_cache_mode = force_generic_plan; set enable_seqscan = off';
const NEVER = new Promise<never>(() => undefined);
const RETRY_CODES: ReadonlyMap<CommitFate, string> = new Map([
  ['serialization', '40001'],
  ['deadlock', '40P01'],
]);

/**
 * One connection for all processes of a simulation. Transactions of the product follow each other in the order in which
 * they were begun, so equal schedules are equal to the letter; each is committed when the next one begins, in one round
 * trip with its first statement. What a schedule has left is cleared away in the end.
 */
export class Session {
  /** Nobody gets in while this is true. */
  isAway = false;
  /** Counts statements, for the figures. */
  statements = 0;
  readonly #client: pg.Client;
  readonly #statements: Statements;
  readonly #clearing: string;
  readonly #waiting: (() => void)[] = [];
  #isLent = false;
  #atWork = 0;
  #whenIdle: (() => void)[] = [];
  #written: Set<string> | null = null;

  private constructor(client: pg.Client, statements: Statements, clearing: string) {
    this.#client = client;
    this.#statements = statements;
    this.#clearing = clearing;
  }

  /** Connects to the database of this worker, whose rows are those of an empty centre: they are what is there ever after. */
  static async open(url: string): Promise<Session> {
    const client = new pg.Client({ connectionString: bySocket(url), types: COLUMN_TYPES });
    await client.connect();
    await client.query(SETTINGS);
    const statements = new Statements(client);
    await statements.prepare();
    return new Session(client, statements, await keepContents(client));
  }

  /** Begins a schedule. */
  async begin(): Promise<void> {
    await this.#client.query(`select setval('place_sequence', 1, false)`);
    await this.#client.query('set role ringback_engine');
    await this.#client.query('begin');
    this.isAway = false;
    this.statements = 0;
    this.#written = null;
  }

  /** Ends a schedule: the rows are again what they were when the session was opened. */
  async clear(): Promise<void> {
    await this.#client.query('rollback');
    await this.#client.query('set role none');
    await this.#client.query(this.#clearing);
  }

  /** Gives back the space of what was cleared. */
  async vacuum(): Promise<void> {
    await this.#client.query('vacuum');
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  /** Resolves when nobody has a connection or waits for one. */
  async idle(): Promise<void> {
    if (this.#atWork === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  get isAtWork(): boolean {
    return this.#atWork > 0;
  }

  /** Looks or writes from outside, between two steps. */
  async ask<Row extends pg.QueryResultRow>(
    statement: pg.QueryConfig,
    values: unknown[],
  ): Promise<Row[]> {
    this.statements += 1;
    this.#atWork += 1;
    try {
      const { rows } = await this.#statements.run({ ...statement, values });
      // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- whoever asks knows the type of the rows
      return rows;
    } finally {
      this.#leave();
    }
  }

  /** The connections of one process, in place of the pools of `Database`. */
  lendTo(borrower: Borrower): (role: Role) => Connections {
    return () => ({
      connect: async () => {
        await this.#lend(borrower.pulse);
        return new Lent(this, borrower);
      },
      query: async (statement) => this.#alone(borrower, configOf(statement)),
      end: async () => Promise.resolve(),
    });
  }

  /**
   * Runs a statement of whoever has the connection.
   * @param isFirst of a new transaction
   */
  async run(statement: pg.QueryConfig, isFirst: boolean): Promise<Answer> {
    this.statements += 1;
    for (const table of tablesWrittenBy(statement)) this.#written?.add(table);
    return this.#statements.run(statement, isFirst);
  }

  /** The tables that statements have written to since this was asked last; null in the beginning: it may be any. */
  takeWritten(): ReadonlySet<string> | null {
    const written = this.#written;
    this.#written = new Set();
    return written;
  }

  /** Undoes the transaction that was begun last. */
  async undo(): Promise<void> {
    this.statements += 1;
    await this.#client.query('rollback; begin');
  }

  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isLent = false;
    else next();
    this.#leave();
  }

  #leave(): void {
    this.#atWork -= 1;
    if (this.#atWork > 0) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  async #lend(pulse: Pulse): Promise<void> {
    for (;;) {
      await pulse.felt();
      if (this.isAway) throw connectionError('ECONNREFUSED');
      this.#atWork += 1;
      if (this.#isLent) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#isLent = true;
      if (pulse.beats) return;
      this.giveBack(); // It was stopped while it waited.
    }
  }

  async #alone(borrower: Borrower, statement: pg.QueryConfig): Promise<Answer> {
    await this.#lend(borrower.pulse);
    const name = nameOf(statement);
    borrower.reach(`before ${name}`);
    if (borrower.pulse.isDead) {
      this.giveBack();
      return NEVER;
    }
    try {
      if (name === 'notify-owners') borrower.onNotify();
      return await this.run(statement, tablesWrittenBy(statement).length > 0);
    } finally {
      borrower.reach(`after ${name}`);
      this.giveBack();
      await borrower.pulse.felt();
    }
  }
}

/** The connection while one transaction has it. */
class Lent implements LentConnection {
  readonly #session: Session;
  readonly #borrower: Borrower;
  #hasWritten = false;
  #isOver = false;

  constructor(session: Session, borrower: Borrower) {
    this.#session = session;
    this.#borrower = borrower;
  }

  readonly query: RunStatement = async (statement, values) => {
    if (statement === 'begin') return { rows: [] };
    if (statement === 'commit') return this.#commit();
    if (statement === 'rollback') return this.#rollback();
    const asked = configOf(statement);
    return this.#run(values === undefined ? asked : { ...asked, values });
  };

  on(): void {
    // It breaks only where the simulation breaks it, and then the statement fails.
  }

  removeListener(): void {
    // Nobody listens.
  }

  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session.giveBack();
  }

  async #run(statement: pg.QueryConfig): Promise<Answer> {
    const name = nameOf(statement);
    await this.#pass(`before ${name}`);
    const isFirst = !this.#hasWritten && tablesWrittenBy(statement).length > 0;
    if (isFirst) this.#hasWritten = true;
    const result = await this.#session.run(statement, isFirst);
    await this.#pass(`after ${name}`);
    return result;
  }

  async #commit(): Promise<{ rows: [] }> {
    await this.#pass('before commit');
    const fate = this.#hasWritten ? this.#borrower.fateOfCommit() : 'succeeds';
    const code = RETRY_CODES.get(fate);
    // What is not committed is undone at once, whether or not somebody asks for it.
    if (code !== undefined || fate === 'lost-before') await this.#rollback();
    if (code !== undefined) throw databaseError(code);
    if (fate === 'lost-before') throw connectionError('ECONNRESET');
    this.#hasWritten = false;
    if (fate === 'lost-after') throw connectionError('ECONNRESET');
    this.#borrower.reach('after commit');
    if (this.#borrower.pulse.beats) return { rows: [] };
    this.release();
    await this.#borrower.pulse.felt();
    return { rows: [] };
  }

  async #rollback(): Promise<{ rows: [] }> {
    if (this.#hasWritten) await this.#session.undo();
    this.#hasWritten = false;
    return { rows: [] };
  }

  /** A process that ends here leaves a transaction that the database undoes. */
  async #pass(point: string): Promise<void> {
    this.#borrower.reach(point);
    if (!this.#borrower.pulse.isDead) return;
    await this.#rollback();
    this.release();
    await NEVER;
  }
}

/** The tables that a statement names as written. */
function tablesWrittenBy({ name = '', text }: pg.QueryConfig): readonly string[] {
  const known = written.get(text);
  if (known !== undefined) return known;
  const tables = UNSEEN.has(name)
    ? []
    : Array.from(text.matchAll(WRITES), ([, table = '']) => table);
  written.set(text, tables);
  return tables;
}

/** The name of a statement without what tells its variants apart. */
function nameOf({ name = 'statement' }: pg.QueryConfig): string {
  return name.split(' ')[0] ?? name;
}

function configOf(statement: pg.QueryConfig | string): pg.QueryConfig {
  return typeof statement === 'string' ? { text: statement } : statement;
}

function connectionError(code: string): Error {
  return Object.assign(new Error(`the simulated connection broke: ${code}`), { code });
}

function databaseError(code: string): Error {
  const error = new pg.DatabaseError('the simulated database asks for a retry', 0, 'error');
  error.code = code;
  return error;
}
