import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findPostmaster, stopPostmaster } from '../../store/embedded/postmaster.ts';
import { signal } from '../../store/embedded/processes.ts';

/** How a program is run. */
export interface Running {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The account to run under; only root may say so. */
  readonly uid?: number;
}

/** A program that runs in a process group of its own, as in a terminal. */
export interface Program {
  readonly pid: number;
  /** Everything it has printed so far, on both outputs. */
  output(): string;
  /** Resolves with the exit code when it is gone; -1 when a signal ended it. */
  readonly ended: Promise<number>;
  /** Resolves when it has printed this text. @throws Error with all it said when it ends without. */
  says(text: string): Promise<void>;
  /** To the process itself. */
  signal(name: NodeJS.Signals): void;
  /** To the whole group, as Ctrl-C does. */
  signalGroup(name: NodeJS.Signals): void;
  /** Reads nothing any more, as `| head` that has seen enough. */
  stopReading(): void;
}

/** The program that runs a node, as built. */
export const SERVE = resolve('bin/serve.js');
/** The account without rights that every system has; undefined where we have none to give away. */
export const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

/** Starts a program with nothing of our environment but what finds programs. It ends with this process at the latest. */
export function start(command: string, args: readonly string[], how: Running = {}): Program {
  const { environment = {}, cwd, uid } = how;
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let printed = '';
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const each of looks) each();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      printed += text.toString();
      look();
    });
  }
  const pid = child.pid ?? 0;
  const end = (): void => void signal(-pid, 'SIGKILL');
  process.once('exit', end);
  const ended = new Promise<number>((done) => {
    child.once('close', (code) => {
      process.removeListener('exit', end);
      done(code ?? -1);
    });
  });
  const says = async (text: string): Promise<void> =>
    new Promise((done, fail) => {
      looks.add(() => {
        if (printed.includes(text)) done();
      });
      look();
      void ended.then(() => {
        fail(new Error(`it ended without saying "${text}":\n${printed}`));
      });
    });
  return {
    pid,
    output: () => printed,
    ended,
    says,
    signal: (name) => void signal(pid, name),
    signalGroup: (name) => void signal(-pid, name),
    stopReading: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  how: Running = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const program = start(command, args, how);
  return { code: await program.ended, output: program.output() };
}

/** Folders of one test file; what still runs on their databases is ended with them. */
export class Folders {
  private readonly base = mkdtempSync(join(tmpdir(), 'ringback-start-'));
  private readonly data: string[] = [];
  private made = 0;
  private readonly atExit = (): void => {
    for (const folder of this.data) this.signalPostgres(folder, 'SIGQUIT');
    rmSync(this.base, { recursive: true, force: true });
  };

  constructor() {
    chmodSync(this.base, 0o755); // Programs may run under another account.
    process.once('exit', this.atExit);
  }

  /** A new folder. */
  folder(): string {
    this.made += 1;
    const path = join(this.base, this.made.toString());
    mkdirSync(path);
    return path;
  }

  /** The place of a data folder that is not there yet. */
  dataFolder(): string {
    const path = join(this.folder(), 'data');
    this.data.push(path);
    return path;
  }

  /** Sees to the database of a data folder that a program chose itself. */
  watch(dataFolder: string): void {
    this.data.push(dataFolder);
  }

  /** The process of the embedded server on a data folder; null when none runs. */
  postgresOf(dataFolder: string): number | null {
    try {
      return findPostmaster({ folder: join(dataFolder, 'postgres/cluster') })?.pid ?? null;
    } catch {
      return null; // There is no cluster.
    }
  }

  /** Ends what still runs and removes everything. */
  async clear(): Promise<void> {
    for (const folder of this.data) {
      const pid = this.postgresOf(folder);
      const cluster = { folder: join(folder, 'postgres/cluster') };
      if (pid !== null) await stopPostmaster(cluster, { pid, port: 0 });
    }
    process.removeListener('exit', this.atExit);
    rmSync(this.base, { recursive: true, force: true });
  }

  private signalPostgres(folder: string, name: NodeJS.Signals): void {
    const pid = this.postgresOf(folder);
    if (pid !== null) signal(pid, name);
  }
}
