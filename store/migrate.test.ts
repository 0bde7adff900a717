import { readdirSync } from 'node:fs';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { MigrationFailure, migrate } from './migrate.ts';

/** One step for each file of the folder. */
const STEPS = readdirSync(new URL('./migrations', import.meta.url)).filter((name) =>
  name.endsWith('.sql'),
).length;

let own: TestDatabase;
let admin: pg.Pool;

beforeEach(async () => {
  own = await createTestDatabase();
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
});
afterEach(async () => {
  await admin.end();
  await own.drop();
});

/** Every table, column, index, constraint, policy and trigger, as the catalogue spells them. */
async function schema(): Promise<readonly string[]> {
  const { rows } = await admin.query<{ line: string }>(
    `select format('%s.%s %s %s', table_name, column_name, data_type, column_default) as line
       from information_schema.columns where table_schema = 'public'
     union all select indexdef from pg_indexes where schemaname = 'public'
     union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
                where connamespace = 'public'::regnamespace
     union all select format('%s %s %s', tablename, policyname, qual) from pg_policies
     union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     order by 1`,
  );
  return rows.map((row) => row.line);
}

describe('migrating', () => {
  test('a second time changes nothing', async () => {
    expect(await migrate(own.url)).toHaveLength(STEPS);
    const [before, applied] = [await schema(), await appliedSteps()];
    expect(await migrate(own.url)).toEqual([]);
    expect(await schema()).toEqual(before);
    expect(await appliedSteps()).toEqual(applied);
  });

  test('two nodes that start together take turns: each step is made once', async () => {
    const made = await Promise.all([migrate(own.url), migrate(own.url), migrate(own.url)]);
    expect(made.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, 0, STEPS]);
    expect(await appliedSteps()).toHaveLength(STEPS);
  });

  test('a database of a newer Ringback is left as it is, and the message says what to start', async () => {
    await migrate(own.url);
    await admin.query(`insert into kysely_migration values ('999999_of_tomorrow', 'now')`);
    const before = await schema();
    await expect(migrate(own.url)).rejects.toThrow(
      'The database was set up by a newer Ringback (its step 999999_of_tomorrow is unknown here). Start that version instead.',
    );
    expect(await schema()).toEqual(before);
  });

  test('a step that fails leaves the database as it was before it, and is named', async () => {
    await admin.query('create table event (mine text)');
    const failing = migrate(own.url);
    await expect(failing).rejects.toThrow(MigrationFailure);
    await expect(failing).rejects.toThrow(
      'Migration 000005_events_and_commands failed: relation "event" already exists',
    );
    await admin.query('drop table event');
    await migrate(own.url);
    expect(await appliedSteps()).toHaveLength(STEPS);
  });
});

async function appliedSteps(): Promise<readonly string[]> {
  const { rows } = await admin.query<{ step: string }>(
    `select name || ' ' || timestamp as step from kysely_migration order by name`,
  );
  return rows.map((row) => row.step);
}
