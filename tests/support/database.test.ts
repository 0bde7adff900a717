import { expect, test } from 'vitest';
import { withClient } from '../../store/embedded/login.ts';
import { createTestDatabase, type Preparation } from './database.ts';

test('a test gets a database of its own, under a role that is no superuser', async () => {
  const database = await createTestDatabase();
  const sql = `select current_database() <> 'ringback' as own, rolsuper as superuser
                 from pg_roles where rolname = current_user`;
  const { rows } = await withClient(database.url, async (client) => client.query(sql));
  await database.drop();
  expect(rows).toEqual([{ own: true, superuser: false }]);
});

test('a preparation runs once however many ask for it at the same time', async () => {
  let runs = 0;
  const preparation: Preparation = {
    name: 'counted',
    prepare: async (url) => {
      runs += 1;
      await withClient(url, async (client) => client.query('create table kept (id int)'));
    },
  };
  const databases = await Promise.all([1, 2, 3].map(async () => createTestDatabase(preparation)));
  for (const { url, drop } of databases) {
    await withClient(url, async (client) => client.query('insert into kept values (1)'));
    await drop();
  }
  expect(runs).toBe(1);
});
