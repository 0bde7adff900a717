import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, dropDatabase } from '../../store/embedded/databases.ts';
import { withClient } from '../../store/embedded/login.ts';

/** The environment variable that carries the URL of the run's shared server. */
export const TEST_DATABASE_URL = 'TEST_DATABASE_URL';

/** A database of a test's own. */
export interface TestDatabase {
  /** Connection string; the role owns the database and is no superuser. */
  readonly url: string;
  /** Drops the database and ends whoever is still connected. */
  readonly drop: () => Promise<void>;
}

/** What a new database starts with; done once per run, every further database is a copy. */
export interface Preparation {
  /** Tells preparations apart: letters, digits and underscores. */
  readonly name: string;
  /** Fills the database; closes its connections before it answers, or the copy fails. */
  readonly prepare: (url: string) => Promise<void>;
}

/** Any constant: the processes of one run agree on it. */
const TEMPLATE_LOCK = 7_402_114;

/**
 * Makes a fresh database on the run's shared server, in some 30 ms. Call it in `beforeAll`, and `drop` in `afterAll`.
 *
 * @param preparation What the database shall hold; empty when left out.
 * @throws Error outside a vitest run, where there is no shared server.
 */
export async function createTestDatabase(preparation?: Preparation): Promise<TestDatabase> {
  const server = serverUrl();
  const template = preparation === undefined ? undefined : await templateOf(server, preparation);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(server, name, template);
  return {
    url,
    drop: async () => {
      await everybodyLeft(server, name);
      await dropDatabase(server, name);
    },
  };
}

/** How often it is looked whether the last connection of a test has gone, and after how many milliseconds again. */
const LOOKS_MAX = 40;
const LOOK_MS = 25;

/**
 * A pool that has ended still says good-bye on the wire. Whoever is thrown out while saying it has nobody to tell, and
 * the test run fails for it. Those who never leave are thrown out after a second.
 */
async function everybodyLeft(server: string, name: string): Promise<void> {
  await withClient(server, async (client) => {
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const connected = 'select from pg_stat_activity where datname = $1';
      if ((await client.query(connected, [name])).rowCount === 0) return;
      await pause(LOOK_MS);
    }
  });
}

/** The first test process that asks builds the template; the others wait for its lock and find it. */
async function templateOf(server: string, { name, prepare }: Preparation): Promise<string> {
  const template = `template_${name}`;
  await withClient(server, async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount !== 0) return;
    const unfinished = `${template}_unfinished`;
    await dropDatabase(server, unfinished);
    await prepare(await createDatabase(server, unfinished));
    await client.query(`alter database "${unfinished}" rename to "${template}"`);
  });
  return template;
}

function serverUrl(): string {
  const url = process.env[TEST_DATABASE_URL];
  if (url !== undefined) return url;
  throw new Error(
    'There is no test server: vitest starts one for a run (tests/support/global-database.ts).',
  );
}
