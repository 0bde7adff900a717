import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';

/** How this node was told to run. */
export interface Settings {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  /** The address the HTTP server listens on. */
  readonly host: string;
  readonly port: number;
  /** Where this machine reaches the HTTP server, without a slash at the end. */
  readonly localUrl: string;
  /** Where people and the PBX reach this node from outside, without a slash at the end. */
  readonly publicUrl: string;
  /** Undefined: one is kept in the data folder, see `secretOf`. */
  readonly secret: string | undefined;
  /** Undefined: the embedded PostgreSQL is used. */
  readonly databaseUrl: string | undefined;
  /** For tests only: at which moment the process is to crash, see engine/crash-points.ts. */
  readonly testCrashAt: string | undefined;
}

/** Settings that cannot be used; the message lists every problem, a line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** Each says what is wrong, where, and what would be right. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `Ringback cannot start with these settings:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** The names and values of an environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = [
  'RINGBACK_DATA',
  'RINGBACK_HOST',
  'RINGBACK_PORT',
  'RINGBACK_PUBLIC_URL',
  'RINGBACK_SECRET',
  'DATABASE_URL',
  'RINGBACK_TEST_CRASH_AT',
] as const;
type Name = (typeof NAMES)[number];

/** Read by the command line alone; a shell in which it is exported may start a node as well. */
const OF_THE_COMMAND_LINE = ['RINGBACK_URL'];

/** A secret signs sessions and links; shorter ones could be guessed. */
const SECRET_LENGTH_MIN = 32;

/** One setting as it is in force. */
export interface EffectiveSetting {
  readonly name: string;
  /** Fit to be shown: secrets are masked. */
  readonly value: string;
  readonly from: 'environment' | 'file' | 'default';
}

/** What an environment comes to, and everything that is wrong with it. */
export interface SettingsReport {
  readonly settings: readonly EffectiveSetting[];
  readonly problems: readonly string[];
}

/**
 * Reads the settings from the environment. Each can be given as `NAME` or as `NAME_FILE`, which names a file that holds
 * the value (as container platforms hand out secrets). An empty value counts as not given.
 *
 * @throws SettingsError with all problems at once, so that one start shows everything there is to correct.
 */
export function readSettings(environment: Environment): Settings {
  const { settings, problems } = readAll(environment);
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** What is in force, for people who look for a mistake. Never throws, and shows no secret. */
export function reportSettings(environment: Environment): SettingsReport {
  const { settings, problems } = readAll(environment);
  const shown: readonly (readonly [Name, string])[] = [
    ['RINGBACK_DATA', settings.dataFolder],
    ['RINGBACK_HOST', settings.host],
    ['RINGBACK_PORT', settings.port.toString()],
    ['RINGBACK_PUBLIC_URL', withoutLogin(settings.publicUrl)],
    ['RINGBACK_SECRET', settings.secret === undefined ? KEPT_SECRET : MASK],
    ['DATABASE_URL', databaseText(settings.databaseUrl)],
  ];
  return {
    settings: shown.map(([name, value]) => ({ name, value, from: sourceOf(environment, name) })),
    problems,
  };
}

const MASK = '***';
const KEPT_SECRET = '*** (drawn at the first start, kept in the data folder)';

/** An address in which nobody reads who logs in, and how. */
function withoutLogin(address: string): string {
  return address.replace(/\/\/[^/]*@/, `//${MASK}@`);
}

function databaseText(url: string | undefined): string {
  if (url === undefined) return 'the PostgreSQL that ships with Ringback';
  // What is no such address may be anything, a bare password included.
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) return MASK;
  const shown = new URL(url);
  if (shown.password !== '') shown.password = MASK;
  // A password may also stand behind the question mark, and so may names of files.
  for (const name of shown.searchParams.keys()) {
    if (/pass|secret|key/i.test(name)) shown.searchParams.set(name, MASK);
  }
  return shown.href;
}

function sourceOf(environment: Environment, name: Name): EffectiveSetting['from'] {
  if ((environment[`${name}_FILE`] ?? '') !== '') return 'file';
  return (environment[name] ?? '') === '' ? 'default' : 'environment';
}

function readAll(environment: Environment): { settings: Settings; problems: readonly string[] } {
  const problems = unknownNames(environment);
  const read = (name: Name): string | undefined => valueOf(environment, name, problems);
  const host = checkHost(read('RINGBACK_HOST') ?? '127.0.0.1', problems);
  const port = checkPort(read('RINGBACK_PORT') ?? '4080', problems);
  const local = `http://${host.includes(':') ? `[${host}]` : host}:${port.toString()}`;
  const settings = {
    dataFolder: resolve(read('RINGBACK_DATA') ?? 'data'),
    host,
    port,
    localUrl: local,
    publicUrl: checkPublicUrl(read('RINGBACK_PUBLIC_URL') ?? local, problems),
    secret: checkSecret(read('RINGBACK_SECRET'), problems),
    databaseUrl: checkDatabaseUrl(read('DATABASE_URL'), problems),
    testCrashAt: read('RINGBACK_TEST_CRASH_AT'),
  };
  return { settings, problems };
}

/**
 * The secret of this node: the given one, or one drawn on the first start and kept in the data folder, readable by its
 * owner alone. Call it while holding the data folder (data-folder.ts), so that no other start draws one meanwhile.
 *
 * @throws SettingsError when the kept secret cannot be used.
 */
export function secretOf(settings: Pick<Settings, 'secret' | 'dataFolder'>): string {
  if (settings.secret !== undefined) return settings.secret;
  const file = join(settings.dataFolder, 'secret');
  if (!existsSync(file)) {
    const unfinished = `${file}.new`;
    rmSync(unfinished, { force: true });
    const drawn = randomBytes(SECRET_LENGTH_MIN).toString('base64url');
    writeFileSync(unfinished, `${drawn}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(unfinished, file);
  }
  return keptSecret(file);
}

/** @throws SettingsError for a file that was cut short: signing with it would be signing with nothing. */
function keptSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new SettingsError([
      `${file} holds no usable secret. Restore it from a backup, or delete it to draw a new one.`,
    ]);
  }
  chmodSync(file, 0o600);
  return secret;
}

function valueOf(environment: Environment, name: Name, problems: string[]): string | undefined {
  const direct = environment[name] === '' ? undefined : environment[name];
  const fileName = `${name}_FILE`;
  const file = environment[fileName] === '' ? undefined : environment[fileName];
  if (file === undefined) return direct;
  if (direct !== undefined) {
    problems.push(`${name} and ${fileName} are both given; give one of them.`);
    return undefined;
  }
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? undefined : text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(`${fileName} names a file that cannot be read (${reason}).`);
    return undefined;
  }
}

/** A typing error must not silently leave a default in force. Other programs' variables are none of our business. */
function unknownNames(environment: Environment): string[] {
  const known = [...NAMES.flatMap((name) => [name, `${name}_FILE`]), ...OF_THE_COMMAND_LINE];
  return Object.keys(environment)
    .filter((name) => name.startsWith('RINGBACK_') && !known.includes(name))
    .toSorted()
    .map((name) => {
      const [nearest] = known.toSorted((a, b) => distance(name, a) - distance(name, b));
      return `${name} is not a setting of Ringback. Did you mean ${nearest ?? ''}?`;
    });
}

/** How many letters must be put in, taken out or changed to get from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [at, other] of Array.from(to).entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function checkHost(host: string, problems: string[]): string {
  const isLoopback =
    host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  if (!isLoopback) {
    problems.push(
      `RINGBACK_HOST is "${host}", but this version has no user accounts yet, and everybody who reaches it could do ` +
        'everything. Use 127.0.0.1, localhost or ::1.',
    );
  }
  return host;
}

function checkPort(text: string, problems: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 1 && port <= 65_535) return port;
  problems.push(`RINGBACK_PORT is "${text}"; it takes a number from 1 to 65535, such as 4080.`);
  return 4080;
}

function checkPublicUrl(text: string, problems: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isWeb || url.username !== '' || url.search !== '' || url.hash !== '') {
    problems.push(
      `RINGBACK_PUBLIC_URL is "${withoutLogin(text)}"; it takes an address such as https://ringback.example.com, without user, ` +
        'question mark or hash.',
    );
  }
  return text.replace(/\/+$/, '');
}

/** The secret itself never stands in a message. */
function checkSecret(secret: string | undefined, problems: string[]): string | undefined {
  if (secret !== undefined && secret.length < SECRET_LENGTH_MIN) {
    problems.push(
      `RINGBACK_SECRET has ${secret.length.toString()} characters; it needs at least ${SECRET_LENGTH_MIN.toString()}, ` +
        'for example the output of "openssl rand -base64 32". Leave it out to have one drawn and kept.',
    );
  }
  return secret;
}

/** The value may hold a password, so the message does not repeat it. */
function checkDatabaseUrl(text: string | undefined, problems: string[]): string | undefined {
  const isPostgres = text !== undefined && /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);
  if (text !== undefined && !isPostgres) {
    problems.push(
      'DATABASE_URL is no PostgreSQL address; it takes one such as postgres://user:password@host:5432/database. ' +
        'Leave it out to use the embedded PostgreSQL.',
    );
  }
  return text;
}
