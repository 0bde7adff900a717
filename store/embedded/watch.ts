import type { Cluster } from './cluster.ts';
import { type Postmaster, type ServerSettings, startPostmaster } from './postmaster.ts';
import { belongsTo, markOf } from './processes.ts';

/** Looks after a running server until it is told to end. */
export interface Watch {
  /** The server as it is now. */
  postmaster(): Postmaster;
  /** Stops looking; answers when a revival under way has come to its end. */
  end(): Promise<void>;
}

const LOOK_MS = 500;
/** After a failed revival the next one waits twice as long, up to this. */
const REVIVE_MS_MAX = 30_000;

/**
 * Starts a server again that died (killed by hand, or by a system short of memory), on the same port, so that pools
 * find it without being told. The timer keeps no process alive.
 */
export function watchPostmaster(
  cluster: Cluster,
  settings: ServerSettings,
  begin: { readonly postmaster: Postmaster; readonly report: (line: string) => void },
): Watch {
  const mark = markOf(cluster.folder);
  let current = begin.postmaster;
  let ended = false;
  let revival = Promise.resolve();
  let timer = setTimeout(look, LOOK_MS).unref();

  function look(): void {
    revival = check().then((waitMs) => {
      if (!ended) timer = setTimeout(look, waitMs).unref();
    });
  }

  let lastWaitMs = LOOK_MS;
  async function check(): Promise<number> {
    if (belongsTo(mark, current.pid)) {
      lastWaitMs = LOOK_MS;
      return LOOK_MS;
    }
    try {
      begin.report('database: PostgreSQL ended unexpectedly; starting it again');
      current = await startPostmaster(cluster, settings);
      begin.report('database: PostgreSQL is back');
    } catch (error) {
      lastWaitMs = Math.min(lastWaitMs * 2, REVIVE_MS_MAX);
      begin.report(`database: ${error instanceof Error ? error.message : String(error)}`);
    }
    return lastWaitMs;
  }

  return {
    postmaster: () => current,
    end: async () => {
      ended = true;
      clearTimeout(timer);
      await revival;
    },
  };
}
