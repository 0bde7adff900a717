import pg from 'pg';

/** Major versions of PostgreSQL that Ringback is tried with. */
const OLDEST_MAJOR = 15;
const NEWEST_MAJOR = 18;

/** The database server cannot be used; the message says why and what would be right. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

/**
 * Looks whether the server answers and is of a version that Ringback runs on.
 * @throws DatabaseUnusable
 */
export async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // What breaks afterwards is told by the next query.
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < OLDEST_MAJOR || major > NEWEST_MAJOR) {
      throw new DatabaseUnusable(
        `The database is PostgreSQL ${major.toString()}; Ringback runs on ${OLDEST_MAJOR.toString()} to ${NEWEST_MAJOR.toString()}.`,
      );
    }
  } catch (error) {
    if (error instanceof DatabaseUnusable) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DatabaseUnusable(
      `The database named in DATABASE_URL cannot be used: ${why}. Check the address, the login and that the server runs.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
