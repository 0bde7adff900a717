import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../store/embedded/embedded-postgres.ts';
import { TEST_DATABASE_URL } from './database.ts';

/**
 * Vitest's global setup: one PostgreSQL for the whole run, without durability, in a temporary folder. Its URL reaches
 * the test processes through the environment. Where the variable is set already (by the other project of this run, or
 * by a developer who has a server at hand) that server is used and left alone.
 *
 * @returns What ends the server after the last test.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env[TEST_DATABASE_URL] !== undefined) return async () => Promise.resolve();
  const folder = mkdtempSync(join(tmpdir(), 'ringback-tests-'));
  const server = await startEmbeddedPostgres(folder, { durable: false, maxConnections: 200 });
  process.env[TEST_DATABASE_URL] = server.url;
  const endAtOnce = (): void => {
    process.kill(server.pid(), 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is broken off skips the teardown, and the server would outlive it.
  process.once('exit', endAtOnce);
  return async () => {
    process.off('exit', endAtOnce);
    Reflect.deleteProperty(process.env, TEST_DATABASE_URL);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
