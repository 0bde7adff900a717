import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AccountMissingError } from './errors.ts';

/** A system account that PostgreSQL runs under in place of root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** For messages: `the user "postgres"`. */
  readonly label: string;
}

/**
 * The account PostgreSQL has to run under, or undefined when it is simply the user who started Ringback. PostgreSQL
 * refuses to run as root, so root hands it down: to the owner of the existing cluster, else `postgres`, else `nobody`.
 *
 * @throws AccountMissingError when root finds nobody to hand it down to.
 */
export function serverAccount(clusterFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(clusterFolder) ?? accountFrom(readPasswd());
}

/**
 * Picks the account from the text of a passwd file: `postgres` before `nobody`.
 *
 * @throws AccountMissingError when neither is listed.
 */
export function accountFrom(passwd: string): Account {
  const rows = passwd.split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const row = rows.find(([name]) => name === wanted);
    // macOS lists "nobody" as -2, which the kernel keeps as an unsigned number.
    const uid = Number(row?.[2]) >>> 0;
    if (row !== undefined && uid !== 0) {
      return { uid, gid: Number(row[3]) >>> 0, label: `the user "${wanted}"` };
    }
  }
  throw new AccountMissingError();
}

/**
 * Whether an account may read a file (or enter a folder) and enter every folder above it. Judges by owner and mode
 * alone, as seen without supplementary groups: Node drops those when it changes the user of a child.
 */
export function canReach(path: string, account: Pick<Account, 'uid' | 'gid'>): boolean {
  const full = resolve(path);
  const target = statSync(full);
  if (!grants(target, account, target.isDirectory() ? 0o5 : 0o4)) return false;
  for (let folder = dirname(full); ; folder = dirname(folder)) {
    if (!grants(statSync(folder), account, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** @param wanted The bits of one rwx triple, for example 0o5 for read and enter. */
function grants(
  entry: { readonly uid: number; readonly gid: number; readonly mode: number },
  account: Pick<Account, 'uid' | 'gid'>,
  wanted: number,
): boolean {
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
  return ((entry.mode >> shift) & wanted) === wanted;
}

function ownerOf(folder: string): Account | undefined {
  const entry = statSync(folder, { throwIfNoEntry: false });
  if (entry === undefined || entry.uid === 0) return undefined;
  return { uid: entry.uid, gid: entry.gid, label: `the user with id ${entry.uid.toString()}` };
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return ''; // A system without the file has no account for us either: the caller says so.
  }
}
