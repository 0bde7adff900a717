import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openCluster } from './cluster.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { DataFolderVersionError, PasswordsLostError } from './errors.ts';
import { withClient } from './login.ts';
import { findPostmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { markOf, processesOf } from './processes.ts';

const SERVER = { maxConnections: 20, durable: false };
/** One cluster for all tests of this file, in their order: making one costs more than all of them together. */
const folder = mkdtempSync(join(tmpdir(), 'ringback-embedded-'));
const cluster = join(folder, 'postgres/cluster');

afterEach(() => {
  expect(processesOf(markOf(cluster)), 'the test left its server running').toEqual([]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Puts another text into a file, or takes the file away, while the work runs. */
async function withChanged(
  file: string,
  text: string | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const kept = readFileSync(file);
  const { mode } = statSync(file);
  if (text === undefined) rmSync(file);
  else writeFileSync(file, text);
  try {
    await work();
  } finally {
    writeFileSync(file, kept, { mode });
  }
}

test('a first start gives a UTF-8 database under a role that is no superuser', async () => {
  const server = await startEmbeddedPostgres(folder, SERVER);
  const sql = `select current_user as role, rolsuper as superuser, lower('ÄÖ') as folded,
                      current_setting('server_encoding') as encoding,
                      current_setting('data_checksums') as checksums,
                      current_setting('statement_timeout') as timeout
                 from pg_roles where rolname = current_user`;
  const { rows } = await withClient(server.url, async (client) => client.query(sql));
  await server.stop();
  expect(rows).toEqual([
    {
      role: 'ringback',
      superuser: false,
      folded: 'äö',
      encoding: 'UTF8',
      checksums: 'on',
      timeout: '1min',
    },
  ]);
  expect(statSync(join(folder, 'postgres/passwords.json')).mode & 0o077).toBe(0);
});

test('a server that outlived its Ringback is taken over, not started twice', async () => {
  const opened = await openCluster(folder);
  const outliving = await startPostmaster(opened, SERVER);
  const server = await startEmbeddedPostgres(folder, SERVER);
  expect(server.adopted).toBe(true);
  expect(server.pid()).toBe(outliving.pid);
  await server.stop();
  expect(findPostmaster(opened)).toBeUndefined();
});

test('a killed server leaves busy backends and a pid file, and the next start still succeeds', async () => {
  const opened = await openCluster(folder);
  const killed = await startPostmaster(opened, SERVER);
  process.kill(killed.pid, 'SIGKILL');
  // The number of the dead process may have gone to anybody, such as this very test.
  const pidFile = join(cluster, 'postmaster.pid');
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  writeFileSync(pidFile, [process.pid.toString(), ...lines.slice(1)].join('\n'));
  const server = await startEmbeddedPostgres(folder, SERVER);
  expect(server.adopted).toBe(false);
  await server.stop();
});

test('a server killed under us comes back on the same port', async () => {
  const report = vi.fn<(line: string) => void>();
  const server = await startEmbeddedPostgres(folder, { ...SERVER, report });
  const before = server.pid();
  process.kill(before, 'SIGKILL');
  await vi.waitUntil(() => server.pid() !== before, { timeout: 20_000 });
  const { rows } = await withClient(server.url, async (client) => client.query('select 1 as one'));
  await server.stop();
  expect(rows).toEqual([{ one: 1 }]);
  expect(report.mock.calls.flat()).toEqual([
    'database: PostgreSQL ended unexpectedly; starting it again',
    'database: PostgreSQL is back',
  ]);
});

test('a database of another major version is refused with both numbers', async () => {
  await withChanged(join(cluster, 'PG_VERSION'), '15\n', async () => {
    const refusal = startEmbeddedPostgres(folder, SERVER);
    await expect(refusal).rejects.toThrow(DataFolderVersionError);
    await expect(refusal).rejects.toThrow(/written by PostgreSQL 15.*brings PostgreSQL 18/s);
  });
});

test('a lost password file is named, and so is the way out', async () => {
  await withChanged(join(folder, 'postgres/passwords.json'), undefined, async () => {
    await expect(startEmbeddedPostgres(folder, SERVER)).rejects.toThrow(PasswordsLostError);
  });
});

test('passwords that do not fit the database leave no server behind', async () => {
  const wrong = JSON.stringify({ superuser: 'x', application: 'y' });
  await withChanged(join(folder, 'postgres/passwords.json'), wrong, async () => {
    await expect(startEmbeddedPostgres(folder, SERVER)).rejects.toThrow(PasswordsLostError);
  });
});

test('stopping twice harms nobody', async () => {
  const opened = await openCluster(folder);
  const postmaster = await startPostmaster(opened, SERVER);
  await stopPostmaster(opened, postmaster);
  await stopPostmaster(opened, postmaster);
  expect(findPostmaster(opened)).toBeUndefined();
});
