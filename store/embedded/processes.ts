import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';

/**
 * The words by which the processes of one cluster are known. PostgreSQL gets them as `cluster_name` and repeats them in
 * the command line of each of its processes, readable by everybody. They are made of the folder's device and inode, so a
 * copied data folder does not take the original's server for its own.
 */
export function markOf(clusterFolder: string): string {
  const entry = statSync(clusterFolder, { bigint: true });
  return `ringback_${entry.dev.toString()}_${entry.ino.toString()}`;
}

/**
 * Whether a process id belongs to a PostgreSQL process of the marked cluster. A process id alone proves nothing: after
 * a restart of the machine it can be anybody's. A dead process nobody has collected yet counts as gone.
 */
export function belongsTo(mark: string, pid: number): boolean {
  if (process.platform === 'win32') return isAlive(pid); // Command lines are not readable there: the login decides.
  const command = process.platform === 'linux' ? linuxCommand(pid) : psCommands().get(pid);
  return command !== undefined && isServer(command, mark);
}

/** The ids of all PostgreSQL processes of the marked cluster; empty on Windows, where they cannot be told apart. */
export function processesOf(mark: string): readonly number[] {
  if (process.platform === 'win32') return [];
  const commands = process.platform === 'linux' ? linuxCommands() : psCommands();
  return [...commands].filter(([, command]) => isServer(command, mark)).map(([pid]) => pid);
}

/** Whether any process has this id, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, but of a user we may not signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Sends a signal; false when the process has ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** A postmaster shows the path of its program, its children show `postgres: <cluster name>: <what they do>`. */
function isServer(command: string, mark: string): boolean {
  return /^(?:\S.*\/)?postgres(?:\s|:)/.test(command) && new RegExp(`\\b${mark}\\b`).test(command);
}

function linuxCommand(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid.toString()}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return undefined; // It ended, or never was.
  }
}

function linuxCommands(): Map<number, string> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), linuxCommand(Number(pid)) ?? '']));
}

function psCommands(): Map<number, string> {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,command='], {
    encoding: 'utf8',
  }).split('\n');
  return new Map(
    lines.map((line) => {
      const [, pid = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return [Number(pid), command];
    }),
  );
}
