import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { setUpCentre } from './centre.ts';
import { keepContents } from './contents.ts';

let own: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  await setUpCentre(own.url);
  client = new pg.Client(own.url);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await own.drop();
});

test('what a schedule has written, changed and deleted leaves no trace', async () => {
  const clearing = await keepContents(client);
  const before = await contents();
  await client.query(`update agent set presence = 'away', leg_id = 'x'`);
  await client.query(`update queue set callback = callback || '{"attemptsMax": 1}'`);
  await client.query('delete from agent_line');
  await client.query('insert into opt_out (tenant_id, number) select id, $1 from tenant', [
    '+12025551',
  ]);
  expect(await contents()).not.toBe(before);
  await client.query(clearing);
  expect(await contents()).toBe(before);
});

/** All rows of all tables, in one text. */
async function contents(): Promise<string> {
  const tables = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const rows = tables.rows.map(
    ({ name }) => `select '${name} ' || t::text as line from "${name}" t`,
  );
  const all = await client.query<{ line: string }>(`${rows.join(' union all ')} order by 1`);
  return all.rows.map(({ line }) => line).join('\n');
}
