import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import { insertCentre } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { forgetPassed, PASSING } from './retention.ts';

const NOW = epochMs(Date.UTC(2027, 2, 1, 10));

let own: TestDatabase;
let database: Database;
let admin: pg.Pool;

beforeAll(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  database = new Database({ url: own.url, poolSize: 2 });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  await insertCentre(admin);
});

/** `count` rows of a table from so many days ago, and an hour more or less. */
async function insert(table: string, count: number, age: string, state = 'done'): Promise<void> {
  const at = `timestamptz '${new Date(NOW).toISOString()}' - interval '${age}'`;
  const tenant = `'${DEFAULT_TENANT}'`;
  const rows: Readonly<Record<string, string>> = {
    command: `insert into command (tenant_id, interaction_id, number, pbx_id, body, state, created_at)
      select ${tenant}, gen_random_uuid(), 1, gen_random_uuid(), '{}', '${state}', ${at} from generate_series(1, ${count.toString()})`,
    missed_call: `insert into missed_call (tenant_id, external_id, told_at)
      select ${tenant}, gen_random_uuid()::text, ${at} from generate_series(1, ${count.toString()})`,
    spoken_offer: `insert into spoken_offer (tenant_id, interaction_id, spoken_at)
      select ${tenant}, gen_random_uuid(), ${at} from generate_series(1, ${count.toString()})`,
  };
  await admin.query(rows[table] ?? '');
}

async function left(table: string): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(`select count(*)::int from ${table}`);
  return rows[0]?.count ?? -1;
}

describe.each(PASSING.map(({ table, keptDays }) => [table, keptDays] as const))(
  '%s',
  (table, keptDays) => {
    beforeEach(async () => {
      await admin.query(`delete from ${table}`);
    });

    test('is kept for its days and not for longer, however many rows there are', async () => {
      await insert(table, 2500, `${keptDays.toString()} days 1 hour`);
      await insert(table, 7, `${(keptDays - 1).toString()} days 23 hours`);
      await forgetPassed(database, NOW);
      expect(await left(table)).toBe(7);
    });

    test('is removed by two nodes at once without either waiting for the other', async () => {
      await insert(table, 1500, `${keptDays.toString()} days 1 hour`);
      await Promise.all([forgetPassed(database, NOW), forgetPassed(database, NOW)]);
      await forgetPassed(database, NOW);
      expect(await left(table)).toBe(0);
    });
  },
);

test('what a PBX has not been told yet stays, however old it is', async () => {
  await admin.query('delete from command');
  await insert('command', 3, '90 days', 'pending');
  await forgetPassed(database, NOW);
  expect(await left('command')).toBe(3);
});

test('docs/operations/database.md says how long each is kept', () => {
  const page = readFileSync('docs/operations/database.md', 'utf8');
  for (const { table, keptDays } of PASSING) {
    expect(page).toMatch(
      new RegExp(`^\\| \`${table}\` \\|.*\\| ${keptDays.toString()} days \\|$`, 'm'),
    );
  }
});
