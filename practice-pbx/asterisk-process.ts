import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GrowingFile, WAIT_MS } from './growing-file.ts';

/** Where the prompts are mounted inside the tree. */
const SOUNDS = 'usr/share/asterisk/sounds/en_US_f_Allison/ringback';
const FOLDERS = ['etc', 'run', 'log', 'db', 'spool', 'prompts'];
/** A polite end that takes longer becomes an impolite one. */
const POLITE_END_MS_MAX = 5_000;

/** Where one Asterisk lives. */
export interface AsteriskPlace {
  /** The tree that holds the program. */
  readonly tree: string;
  /** Its own folder: configuration, logs, state. */
  readonly folder: string;
}

/** What belongs into the folder of one Asterisk. */
export interface AsteriskContent {
  /** The repository: dialplan and prompts are taken from it, if they are there. */
  readonly project: string;
  /** Configuration files by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Fills the folder of an Asterisk that is about to be started for the first time. */
export function layOut({ tree, folder }: AsteriskPlace, { project, files }: AsteriskContent): void {
  for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
  const prompts = join(project, 'prompts');
  if (existsSync(prompts)) cpSync(prompts, join(folder, 'prompts'), { recursive: true });
  const dialplan = join(project, 'telephony/asterisk/dialplan/ringback.conf');
  if (existsSync(dialplan)) cpSync(dialplan, join(folder, 'etc/ringback.conf'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'etc', name), text, { mode: 0o600 });
  }
  mkdirSync(join(tree, SOUNDS), { recursive: true });
}

/** One Asterisk in its tree. It ends with the process that has started it, whatever ends that. */
export class AsteriskProcess {
  readonly #place: AsteriskPlace;
  readonly #log: GrowingFile;
  #process: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  /** For a folder that has been laid out. */
  constructor(place: AsteriskPlace) {
    this.#place = place;
    this.#log = new GrowingFile(join(place.folder, 'log/full'));
  }

  /** Resolves when the Asterisk that was started last is gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The verbose log so far. */
  log(): string {
    return this.#log.bytes();
  }

  /** Looks at the log now and whenever it grows, until `find` gives something. */
  async waitFor<T>(find: () => T | undefined, what: string): Promise<T> {
    return this.#log.waitFor(find, what);
  }

  /** Waits for the next line at or after `from` (a length of `log()`) that matches. */
  async waitForLog(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return this.waitFor(() => pattern.exec(this.log().slice(from)) ?? undefined, String(pattern));
  }

  /** Starts it; it answers SIP and ARI when this resolves. @throws Error with the end of its log. */
  async start(): Promise<void> {
    const from = this.log().length;
    const output = openSync(join(this.#place.folder, 'log/console'), 'a');
    const [program, ...rest] = inChroot(this.#place, [
      'asterisk',
      '-f',
      '-C',
      '/mnt/etc/asterisk.conf',
    ]);
    // In a group of its own, so that Ctrl-C reaches only whoever has started it, who then ends it.
    const child = spawn(program, rest, { stdio: ['ignore', output, output], detached: true });
    closeSync(output);
    this.#process = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    await this.waitFor(() => {
      if (this.log().includes('Asterisk Ready', from)) return true;
      if (child.exitCode === null && child.signalCode === null) return undefined;
      throw new Error(`Asterisk ended at once:\n${this.log().slice(-1_000)}`);
    }, 'Asterisk is ready');
  }

  /** Runs a command of its console and gives what it prints. */
  async cli(command: string): Promise<string> {
    const asterisk = ['asterisk', '-C', '/mnt/etc/asterisk.conf', '-rx', command];
    const [program, ...rest] = inChroot(this.#place, asterisk);
    const { stdout } = await promisify(execFile)(program, rest, { timeout: WAIT_MS });
    return stdout;
  }

  /** Ends it, if it runs, and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    const impatience = setTimeout(() => running.kill('SIGKILL'), POLITE_END_MS_MAX);
    await this.#ended;
    clearTimeout(impatience);
  }
}

/**
 * Commands run in a mount namespace of their own: /proc, /dev, the private folder and the prompts are mounted for them
 * alone and vanish with them, however they end. So nothing is ever left to unmount.
 */
function inChroot(
  { tree, folder }: AsteriskPlace,
  command: readonly string[],
): readonly [string, ...string[]] {
  const script = `set -e
mount --bind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/mnt"
mount --bind "$2/prompts" "$1/${SOUNDS}"
tree=$1; shift 2
exec chroot "$tree" "$@"`;
  const wrapper = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'];
  return ['setpriv', '--pdeathsig', 'KILL', ...wrapper, tree, folder, ...command];
}
