import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, openCluster, systemIdentifier } from './cluster.ts';
import { bootstrap } from './databases.ts';
import { PasswordsLostError, PostgresFailedError } from './errors.ts';
import { applicationLogin, superuserLogin, tryLogin, urlOf } from './login.ts';
import {
  findPostmaster,
  type Postmaster,
  type ServerSettings,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts';
import { type Watch, watchPostmaster } from './watch.ts';

/** Options of the embedded server; every one has a default fit for production. */
export interface EmbeddedOptions {
  /** Connections the server takes at most; 100 unless told. */
  readonly maxConnections?: number;
  /** False gives up durability for speed; for tests only. True unless told. */
  readonly durable?: boolean;
  /** Gets one readable line for each thing worth telling: the first start, an adopted or revived server. */
  readonly report?: (line: string) => void;
}

/** A running embedded server. */
export interface EmbeddedPostgres {
  /** Connection string of the role `ringback` (no superuser) for the database `ringback`; stays the same to the end. */
  readonly url: string;
  /** True when the server was already running, left by a Ringback that was killed. */
  readonly adopted: boolean;
  /** The process id of the server as it is now; it changes when a killed server is revived. */
  pid(): number;
  /** Stops the server and answers when it is gone. May be called again. */
  stop(): Promise<void>;
}

const ADOPT_MS_MAX = 120_000;
const ADOPT_POLL_MS = 100;
/** A port that was free may be taken before the server gets it; this often another one is tried. */
const START_TRIES_MAX = 3;

/**
 * Starts the PostgreSQL that Ringback brings along, or takes over the one that still runs on this data folder. A server
 * that is killed later is started again on the same port. Call it for a data folder from one process at a time; the
 * lock of the data folder sees to that.
 *
 * @param dataFolder Ringback's data folder; it is made if missing. The database lives in its subfolder `postgres`.
 * @throws EmbeddedPostgresError, in one of its named forms, with a message for the person who starts Ringback.
 */
export async function startEmbeddedPostgres(
  dataFolder: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const { maxConnections = 100, durable = true, report = () => undefined } = options;
  const cluster = await openCluster(dataFolder);
  const running = await adopt(cluster);
  const settings = { maxConnections, durable };
  const postmaster = running ?? (await startOnFreePort(cluster, settings));
  if (running !== undefined) {
    report(`database: took over the running PostgreSQL (process ${running.pid.toString()})`);
  }
  await bootstrapOrStop(cluster, postmaster);
  const watch = watchPostmaster(
    cluster,
    { ...settings, port: postmaster.port },
    { postmaster, report },
  );
  return handleOf(cluster, watch, { port: postmaster.port, adopted: running !== undefined });
}

/** A start that fails leaves no server behind: nobody would hold its handle. */
async function bootstrapOrStop(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  try {
    await bootstrap(cluster, postmaster.port);
  } catch (error) {
    await stopPostmaster(cluster, postmaster);
    throw error;
  }
}

function handleOf(
  cluster: Cluster,
  watch: Watch,
  { port, adopted }: { readonly port: number; readonly adopted: boolean },
): EmbeddedPostgres {
  return {
    url: urlOf(applicationLogin(cluster, port)),
    adopted,
    pid: () => watch.postmaster().pid,
    stop: async () => {
      await watch.end();
      await stopPostmaster(cluster, watch.postmaster());
    },
  };
}

/**
 * Takes over a server only after logging in and hearing the number of this very cluster. One that is still starting
 * or stopping is waited for.
 *
 * @throws PasswordsLostError, PostgresFailedError
 */
async function adopt(cluster: Cluster): Promise<Postmaster | undefined> {
  const endsMs = performance.now() + ADOPT_MS_MAX;
  for (;;) {
    const found = findPostmaster(cluster);
    if (found === undefined) return undefined;
    const answer = await tryLogin(superuserLogin(cluster, found.port));
    if (answer.kind === 'welcome') {
      if (answer.systemIdentifier === systemIdentifier(cluster.folder)) return found;
      throw new PostgresFailedError('be taken over', 'Another cluster answers on its port.');
    }
    if (answer.kind === 'refused') throw new PasswordsLostError(cluster.folder, answer.reason);
    if (performance.now() > endsMs) throw new PostgresFailedError('be taken over', answer.reason);
    await pause(ADOPT_POLL_MS);
  }
}

async function startOnFreePort(cluster: Cluster, settings: ServerSettings): Promise<Postmaster> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startPostmaster(cluster, settings);
    } catch (error) {
      const portWasTaken =
        error instanceof PostgresFailedError && error.message.includes('could not bind');
      if (!portWasTaken || tries === START_TRIES_MAX) throw error;
    }
  }
}
