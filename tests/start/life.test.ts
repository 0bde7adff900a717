import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { belongsTo, markOf } from '../../store/embedded/processes.ts';
import { eventually } from '../support/ringback-node.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, type Program, run, SERVE, start } from './programs.ts';

const folders = new Folders();
afterAll(async () => folders.clear());

let data = '';
let url = '';
let environment: Readonly<Record<string, string>> = {};
beforeEach(async () => {
  data = folders.dataFolder();
  const port = (await freeTcpPort()).toString();
  url = `http://127.0.0.1:${port}`;
  environment = { RINGBACK_DATA: data, RINGBACK_PORT: port };
});

async function ready(): Promise<Program> {
  const program = start(process.execPath, [SERVE], { environment });
  await program.says('ready: ');
  return program;
}

/** Something that a node must still know later. */
async function setUp(): Promise<void> {
  const weekly = [{ days: ['mo'], from: '09:00', to: '17:00' }];
  const body = JSON.stringify({ hours: [{ name: 'kept', timeZone: 'Europe/Berlin', weekly }] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/configuration`, { method: 'PUT', headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

async function isKept(): Promise<boolean> {
  return (await (await fetch(`${url}/api/v1/configuration`)).text()).includes('kept');
}

describe('from the first start to the last', () => {
  test('the first start tells in plain lines what it does, and Ctrl-C leaves nothing behind', async () => {
    const program = await ready();
    const mark = markOf(join(data, 'postgres/cluster'));
    const postgres = folders.postgresOf(data) ?? 0;
    expect(belongsTo(mark, postgres)).toBe(true);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    program.signalGroup('SIGINT');
    program.signal('SIGINT'); // npm passes on what the terminal has sent.
    expect(await program.ended).toBe(0);
    expect(program.output().replace(/\d+ steps/, 'n steps')).toBe(
      [
        `database: starting the embedded PostgreSQL in ${data}`,
        'schema: n steps applied',
        `ready: ${url}  (Ctrl-C stops it)`,
        'stopping: calls go on at the PBX (Ctrl-C again hurries)',
        'stopped\n',
      ].join('\n'),
    );
    // A dead process that the system has not collected yet has ended too.
    expect(belongsTo(mark, postgres)).toBe(false);
    expect(existsSync(join(data, 'instance.json'))).toBe(false);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s drains as Ctrl-C does', async (name) => {
    const program = await ready();
    program.signal(name);
    expect(await program.ended).toBe(0);
    expect(program.output()).toContain('\nstopped\n');
    expect(folders.postgresOf(data)).toBe(null);
  });

  test('a second start says what runs, where and since when, and harms nothing', async () => {
    const program = await ready();
    const second = await run(process.execPath, [SERVE], { environment });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(
      new RegExp(
        `^Ringback already runs with the data folder ${data}: process ${program.pid.toString()}, ${url}, since \\d{4}-[^\n]+\n$`,
      ),
    );
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('after kill -9 the next start takes the running database over and goes on', async () => {
    const killed = await ready();
    await setUp();
    const postgres = folders.postgresOf(data);
    killed.signal('SIGKILL');
    await killed.ended;
    const next = await ready();
    expect(next.output()).toContain(
      `took over the running PostgreSQL (process ${String(postgres)})`,
    );
    expect(next.output()).toContain('schema: up to date');
    expect(await isKept()).toBe(true);
    next.signal('SIGTERM');
    expect(await next.ended).toBe(0);
    expect(folders.postgresOf(data)).toBe(null);
  });

  test('after kill -9 of the database the node lives, and the database comes back with all it knew', async () => {
    const program = await ready();
    await setUp();
    process.kill(folders.postgresOf(data) ?? 0, 'SIGKILL');
    await program.says('database: PostgreSQL is back');
    await eventually('the node is ready again', async () =>
      (await fetch(`${url}/readyz`)).ok ? true : null,
    );
    expect(await isKept()).toBe(true);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.output()).not.toContain('    at ');
  });

  test('a reader of its lines that goes away does not end it', async () => {
    const program = await ready();
    program.stopReading();
    process.kill(folders.postgresOf(data) ?? 0, 'SIGKILL'); // Makes it say something on both outputs.
    await eventually('the database is back', () => folders.postgresOf(data));
    await eventually('the node is ready again', async () =>
      (await fetch(`${url}/readyz`)).ok ? true : null,
    );
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});
