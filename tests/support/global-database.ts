import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../store/embedded/embedded-postgres.ts';
import { findPostmaster, stopPostmaster } from '../../store/embedded/postmaster.ts';
import { isAlive, signal } from '../../store/embedded/processes.ts';
import { TEST_DATABASE_URL } from './database.ts';

/** Folders of test servers carry the process id of their run, so that those of a killed run can be told. */
const PREFIX = 'ringback-test-run-';

/**
 * Vitest's global setup: one PostgreSQL for the whole run, without durability, in a temporary folder. Its URL reaches
 * the test processes through the environment. Where the variable is set already (by the other project of this run, or
 * by a developer who has a server at hand) that server is used and left alone.
 *
 * @returns What ends the server after the last test.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env[TEST_DATABASE_URL] !== undefined) return async () => Promise.resolve();
  await endAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid.toString()}-`));
  const server = await startEmbeddedPostgres(folder, { durable: false, maxConnections: 200 });
  process.env[TEST_DATABASE_URL] = server.url;
  const forget = endWithThisProcess(server, folder);
  return async () => {
    forget();
    Reflect.deleteProperty(process.env, TEST_DATABASE_URL);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A run that is broken off skips the teardown, and the server would outlive it. */
function endWithThisProcess(server: EmbeddedPostgres, folder: string): () => void {
  const end = (): void => {
    signal(server.pid(), 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  const terminate = (): void => {
    process.exit(143); // 128 + SIGTERM, by custom; the exit runs `end`.
  };
  process.once('exit', end);
  process.once('SIGTERM', terminate);
  return () => {
    process.off('exit', end);
    process.off('SIGTERM', terminate);
  };
}

/** Ends and removes the servers of runs that were killed and could clear up nothing. */
async function endAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const cluster = { folder: join(tmpdir(), name, 'postgres/cluster') };
    const left = findPostmaster(cluster);
    if (left !== undefined) await stopPostmaster(cluster, left);
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
