import { execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { serverAccount } from '../../store/embedded/account.ts';
import { startEmbeddedPostgres } from '../../store/embedded/embedded-postgres.ts';
import { withClient } from '../../store/embedded/login.ts';
import { eventually } from '../support/ringback-node.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';

/** A PostgreSQL that somebody else runs. */
export interface OutsideServer {
  /** A login that may do everything. */
  readonly administratorUrl: string;
  readonly stop: () => Promise<void>;
}

/** One version to try. */
export interface OutsideVersion {
  readonly name: string;
  readonly start: () => Promise<OutsideServer>;
}

const PASSWORD = 'tests-only';
/** Where Debian puts each major version. */
const INSTALLED = '/usr/lib/postgresql';

/** The version that ships with us, and every supported one that this machine has. */
export function outsideVersions(): readonly OutsideVersion[] {
  const majors = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const installed = majors
    .filter((major) => Number(major) >= 15 && Number(major) <= 18)
    .map((major) => join(INSTALLED, major, 'bin'))
    .filter((programs) => existsSync(join(programs, 'initdb')))
    .map((programs) => ({
      name: versionOf(programs),
      start: async () => startInstalled(programs),
    }));
  return [{ name: 'PostgreSQL 18, as it ships', start: startShipped }, ...installed];
}

function versionOf(programs: string): string {
  const said = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' });
  return `PostgreSQL ${/\d+(?:\.\d+)?/.exec(said)?.[0] ?? said}, installed`;
}

async function startShipped(): Promise<OutsideServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-outside-'));
  const server = await startEmbeddedPostgres(folder, { durable: false });
  const passwords = readFileSync(join(folder, 'postgres/passwords.json'), 'utf8');
  const url = new URL(server.url);
  url.username = 'postgres';
  url.password = z.object({ superuser: z.string() }).parse(JSON.parse(passwords)).superuser;
  url.pathname = '/postgres';
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { administratorUrl: url.href, stop };
}

async function startInstalled(programs: string): Promise<OutsideServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-outside-'));
  const account = serverAccount(folder);
  const who = account === undefined ? {} : { uid: account.uid, gid: account.gid };
  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD);
  for (const path of account === undefined ? [] : [folder, password]) {
    chownSync(path, account?.uid ?? 0, account?.gid ?? 0);
  }
  const data = join(folder, 'cluster');
  const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${password}`, '-N'];
  execFileSync(join(programs, 'initdb'), ['-D', data, ...options], { cwd: folder, ...who });
  const port = await freeTcpPort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-p', port.toString(), ...settings.flatMap((setting) => ['-c', setting])],
    { cwd: folder, stdio: 'ignore', ...who },
  );
  const end = (): void => void child.kill('SIGQUIT');
  process.once('exit', end);
  const administratorUrl = `postgres://postgres:${PASSWORD}@127.0.0.1:${port.toString()}/postgres`;
  await eventually('the outside server answers', async () =>
    withClient(administratorUrl, async () => Promise.resolve(true)).catch(() => null),
  );
  const stop = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await gone;
    process.removeListener('exit', end);
    rmSync(folder, { recursive: true, force: true });
  };
  return { administratorUrl, stop };
}
