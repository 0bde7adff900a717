import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withClient } from '../../store/embedded/login.ts';
import { migrate } from '../../store/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, NOBODY, type Running, run, SERVE } from './programs.ts';

const folders = new Folders();
afterAll(async () => folders.clear());

/** Starts what must not start, and answers with what it said: an exit code of 1 and no more than a few lines. */
async function refusal(
  environment: Readonly<Record<string, string>>,
  how: Running = {},
): Promise<string> {
  const port = (await freeTcpPort()).toString();
  const set = { RINGBACK_DATA: folders.dataFolder(), RINGBACK_PORT: port, ...environment };
  const { code, output } = await run(process.execPath, [SERVE], { environment: set, ...how });
  expect(code, output).toBe(1);
  expect(output).not.toMatch(/^ {4}at /m);
  return output;
}

describe('a start that cannot be tells why in a line or two', () => {
  test('the port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((done) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        done(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const data = folders.dataFolder();
    const said = await refusal({ RINGBACK_DATA: data, RINGBACK_PORT: port.toString() });
    other.close();
    expect(said).toContain(
      `Another program uses port ${port.toString()} of 127.0.0.1. Stop it, or choose another port with RINGBACK_PORT.`,
    );
    expect(folders.postgresOf(data)).toBe(null);
  });

  test('the data folder cannot be made', async () => {
    const file = join(folders.folder(), 'file');
    writeFileSync(file, '');
    expect(await refusal({ RINGBACK_DATA: join(file, 'data') })).toMatch(
      /^The data folder \S+ cannot be used \(ENOTDIR.*\)\. Name another one in RINGBACK_DATA\.\n$/,
    );
  });

  test('the data folder may not be written', async () => {
    const folder = folders.folder();
    mkdirSync(join(folder, 'data'), { mode: 0o555 });
    const how = NOBODY === undefined ? {} : { uid: NOBODY };
    expect(await refusal({ RINGBACK_DATA: join(folder, 'data') }, how)).toMatch(
      /^The data folder \S+ cannot be used \(EACCES.*\)\. Name another one in RINGBACK_DATA\.\n$/,
    );
  });

  test('a setting is mistyped, another one is wrong', async () => {
    expect(await refusal({ RINGBACK_PROT: '4080', RINGBACK_PORT: 'http' })).toBe(
      [
        'Ringback cannot start with these settings:',
        '  RINGBACK_PROT is not a setting of Ringback. Did you mean RINGBACK_PORT?',
        '  RINGBACK_PORT is "http"; it takes a number from 1 to 65535, such as 4080.\n',
      ].join('\n'),
    );
  });
});

describe('DATABASE_URL leads to no usable database', () => {
  let own: TestDatabase;
  let address: URL;
  beforeEach(async () => {
    own = await createTestDatabase();
    address = new URL(own.url);
  });
  afterEach(async () => own.drop());

  const closing = 'Check DATABASE_URL (server, login, database) and that the server runs.\n';

  test('nobody answers there', async () => {
    address.port = (await freeTcpPort()).toString();
    expect(await refusal({ DATABASE_URL: address.href })).toBe(
      `The database cannot be used: connect ECONNREFUSED 127.0.0.1:${address.port}. ${closing}`,
    );
    address.hostname = 'localhost'; // Has two addresses on most machines: an error for each.
    expect(await refusal({ DATABASE_URL: address.href })).toContain('ECONNREFUSED');
  });

  test('there is no such machine', async () => {
    address.hostname = 'nowhere.invalid';
    expect(await refusal({ DATABASE_URL: address.href })).toMatch(
      /^The database cannot be used: getaddrinfo E\w+ nowhere\.invalid\. Check DATABASE_URL/,
    );
  });

  test('the password is wrong, and is not repeated', async () => {
    address.password = 'hunter2';
    expect(await refusal({ DATABASE_URL: address.href })).toBe(
      `The database cannot be used: password authentication failed for user "ringback". ${closing}`,
    );
  });

  test('the password is missing', async () => {
    address.password = '';
    expect(await refusal({ DATABASE_URL: address.href })).toBe(
      `The database cannot be used: the server asks for a password, and none is given. ${closing}`,
    );
  });

  test('the database does not exist', async () => {
    address.pathname = '/nothing';
    expect(await refusal({ DATABASE_URL: address.href })).toBe(
      `The database cannot be used: database "nothing" does not exist. ${closing}`,
    );
  });

  test('the version is too old', async () => {
    const name = address.pathname.slice(1);
    await withClient(own.url, async (client) => {
      // The server of the tests plays an older one: our function is found before its own.
      await client.query(`create schema old;
        create function old.current_setting(text) returns text language sql as $$
          select case $1 when 'server_version_num' then '140011' when 'server_version' then '14.11'
                 else pg_catalog.current_setting($1) end $$;
        alter database ${name} set search_path = old, pg_catalog, public`);
    });
    expect(await refusal({ DATABASE_URL: own.url })).toBe(
      'The database is PostgreSQL 14.11; Ringback runs on 15 to 18.\n',
    );
  });

  test('it was set up by a newer Ringback', async () => {
    await migrate(own.url);
    await withClient(own.url, async (client) => {
      await client.query(
        `insert into kysely_migration (name, timestamp) values ('999999_later', '')`,
      );
    });
    expect(await refusal({ DATABASE_URL: own.url })).toContain(
      '\nThe database was set up by a newer Ringback (its step 999999_later is unknown here). Start that version instead.\n',
    );
  });
});
