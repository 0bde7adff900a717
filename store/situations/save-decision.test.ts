import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { statementFor, WRITABLE } from './save.ts';

let own: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  client = new pg.Client(own.url);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await own.drop();
});

test.each(WRITABLE)('a decision that changes nothing but %s can be written', async (name) => {
  const { text } = statementFor([name]);
  await client.query(`prepare alone as ${text}; deallocate alone`);
});

test('the whole can be pasted into psql', async () => {
  const { text } = statementFor(WRITABLE);
  const values = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  const { rows } = await client.query<{ number_taken: boolean }>(text, [...values, '{}']);
  expect(rows).toEqual([{ number_taken: false }]);
});
