import pg from 'pg';
import {
  COLUMN_TYPES,
  type Connections,
  type LentConnection,
  type Role,
  type RunStatement,
} from '../store/database.ts';
import type { Pulse } from './pulse.ts';

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

const WRITES = /\b(?:insert\s+into|update\s+\w+|delete\s+from)\b/i;
/** Statements that change nothing but how far a command has come. */
const ONLY_COMMANDS = new Set(['commands/mark-sent', 'commands/mark-ended']);
/** Statements that change nothing an auditor looks at. */
const UNSEEN = new Set(['ownership/renew', 'set-boot']);
const NEVER = new Promise<never>(() => undefined);
const RETRY_CODES: ReadonlyMap<CommitFate, string> = new Map([
  ['serialization', '40001'],
  ['deadlock', '40P01'],
]);

/**
 * One connection for all processes of a simulation. A schedule is one transaction, which is rolled back in the end; each
 * transaction of the product is a savepoint in it. Transactions follow each other in the order in which they were begun,
 * so equal schedules are equal to the letter.
 */
export class Session {
  /** Nobody gets in while this is true. */
  isAway = false;
  /** Counts what may have changed what an auditor looks at. */
  writes = 0;
  /** Counts what may have changed which commands wait. */
  commandWrites = 0;
  /** Counts statements, for the figures. */
  statements = 0;
  readonly #client: pg.Client;
  readonly #waiting: (() => void)[] = [];
  #isLent = false;
  #atWork = 0;
  #hasSavepoint = false;
  #whenIdle: (() => void)[] = [];

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Connects to the database of this worker, whose rows are those of an empty centre. */
  static async open(url: string): Promise<Session> {
    const client = new pg.Client({ connectionString: url, types: COLUMN_TYPES });
    await client.connect();
    await client.query('set jit = off');
    await client.query('set plan_cache_mode = force_generic_plan');
    return new Session(client);
  }

  /** Begins a schedule. */
  async begin(): Promise<void> {
    await this.#client.query(`select setval('place_sequence', 1, false)`);
    await this.#client.query('begin');
    await this.#client.query('set local role ringback_engine');
    this.#hasSavepoint = false;
    this.isAway = false;
    this.statements = 0;
  }

  /** Ends a schedule without a trace. */
  async rollback(): Promise<void> {
    await this.#client.query('rollback');
  }

  /** Clears up what rolled back schedules have left in the tables. */
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
      return (await this.#client.query<Row>({ ...statement, values })).rows;
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

  /** Runs a statement of whoever has the connection. */
  async run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    this.statements += 1;
    this.#countWrite(statement);
    return this.#client.query(statement);
  }

  #countWrite({ name = '', text }: pg.QueryConfig): void {
    if (ONLY_COMMANDS.has(name)) this.commandWrites += 1;
    else if (!UNSEEN.has(name) && WRITES.test(text)) this.writes += 1;
  }

  async savepoint(): Promise<void> {
    this.statements += 1;
    const text = 'savepoint product_transaction';
    await this.#client.query(
      this.#hasSavepoint ? `release savepoint product_transaction; ${text}` : text,
    );
    this.#hasSavepoint = true;
  }

  async undo(): Promise<void> {
    this.statements += 1;
    await this.#client.query('rollback to savepoint product_transaction');
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

  async #alone(borrower: Borrower, statement: pg.QueryConfig): Promise<pg.QueryResult> {
    await this.#lend(borrower.pulse);
    const name = statement.name ?? 'statement';
    borrower.reach(`before ${name}`);
    if (borrower.pulse.isDead) {
      this.giveBack();
      return NEVER;
    }
    try {
      if (name === 'notify-owners') borrower.onNotify();
      return await this.run(statement);
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

  async #run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    const name = statement.name ?? 'statement';
    await this.#pass(`before ${name}`);
    if (!this.#hasWritten && WRITES.test(statement.text)) {
      this.#hasWritten = true;
      await this.#session.savepoint();
    }
    const result = await this.#session.run(statement);
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
