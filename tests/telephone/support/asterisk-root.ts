import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DEFAULT_ROOT = '/var/cache/ringback/asterisk-22';
const PACKAGES = 'asterisk,asterisk-core-sounds-en-gsm,asterisk-moh-opsound-gsm,ca-certificates';
/** Debian releases that carry Asterisk 22, the preferred one first. */
const SUITES = ['forky', 'sid'];
/** Building takes about 25 s; a slow mirror may need several times that. */
const BUILD_MS_MAX = 600_000;
const PROGRAMS = ['mmdebstrap', 'sipp', 'unshare', 'setpriv', 'chroot'];

/** Whether telephone tests can run on this machine. */
export type Telephony =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string };

/** Looks for what telephone tests need; a prepared root makes mmdebstrap unnecessary. */
export function telephonyAvailable(): Telephony {
  if (process.platform !== 'linux') {
    return { available: false, reason: 'Asterisk runs on Linux only' };
  }
  if (process.getuid?.() !== 0) {
    return { available: false, reason: 'chroot and mounts need the root user' };
  }
  const needed = isRoot(rootFolder()) ? PROGRAMS.filter((name) => name !== 'mmdebstrap') : PROGRAMS;
  const missing = needed.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    return { available: false, reason: `not installed: ${missing.join(', ')}` };
  }
  return { available: true };
}

/**
 * For `describe.skipIf(!telephonyReady())`: says loudly why telephone tests are skipped.
 * @throws Error in continuous integration (CI is set), where a skipped telephone test would be a lie.
 */
export function telephonyReady(): boolean {
  const telephony = telephonyAvailable();
  if (telephony.available) return true;
  const message = `telephone tests cannot run: ${telephony.reason}`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(message);
  process.stderr.write(`\n*** SKIPPED: ${message} ***\n\n`);
  return false;
}

/** The folder with a Debian that holds Asterisk 22; builds it on first use. */
export function asteriskRoot(): string {
  const root = rootFolder();
  if (!isRoot(root)) buildRoot(root);
  return root;
}

function rootFolder(): string {
  return process.env['RINGBACK_TEST_ASTERISK_ROOT'] ?? DEFAULT_ROOT;
}

function isRoot(folder: string): boolean {
  return existsSync(join(folder, 'usr/sbin/asterisk'));
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0;
}

/** Builds beside the goal and renames, so that an interrupted build is never taken for a root. */
function buildRoot(root: string): void {
  const building = `${root}.building-${process.pid.toString()}`;
  mkdirSync(dirname(root), { recursive: true });
  const complaints: string[] = [];
  try {
    if (!SUITES.some((suite) => buildSuite(suite, building, complaints))) {
      throw new Error(`no Asterisk root could be built:\n${complaints.join('\n')}`);
    }
    takeIntoUse(building, root);
  } finally {
    // An aborted build may leave mounts behind: never follow them out of the folder.
    spawnSync('rm', ['-rf', '--one-file-system', building]);
  }
}

function buildSuite(suite: string, folder: string, complaints: string[]): boolean {
  // An older mirror is as good for tests: its expired release file is accepted.
  const arguments_ = [
    '--variant=minbase',
    `--aptopt=Acquire::Check-Valid-Until "false"`,
    `--include=${PACKAGES}`,
    suite,
    folder,
  ];
  const run = spawnSync('mmdebstrap', arguments_, { encoding: 'utf8', timeout: BUILD_MS_MAX });
  if (run.status === 0) return true;
  complaints.push(`${suite}: ${run.stderr.slice(-500)}`);
  return false;
}

function takeIntoUse(building: string, root: string): void {
  try {
    renameSync(building, root);
  } catch (error) {
    if (!isRoot(root)) throw error; // Else another test run was faster, and its root is as good.
  }
}
