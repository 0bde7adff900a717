import type pg from 'pg';
import { COLUMN_TYPES } from '../store/database.ts';

/** A column of a statement's rows. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** A value as it travels. What is not here is left to `pg`. */
type Sent = string | null;

/** The rows of one run, as `pg` types them: whoever knows the statement knows more. */
export type Answer = Pick<pg.QueryResult, 'rows'>;

/** Begins a transaction and ends the one before it. */
const NEXT_TRANSACTION = ['commit', 'begin'];

/** Runs prepared statements on one connection; what their columns are is asked once, and not at every run. */
export class Statements {
  readonly #client: pg.Client;
  readonly #columns = new Map<string, readonly Column[]>();

  constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Prepares what begins and ends transactions; call it first, and in no transaction. */
  async prepare(): Promise<void> {
    for (const text of NEXT_TRANSACTION.toReversed()) {
      await this.#client.query({ name: text, text });
    }
  }

  /**
   * Runs one statement.
   * @param isFirst of a new transaction: the one before it is committed, in the same round trip
   */
  async run(statement: pg.QueryConfig, isFirst = false): Promise<Answer> {
    const { name, values } = statement;
    const columns = name === undefined ? undefined : this.#columns.get(name);
    const sent = (values ?? []).map(sentAs);
    if (name === undefined || columns === undefined || !isWhole(sent)) {
      if (isFirst) await this.#client.query(NEXT_TRANSACTION.join('; '));
      const result = await this.#client.query(statement);
      if (name !== undefined) this.#columns.set(name, columnsOf(result.fields));
      return result;
    }
    return new Promise<Answer>((resolve, reject) => {
      const before = isFirst ? NEXT_TRANSACTION : [];
      this.#client.query(new Rerun({ name, before, values: sent, columns }, resolve, reject));
    });
  }
}

/** What is sent at once. */
interface Sending {
  readonly name: string;
  /** Statements without values or rows that are run before it. */
  readonly before: readonly string[];
  readonly values: readonly Sent[];
  readonly columns: readonly Column[];
}

/** One run of a statement that has been described, in the form in which `pg` takes the work of others. */
class Rerun implements pg.Submittable {
  readonly #sending: Sending;
  readonly #rows: pg.QueryResultRow[] = [];
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;

  constructor(sending: Sending, resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#sending = sending;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    const { name, before, values } = this.#sending;
    connection.stream.cork();
    for (const statement of before) {
      connection.bind({ statement }, true);
      connection.execute({}, true);
    }
    connection.bind({ statement: name, values: [...values] }, true);
    connection.execute({}, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: readonly Sent[] }): void {
    const row: pg.QueryResultRow = {};
    for (const [at, { name, parse }] of this.#sending.columns.entries()) {
      const text = fields[at] ?? null;
      row[name] = text === null ? null : parse(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    // What counts is that it was answered.
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve({ rows: this.#rows });
  }
}

function columnsOf(fields: readonly pg.FieldDef[]): readonly Column[] {
  return fields.map(({ name, dataTypeID }) => ({
    name,
    parse: parserOf(dataTypeID),
  }));
}

function parserOf(oid: number): Column['parse'] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-enum-assignment -- pg's own parsers are untyped; their result reaches others only through the row type of each statement
  return COLUMN_TYPES.getTypeParser(oid, 'text');
}

function sentAs(value: unknown): Sent | undefined {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isWhole(values: readonly (Sent | undefined)[]): values is readonly Sent[] {
  return !values.includes(undefined);
}
