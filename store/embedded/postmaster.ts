import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, runAs } from './cluster.ts';
import { PostgresFailedError } from './errors.ts';
import { belongsTo, isAlive, markOf, processesOf, signal } from './processes.ts';
import { socketFolder } from './sockets.ts';

/** A running PostgreSQL server (its parent process) on a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** How a server is run. */
export interface ServerSettings {
  readonly maxConnections: number;
  /** False gives up durability for speed: for tests only. */
  readonly durable: boolean;
  /** The TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
}

const POLL_MS = 20;
/** Recovery replays at most about 100 MB (see `max_wal_size`), a few seconds; slow disks get much more. */
const START_MS_MAX = 120_000;
/** A fast shutdown writes one checkpoint; after this the server is stopped at once and recovers at its next start. */
const STOP_MS_MAX = 30_000;
/** Backends notice within milliseconds that their postmaster is gone, unless they are in the middle of something. */
const LEFTOVER_MS_MAX = 500;
const LOG_BYTES_MAX = 10_000_000;

/**
 * The server that runs on a cluster according to its pid file, or undefined. A pid file whose number belongs to nobody
 * or to somebody else counts as stale.
 */
export function findPostmaster(cluster: Pick<Cluster, 'folder'>): Postmaster | undefined {
  const [pid = '', , , port = ''] = readPidFile(cluster.folder);
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(port)) return undefined;
  const found = { pid: Number(pid), port: Number(port) };
  return belongsTo(markOf(cluster.folder), found.pid) ? found : undefined;
}

/**
 * Starts a server on a cluster where none runs, and answers when it takes connections. The server outlives this
 * process: Ctrl-C reaches the terminal's whole group, and the database must be the last to go.
 *
 * @throws PostgresFailedError with the server's last words.
 */
export async function startPostmaster(
  cluster: Cluster,
  settings: ServerSettings,
): Promise<Postmaster> {
  await endLeftovers(cluster);
  dropStalePidFile(cluster);
  const port = settings.port ?? (await freePort());
  const log = openLog(cluster.logFile);
  const program = join(cluster.binaries.root, 'bin/postgres');
  const args = [
    '-D',
    cluster.dataArgument,
    '-p',
    port.toString(),
    ...settingsOf(cluster, settings),
  ];
  const options = { ...runAs(cluster, cluster.folder), detached: true };
  const child = spawn(program, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
  closeSync(log.fd);
  child.unref();
  const outcome = await outcomeOf(child, cluster);
  if (outcome === 'ready' && child.pid !== undefined) return { pid: child.pid, port };
  if (outcome === 'late') child.kill('SIGQUIT');
  const said = readFileSync(cluster.logFile).subarray(log.size).toString('utf8');
  throw new PostgresFailedError(
    'start',
    outcome instanceof Error ? outcome.message : lastLines(said),
  );
}

/**
 * Stops a server: sessions are ended, a checkpoint is written. One that does not manage in time is stopped at once,
 * which costs nothing but a recovery at the next start. Answers when the process is gone.
 */
export async function stopPostmaster(
  cluster: Pick<Cluster, 'folder'>,
  { pid }: Postmaster,
): Promise<void> {
  const mark = markOf(cluster.folder);
  const isGone = (): boolean => !belongsTo(mark, pid);
  if (isGone()) return; // The number may be somebody else's by now.
  signal(pid, 'SIGINT');
  if (await until(isGone, STOP_MS_MAX)) return;
  signal(pid, 'SIGQUIT');
  if (await until(isGone, STOP_MS_MAX)) return;
  throw new PostgresFailedError('stop', `Process ${pid.toString()} is still there.`);
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new TypeError('a TCP server has a port');
  }
  return address.port;
}

function settingsOf(cluster: Cluster, { maxConnections, durable }: ServerSettings): string[] {
  const on = durable ? 'on' : 'off';
  const settings = {
    cluster_name: markOf(cluster.folder),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: durable ? '' : socketFolder(),
    max_connections: maxConnections.toString(),
    timezone: 'UTC',
    statement_timeout: '60s', // Longer work (a backup, a migration) sets its own for its transaction.
    // Redo after a crash stays under about 100 MB: a restart with 550 MB took 18 seconds.
    max_wal_size: '96MB',
    checkpoint_timeout: '5min',
    fsync: on,
    full_page_writes: on,
    synchronous_commit: on,
    // Statements and error details carry phone numbers; the log gets the message alone.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

type Outcome = 'ready' | 'ended' | 'late' | Error;

async function outcomeOf(child: ChildProcess, { folder }: Cluster): Promise<Outcome> {
  let outcome: Outcome = 'late';
  child.once('error', (error) => {
    outcome = error;
  });
  child.once('exit', () => {
    outcome = 'ended';
  });
  await until(() => {
    const lines = readPidFile(folder);
    if (lines[0] === child.pid?.toString() && lines[7]?.trim() === 'ready') outcome = 'ready';
    return outcome !== 'late';
  }, START_MS_MAX);
  return outcome;
}

/**
 * Backends of a killed postmaster hold its shared memory, and PostgreSQL refuses to start beside them. Most
 * leave by themselves; one in the middle of a long statement is ended, as a recovery would undo its work anyway.
 */
async function endLeftovers({ folder }: Cluster): Promise<void> {
  const mark = markOf(folder);
  const areGone = (): boolean => processesOf(mark).length === 0;
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    if (await until(areGone, LEFTOVER_MS_MAX)) return;
    for (const pid of processesOf(mark)) signal(pid, name);
  }
  await until(areGone, LEFTOVER_MS_MAX);
}

/**
 * PostgreSQL itself forgets a pid file whose process is gone, but not one whose number went to another process of the
 * same user. We know better, by the mark. (On Windows we do not, and leave the file.)
 */
function dropStalePidFile({ folder }: Cluster): void {
  const pid = Number(readPidFile(folder)[0]);
  if (process.platform === 'win32' || !(pid > 0) || !isAlive(pid)) return;
  rmSync(join(folder, 'postmaster.pid'), { force: true });
}

/** The lines of `postmaster.pid`: pid, folder, start, port, socket folder, address, shared memory, state. */
function readPidFile(folder: string): readonly string[] {
  try {
    return readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return []; // None runs, or it is just stopping.
  }
}

/** Opens the log for appending; a long one is put aside first, one generation deep. */
function openLog(file: string): { readonly fd: number; readonly size: number } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) renameSync(file, `${file}.old`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, size: fstatSync(fd).size };
}

function lastLines(said: string): string {
  return said.trim().split('\n').slice(-8).join('\n');
}

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const endsMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > endsMs) return false;
    await pause(POLL_MS);
  }
  return true;
}
