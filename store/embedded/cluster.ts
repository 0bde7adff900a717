import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { endianness } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Account, canReach, serverAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import {
  DataFolderNotWritableError,
  DataFolderOwnerError,
  DataFolderUnreachableError,
  DataFolderVersionError,
  PasswordsLostError,
  PostgresFailedError,
} from './errors.ts';

/** The two passwords of a cluster: random, never shown, kept in a file only its owner may read. */
export interface Passwords {
  /** Of the role `postgres`, used only to make the other one. */
  readonly superuser: string;
  /** Of the role `ringback`, under which everything runs. */
  readonly application: string;
}

/** One database cluster on disk, with all that is needed to run a server on it. */
export interface Cluster {
  /** PostgreSQL's own folder. */
  readonly folder: string;
  /** What PostgreSQL gets after `-D`; it runs with `folder` as its working folder. */
  readonly dataArgument: string;
  /** Where the server's messages go. */
  readonly logFile: string;
  readonly passwords: Passwords;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/** Who runs a program of PostgreSQL, and where. */
export interface RunAs {
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens the cluster below a data folder, and makes it on the first start: UTF-8 with the collation C.UTF-8 that
 * PostgreSQL itself provides (so neither the environment nor an update of the C library changes an index), checksums on
 * its pages, passwords over SCRAM. A first start that was interrupted begins anew.
 *
 * @param dataFolder Ringback's data folder; everything goes to its subfolder `postgres`.
 * @throws One of the errors of errors.ts.
 */
export async function openCluster(dataFolder: string): Promise<Cluster> {
  const home = join(resolve(dataFolder), 'postgres');
  const folder = join(home, 'cluster');
  makeHome(home);
  const account = serverAccount(folder);
  const binaries = findBinaries(account, home);
  const dataArgument = dataArgumentOf(folder, account);
  const isNew = !existsSync(folder);
  if (!isNew) checkExisting(folder, binaries.major);
  const passwords = readPasswords(join(home, 'passwords.json'), isNew);
  const logFile = join(home, 'server.log');
  const cluster = { folder, dataArgument, logFile, passwords, account, binaries };
  if (isNew) await initialise(cluster);
  return cluster;
}

/**
 * The surroundings PostgreSQL's programs run in. Their environment is our own short one: locale and time zone of the
 * person who starts Ringback must not shape the database.
 */
export function runAs(cluster: Pick<Cluster, 'account'>, cwd: string): RunAs {
  const { PATH, SystemRoot } = process.env;
  const env = { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot === undefined ? {} : { SystemRoot }) };
  if (cluster.account === undefined) return { cwd, env };
  return { cwd, env, uid: cluster.account.uid, gid: cluster.account.gid };
}

/** The number PostgreSQL drew for this cluster when it was made; it is the first field of its control file. */
export function systemIdentifier(folder: string): string {
  const control = readFileSync(join(folder, 'global/pg_control'));
  const id = endianness() === 'LE' ? control.readBigUInt64LE(0) : control.readBigUInt64BE(0);
  return id.toString();
}

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // The account below root has to pass through here; the data folder above stays closed to everybody else.
    if (process.getuid?.() === 0) chmodSync(home, 0o711);
    const probe = join(home, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new DataFolderNotWritableError(home, error instanceof Error ? error.message : '');
  }
}

/**
 * A server account need not be able to walk to the cluster: `./data` often lies below a closed home folder. We enter
 * the folder as root before the child drops its rights, and Linux lets it name the folder it stands in.
 *
 * @throws DataFolderUnreachableError where the system offers no such name and the way is closed.
 */
function dataArgumentOf(folder: string, account: Account | undefined): string {
  if (account === undefined) return folder;
  if (process.platform === 'linux' && existsSync('/proc/self/cwd')) return '/proc/self/cwd';
  const home = dirname(folder);
  chmodSync(dirname(home), 0o711);
  if (!canReach(dirname(home), account)) throw new DataFolderUnreachableError(home, account.label);
  return folder;
}

function checkExisting(folder: string, major: number): void {
  const uid = process.getuid?.() ?? 0;
  const owner = statSync(folder).uid;
  if (uid !== 0 && owner !== uid) throw new DataFolderOwnerError(folder, owner);
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (version !== major.toString()) throw new DataFolderVersionError(folder, version, major);
}

function readPasswords(file: string, isNew: boolean): Passwords {
  if (isNew && !existsSync(file)) {
    const made = { superuser: randomPassword(), application: randomPassword() };
    const unfinished = `${file}.new`;
    rmSync(unfinished, { force: true });
    writeFileSync(unfinished, JSON.stringify(made), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(unfinished, file);
    return made;
  }
  try {
    return parsePasswords(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new PasswordsLostError(file, error instanceof Error ? error.message : '');
  }
}

function parsePasswords(value: unknown): Passwords {
  if (
    typeof value === 'object' &&
    value !== null &&
    'superuser' in value &&
    'application' in value
  ) {
    const { superuser, application } = value;
    if (typeof superuser === 'string' && typeof application === 'string') {
      return { superuser, application };
    }
  }
  throw new TypeError('the file holds no passwords');
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Builds the cluster beside its place and renames it, so that half a cluster is never taken for one. */
async function initialise(cluster: Cluster): Promise<void> {
  const unfinished = `${cluster.folder}.new`;
  const passwordFile = join(dirname(cluster.folder), 'initial-password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${cluster.passwords.superuser}\n`, { mode: 0o600 });
  try {
    const { account } = cluster;
    for (const path of account === undefined ? [] : [unfinished, passwordFile]) {
      chownSync(path, account?.uid ?? 0, account?.gid ?? 0);
    }
    await runInitdb(cluster, unfinished);
    renameSync(unfinished, cluster.folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function runInitdb(cluster: Cluster, folder: string): Promise<void> {
  const dataArgument = cluster.dataArgument === cluster.folder ? folder : cluster.dataArgument;
  const options = ['--username=postgres', '--auth=scram-sha-256', '--pwfile=../initial-password'];
  const text = [
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const args = ['-D', dataArgument, ...options, ...text, '--data-checksums', '--no-instructions'];
  const program = join(cluster.binaries.root, 'bin/initdb');
  try {
    await promisify(execFile)(program, args, runAs(cluster, folder));
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new PostgresFailedError('create its cluster', said === '' ? String(error) : said);
  }
}
