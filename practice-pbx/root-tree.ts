import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const DEFAULT_PATH = '/var/cache/ringback/asterisk-22';
const PACKAGES = 'asterisk,asterisk-core-sounds-en-gsm,asterisk-moh-opsound-gsm,ca-certificates';
/** Debian releases that carry Asterisk 22, the preferred one first. */
const SUITES = ['forky', 'sid'];
/** Building takes about 25 s; a slow mirror may need several times that. */
const BUILD_MS_MAX = 600_000;

/** The tree cannot be built; the message says why. */
export class RootTreeError extends Error {
  override readonly name = 'RootTreeError';
}

/** Where the tree lies: a folder with a small Debian that holds Asterisk 22, in which Asterisk is started. */
export function rootTreePath(): string {
  return process.env['PRACTICE_PBX_TREE'] ?? DEFAULT_PATH;
}

/** Whether the tree has been built. */
export function hasRootTree(path = rootTreePath()): boolean {
  return existsSync(join(path, 'usr/sbin/asterisk'));
}

/**
 * Builds the tree unless it is there, beside its place and then renamed, so that an interrupted build is never taken for
 * one. Needs the root user and mmdebstrap.
 * @throws RootTreeError with what mmdebstrap said, or when `signal` ends it.
 */
export async function provideRootTree(
  path = rootTreePath(),
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  if (hasRootTree(path)) return path;
  const building = `${path}.building-${process.pid.toString()}`;
  mkdirSync(dirname(path), { recursive: true });
  removeLeftovers(path);
  try {
    await build(building, signal);
    takeIntoUse(building, path);
  } finally {
    remove(building);
  }
  return path;
}

/** Removes the tree unless an Asterisk runs in it; true when it is gone. */
export function removeRootTree(path = rootTreePath()): boolean {
  if (isRootTreeInUse(path)) return false;
  removeLeftovers(path);
  remove(path);
  return true;
}

/** An aborted build may leave mounts behind: never follow them out of the folder. */
function remove(path: string): void {
  spawnSync('rm', ['-rf', '--one-file-system', path]);
}

/** What killed builds have left. */
function removeLeftovers(path: string): void {
  const beginning = `${basename(path)}.building-`;
  for (const name of existsSync(dirname(path)) ? readdirSync(dirname(path)) : []) {
    const pid = name.slice(beginning.length);
    if (!name.startsWith(beginning) || existsSync(`/proc/${pid}`)) continue;
    remove(join(dirname(path), name));
  }
}

async function build(folder: string, signal: AbortSignal): Promise<void> {
  const complaints: string[] = [];
  for (const suite of SUITES) {
    const complaint = await buildSuite(suite, folder, signal);
    if (complaint === null) return;
    if (signal.aborted) throw new RootTreeError('The building of the Asterisk tree was ended.');
    complaints.push(`${suite}: ${complaint}`);
  }
  throw new RootTreeError(
    `The packages of Asterisk could not be fetched and installed:\n${complaints.join('\n')}`,
  );
}

/** Null when it is built, else the last that was said about why not. */
async function buildSuite(
  suite: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  // An older mirror is as good here: its expired release file is accepted.
  const arguments_ = [
    '--variant=minbase',
    `--aptopt=Acquire::Check-Valid-Until "false"`,
    `--include=${PACKAGES}`,
    suite,
    folder,
  ];
  // In a group of its own: told alone to end, it would wait for what it has started.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', 'mmdebstrap', ...arguments_], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2_000);
  });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', end);
  const impatience = setTimeout(end, BUILD_MS_MAX);
  const code = await new Promise<number | null>((done) => {
    child.once('error', () => {
      done(null); // It is not installed: whoever asks has looked before.
    });
    child.once('close', done);
  });
  signal.removeEventListener('abort', end);
  clearTimeout(impatience);
  return code === 0 ? null : said.slice(-500);
}

function takeIntoUse(building: string, path: string): void {
  try {
    renameSync(building, path);
  } catch (error) {
    if (!hasRootTree(path)) throw error; // Else another build was faster, and its tree is as good.
  }
}

/** Whether a process has the tree as its root folder. Its path may read differently from here: the folder itself is compared. */
export function isRootTreeInUse(path = rootTreePath()): boolean {
  if (!existsSync(path)) return false;
  const tree = statSync(path);
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.some((pid) => {
    const root = rootOf(pid);
    return root?.ino === tree.ino && root.dev === tree.dev;
  });
}

/** The root folder of a process; null when it is gone, or is none that we may look at: ours are. */
function rootOf(pid: string): Stats | null {
  try {
    return statSync(`/proc/${pid}/root`);
  } catch {
    return null;
  }
}
