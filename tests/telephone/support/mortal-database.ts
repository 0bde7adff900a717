import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../store/embedded/embedded-postgres.ts';
import { CuttableProxy } from './cuttable-proxy.ts';

/** A PostgreSQL that may be killed: what it has committed is on the disk, and it comes back when it is told to. */
export interface MortalDatabase {
  /** What Ringback connects to; refused while the server is away. */
  readonly url: string;
  /** The server itself, for looking from outside; it is back some moments after a kill. */
  readonly directUrl: string;
  /** Ends the server with SIGKILL, and keeps everybody out until it is mended. */
  kill(): Promise<void>;
  /** Lets everybody in again. */
  mend(): Promise<void>;
  /** Stops the server and removes what it wrote. */
  drop(): Promise<void>;
}

/** Starts one in a temporary folder, with nothing in it. */
export async function startMortalDatabase(): Promise<MortalDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-mortal-'));
  const server = await startEmbeddedPostgres(folder, { durable: true });
  const direct = new URL(server.url);
  const line = await CuttableProxy.to(Number(direct.port));
  const through = new URL(server.url);
  through.port = line.port.toString();
  return {
    url: through.href,
    directUrl: direct.href,
    kill: async () => {
      await line.cut();
      process.kill(server.pid(), 'SIGKILL');
    },
    mend: async () => line.mend(),
    drop: async () => {
      await line.cut();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
