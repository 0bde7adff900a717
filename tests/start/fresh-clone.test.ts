import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { isAlive } from '../../store/embedded/processes.ts';
import { files } from '../../tools/tree.ts';
import { eventually } from '../support/ringback-node.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, NOBODY, type Program, run, start } from './programs.ts';

const folders = new Folders();
// Nobody but its owner may enter the folder around the clone: PostgreSQL, under another account, must do without.
const closed = folders.folder();
const clone = join(closed, 'ringback');
const data = join(clone, 'data');
let port = '';
let program: Program;

/** `npm start`, typed by somebody whose files nobody else may read. */
function npmStart(uid?: number): Program {
  const how = { cwd: clone, environment: { RINGBACK_PORT: port, HOME: homeOf(uid) } };
  return start(
    'sh',
    ['-c', 'umask 077; exec npm start'],
    uid === undefined ? how : { ...how, uid },
  );
}

/** npm keeps what it needs to know in the home folder; an account without one gets the clone. */
function homeOf(uid: number | undefined): string {
  return uid === undefined ? (process.env['HOME'] ?? clone) : clone;
}

function nodePid(): number {
  const text = readFileSync(join(data, 'instance.json'), 'utf8');
  return z.object({ pid: z.int() }).parse(JSON.parse(text)).pid;
}

beforeAll(async () => {
  folders.watch(data);
  mkdirSync(clone);
  chmodSync(closed, 0o700);
  // What a clone holds: no packages, nothing built.
  for (const path of [...files(), '.npmrc']) cpSync(path, join(clone, path));
  port = (await freeTcpPort()).toString();
  program = npmStart();
  await program.says('ready: ');
}, 300_000);

afterAll(async () => {
  program.signalGroup('SIGKILL');
  await folders.clear();
});

test('npm start in a fresh clone installs, builds and serves, and says so', async () => {
  expect(program.output()).toMatch(
    /\npackages: installing[^]*\nbuild: compiling[^]*\ndatabase: starting[^]*\nschema: \d+ steps applied\npractice centre: [^\n]+\nready: http/,
  );
  // It serves; the PBX in memory is connected a moment later.
  await eventually('calls can be placed', async () =>
    (await fetch(`http://127.0.0.1:${port}/readyz`)).ok ? true : null,
  );
});

test('npx ringback works in the clone, and finds the node by its data folder', async () => {
  const { code, output } = await run('npx', ['ringback', 'status'], { cwd: clone });
  expect(code, output).toBe(0);
  expect(output).toContain('This is the practice centre: nobody is really called.');
  expect(output).toMatch(/\nsupport +\d+ /);
});

test('npx ringback config check says what is in force', async () => {
  const { code, output } = await run('npx', ['ringback', 'config', 'check'], { cwd: clone });
  expect(code, output).toBe(0);
  expect(output).toContain(`RINGBACK_DATA        default  ${data}\n`);
  expect(output).toContain('\nNothing is wrong with them.\n');
});

test('a second npm start in the clone says what runs, and nothing of npm hides it', async () => {
  const second = await run('npm', ['start'], { cwd: clone });
  expect(second.code).toBe(1);
  expect(second.output).toMatch(
    new RegExp(`\nRingback already runs with .*: process ${nodePid().toString()}, http://127`),
  );
  expect(second.output).not.toContain('npm error');
});

test('Ctrl-C ends npm, Ringback and the database', async () => {
  const pid = nodePid();
  program.signalGroup('SIGINT');
  await program.ended;
  expect(program.output()).toMatch(/\nstopping: [^\n]*\nstopped\n$/);
  await eventually('the node has ended', () => (isAlive(pid) ? null : true));
  expect(folders.postgresOf(data)).toBe(null);
});

test('an account without rights starts it as well, without installing or building again', async () => {
  for (const path of NOBODY === undefined ? [] : [closed, clone, ...below(clone)]) {
    chownSync(path, NOBODY ?? 0, NOBODY ?? 0);
  }
  program = npmStart(NOBODY);
  await program.says('ready: ');
  expect(program.output()).not.toContain('packages: ');
  expect(program.output()).not.toContain('build: ');
  expect(program.output()).toContain('practice centre: ');
  process.kill(nodePid(), 'SIGTERM');
  await program.ended;
  expect(program.output()).toContain('\nstopped\n');
  expect(folders.postgresOf(data)).toBe(null);
});

/** Everything below a folder but links, whose targets are files of the same folder. */
function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name));
}
