import {
  Kysely,
  type Migration,
  type MigrationProvider,
  Migrator,
  PostgresDialect,
  sql,
} from 'kysely';
import pg from 'pg';
import { sqlFile } from './statement.ts';

/** Every migration in order; the name of a file never changes once it has been released. */
const MIGRATIONS = [
  '000001_tenants_and_roles',
  '000002_centre',
  '000003_lines_and_places',
  '000004_callbacks',
  '000005_events_and_commands',
  '000006_row_security',
] as const;

const provider: MigrationProvider = {
  getMigrations: async () =>
    Promise.resolve(Object.fromEntries(MIGRATIONS.map((name) => [name, migration(name)]))),
};

function migration(name: string): Migration {
  const { text } = sqlFile(import.meta.url, `./migrations/${name}.sql`);
  return {
    up: async (db) => {
      await sql.raw(text).execute(db);
    },
  };
}

/** The schema could not be brought up to date; the database is as it was before the failed step. */
export class MigrationFailure extends Error {
  override readonly name = 'MigrationFailure';
}

/**
 * Brings the schema up to date, as the login that owns the tables. Two nodes that start together take turns.
 * @returns the names of the steps that were applied.
 * @throws MigrationFailure naming the step that failed and why.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'ringback migrate' });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
    const failed = results.find(({ status }) => status === 'Error');
    if (error !== undefined) {
      const step = failed?.migrationName ?? '(start)';
      throw new MigrationFailure(problemOf(error, step), { cause: error });
    }
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}

function problemOf(error: unknown, step: string): string {
  const why = error instanceof Error ? error.message : JSON.stringify(error);
  const newer = /previously executed migration (\S+) is missing/.exec(why)?.[1];
  return newer === undefined
    ? `Migration ${step} failed: ${why}`
    : `The database was set up by a newer Ringback (its step ${newer} is unknown here). Start that version instead.`;
}
