import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id } from '../core/prelude/ids.ts';
import { done, refused } from '../core/prelude/refusal.ts';
import { epochMs } from '../core/prelude/time.ts';
import type { RequestsOutcome } from '../engine/requests.ts';
import type { CentreRows } from '../tests/support/centre-rows.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';
import { baseUrlFrom } from './client.ts';
import { main } from './main.ts';

let server: TestServer;
let rows: CentreRows;
let url: string;
let folder: string;
let problemOfPbx: string | null;

beforeAll(async () => {
  server = await openTestServer({
    checkPbx: async () =>
      Promise.resolve([
        { what: 'ARI', ok: true, problem: null, remedy: [] },
        {
          what: 'dialplan',
          ok: problemOfPbx === null,
          problem: problemOfPbx,
          remedy: [{ file: 'extensions.conf', lines: ['#include "ringback.conf"', 'same => n'] }],
        },
      ]),
  });
  url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'ringback-cli-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});
beforeEach(async () => {
  rows = await server.emptyCentre();
  server.operations = {};
  problemOfPbx = null;
});

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line against the test server. */
async function ringback(line: string, environment: Record<string, string> = {}): Promise<Run> {
  let [out, err] = ['', ''];
  const exitCode = await main(['node', 'ringback', ...line.split(' ')], {
    environment: { RINGBACK_URL: url, ...environment },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

/** The words of a table, a row each. */
function cells(out: string): readonly (readonly string[])[] {
  return out.split('\n').map((line) => line.split(/ {2,}/));
}

describe('ringback callback', () => {
  test('create asks for one, and says what came of it', async () => {
    const { id: callbackId } = await rows.callback({ number: '+12025550123' });
    const asked: unknown[] = [];
    const behaviours: unknown[] = [];
    server.operations = {
      requestCallbacks: async (_, requests, key) => {
        asked.push(requests[0]?.at, key?.key);
        behaviours.push(requests[0]?.behaviour);
        const how = asked.length > 2 ? 'open-before' : 'created';
        const answers = [{ callbackId: id<'callback'>(callbackId), how, judged: null } as const];
        return Promise.resolve({ kind: 'done', answers });
      },
    };
    const create = 'callback create --queue support --number +12025550123';
    const first = await ringback(
      `${create} --at 2027-03-04T15:00 --time-zone America/New_York --key k1`,
    );
    expect(first).toMatchObject({ exitCode: 0, err: '' });
    expect(first.out).toBe(`Created callback ${callbackId}: waiting, at position 1 of its line.\n`);
    expect((await ringback(create)).out).toMatch(
      /^The number has an open callback .*\nIt is callback /,
    );
    const wall = { kind: 'wall', time: '2027-03-04T15:00', timeZone: 'America/New_York' };
    expect(asked).toEqual([wall, 'k1', null, undefined]);
    await ringback(`${create} --attempts 2 --retry-after PT15M --caller-id +12025550110`);
    expect(behaviours.at(-1)).toMatchObject({
      attemptsMax: 2,
      retryAfterSeconds: { busy: 900 },
      callerId: '+12025550110',
    });
  });

  test('import asks for all of a file, and tells each mistake at its cell', async () => {
    const { id: callbackId } = await rows.callback({ number: '+12025550123' });
    const answer = {
      callbackId: id<'callback'>(callbackId),
      how: 'created',
      judged: null,
    } as const;
    let outcome: RequestsOutcome = { kind: 'done', answers: [answer, answer] };
    server.operations = { requestCallbacks: async () => Promise.resolve(outcome) };
    const file = join(folder, 'customers.csv');
    writeFileSync(file, 'number,queue\n+12025550123,support\n+12025550124,sales\n');
    const done = await ringback(`callback import ${file}`);
    expect(done).toEqual({
      exitCode: 0,
      out: '2 created, 0 had an open callback already.\n',
      err: '',
    });
    const mistake = {
      index: 1,
      field: 'queue',
      found: '"sales"',
      allowed: 'one of support',
    } as const;
    outcome = { kind: 'mistakes', mistakes: [mistake] };
    const refusedFile = await ringback(`callback import ${file}`);
    expect(refusedFile).toMatchObject({ exitCode: 1, out: '' });
    expect(refusedFile.err).toContain(
      'customers.csv:3:14 queue: found "sales", allowed one of support\n',
    );
    expect(refusedFile.err).toContain('customers.csv has 1 mistake; nothing has been imported.\n');
    writeFileSync(file, 'number,queue\nnone,support\n');
    expect((await ringback(`callback import ${file}`)).err).toContain(
      'customers.csv:2:1 number: found "none"',
    );
    expect(await ringback('callback import nowhere.csv')).toMatchObject({ exitCode: 1 });
  });

  test('list shows what stands where, and how to go on', async () => {
    const callback = await rows.callback({ number: '+12025550123' });
    await rows.callback({ state: 'completed', requestedAt: '2027-03-01T08:00:00Z' });
    const first = await ringback('callback list --limit 1');
    expect(first).toMatchObject({ exitCode: 0, err: '' });
    expect(cells(first.out)[1]).toEqual([
      callback.id,
      'support',
      '+12025550123',
      'waiting',
      '1',
      '-',
      '0 of 3',
      '2027-03-01T09:00:00Z',
    ]);
    const cursor = /--cursor (\S+)/.exec(first.out)?.[1] ?? '';
    const second = await ringback(`callback list --cursor ${cursor}`);
    expect(second.out).toContain('completed');
    expect(second.out).not.toContain('More');
  });

  test('list passes every filter on', async () => {
    const callback = await rows.callback({ number: '+12025550123' });
    await rows.callback({ state: 'completed' });
    await rows.callback({ state: 'retry-wait' });
    const found = await ringback(
      'callback list --state waiting --state completed --queue support --number +12025550123 --json',
    );
    expect(JSON.parse(found.out)).toMatchObject({ items: [{ id: callback.id }], nextCursor: null });
    expect(
      (await ringback('callback list --state waiting completed')).out.split('\n'),
    ).toHaveLength(4);
    expect((await ringback('callback list --state expired')).out).toBe('No callbacks.\n');
    expect(await ringback('callback list --queue sales')).toMatchObject({
      exitCode: 1,
      err: 'There is no queue named "sales". (QUEUE_UNKNOWN)\n',
    });
  });

  test('show tells a callback with its attempts', async () => {
    const callback = await rows.callback({ state: 'exhausted' });
    await rows.attempt(callback, { outcome: 'busy' });
    await rows.ticket(callback, 'exhausted');
    const { out } = await ringback(`callback show ${callback.id}`);
    expect(out).toMatch(/^State +exhausted$/m);
    expect(out).toMatch(/^Ticket +\S+, exhausted$/m);
    expect(out).toMatch(/ended +busy +2027-03-01T09:00:00Z/);
    const json = await ringback(`--json callback show ${callback.id}`);
    expect(JSON.parse(json.out)).toMatchObject({
      id: callback.id,
      attempts: [{ outcome: 'busy' }],
    });
  });

  test('explain says why and until when', async () => {
    const until = epochMs(1_800_000_000_000);
    server.operations = {
      explainCallback: async () =>
        Promise.resolve(
          done({
            state: 'retry-wait',
            reasons: [{ code: 'retry-later', text: 'The customer was busy.', until }],
            agents: [
              {
                agentId: id<'agent'>('1'),
                name: 'desk-1',
                mayBeAsked: false,
                reasons: [{ code: 'agent-away', text: 'Is away.', until: null }],
              },
            ],
          }),
        ),
    };
    const { out } = await ringback('callback explain 00000000-0000-4000-8000-000000000000');
    expect(out).toBe(
      'The callback is retry-wait.\nThe customer was busy. At the latest at 2027-01-15T08:00:00Z.\ndesk-1: Is away.\n',
    );
  });

  test('caller explain says whether a caller is offered a callback, and why not', async () => {
    server.operations = {
      explainCaller: async (_, caller) =>
        Promise.resolve(
          'number' in caller
            ? done({
                interactionId: id<'interaction'>('2'),
                offered: false,
                reasons: [{ code: 'already-in-line', text: 'One is open.', until: null }],
              })
            : refused('INTERACTION_UNKNOWN', 'It is unknown.'),
        ),
    };
    expect(await ringback('caller explain +12025550001')).toEqual({
      exitCode: 0,
      out: 'The caller is not offered a callback.\nOne is open.\n',
      err: '',
    });
    expect(await ringback('caller explain 00000000-0000-4000-8000-000000000000')).toMatchObject({
      exitCode: 1,
      err: 'It is unknown. (INTERACTION_UNKNOWN)\n',
    });
    const mistyped = await ringback('caller explain 12025550001');
    expect(mistyped.exitCode).toBe(1);
    expect(mistyped.err).toContain(
      'path.caller: found "120…01", allowed the id of an interaction, a UUID, or the number',
    );
  });

  test('cancel and outcome do it or say why not', async () => {
    const callback = await rows.callback({ state: 'dialing' });
    server.operations = {
      cancelCallback: async () =>
        Promise.resolve(refused('CALLBACK_PAST_RECALL', 'The customer is being called.')),
      noteOutcome: async () => Promise.resolve(done(null)),
    };
    expect(await ringback(`callback cancel ${callback.id}`)).toEqual({
      exitCode: 1,
      out: '',
      err: 'The customer is being called. (CALLBACK_PAST_RECALL)\n',
    });
    const json = await ringback(`callback cancel ${callback.id} --json`);
    expect(JSON.parse(json.out)).toMatchObject({ code: 'CALLBACK_PAST_RECALL', status: 409 });
    expect(json.exitCode).toBe(1);
    expect((await ringback(`callback outcome ${callback.id} voicemail`)).out).toBe(
      'Noted: voicemail. The callback is dialing.\n',
    );
    const mistyped = await ringback(`callback outcome ${callback.id} busy`);
    expect(mistyped.exitCode).toBe(1);
    expect(mistyped.err).toContain('Allowed choices are connected, voicemail.');
  });
});

describe('ringback agent', () => {
  test('list and set speak of agents by name', async () => {
    const agentId = await rows.agent('desk-1', 'available');
    const asked: unknown[] = [];
    server.operations = {
      setPresence: async (...given) => {
        asked.push(given.slice(1));
        return Promise.resolve(done(null));
      },
    };
    expect((await ringback('agent list')).out).toMatch(/^desk-1 +available +idle +unknown +yes/m);
    expect(await ringback('agent set desk-1 available')).toEqual({
      exitCode: 0,
      out: 'desk-1 is available.\n',
      err: '',
    });
    expect(asked).toEqual([[agentId, 'available']]);
    expect(await ringback('agent set desk-9 available')).toMatchObject({
      exitCode: 1,
      err: 'There is no agent named "desk-9". (AGENT_UNKNOWN)\n',
    });
  });
});

describe('ringback status', () => {
  test('is one look at queues, agents and PBXs', async () => {
    await rows.agent('desk-1', 'available');
    await rows.call('2027-03-01T09:55:00Z', 'waiting');
    const { out } = await ringback('status');
    expect(out).toMatch(/^Ringback 0\.1\.0, node node-1$/m);
    expect(out).toMatch(/^support +1 +0 +0 +5 min +1 of 1 available$/m);
    expect(out).toMatch(/^desk-1 /m);
    expect(out).toMatch(/^main +ready +-$/m);
  });

  test('a name cannot steer the terminal', async () => {
    server.status = { node: 'a\u001b[2Jb', pbxs: [] };
    const { out } = await ringback('status');
    server.status = { node: 'node-1', pbxs: [{ name: 'main', state: 'ready', problem: null }] };
    expect(out).toContain('node a [2Jb');
  });
});

describe('ringback report', () => {
  test('prints each figure with what it is measured against', async () => {
    const callback = await rows.callback({ state: 'completed' });
    await rows.attempt(callback, { outcome: 'connected' });
    const period = '--from 2027-03-01T00:00:00Z --to 2027-03-02T00:00:00Z';
    const { exitCode, out } = await ringback(`report ${period} --queue support`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^support, from 2027-03-01T00:00:00Z to 2027-03-02T00:00:00Z$/m);
    expect(out).toMatch(
      /^reconnect-rate +100\.0 % +1 +callbacks in which customer and agent talked/m,
    );
    expect(out).toMatch(/^lost +0 +- +open callbacks without a next step; must be zero$/m);
  });

  test('a time that is none is refused', async () => {
    const { exitCode, err } = await ringback('report --to yesterday');
    expect(exitCode).toBe(1);
    expect(err).toContain('query.to');
  });
});

describe('ringback pbx check', () => {
  test('says what is missing, prints the lines to add, and fails', async () => {
    problemOfPbx = 'the include is missing';
    const { exitCode, out } = await ringback('pbx check main');
    expect(exitCode).toBe(1);
    expect(out.split('\n')).toEqual([
      'ok       ARI',
      'MISSING  dialplan: the include is missing',
      '         Add to extensions.conf:',
      '             #include "ringback.conf"',
      '             same => n',
      'PBX main lacks 1 of 2 things.',
      '',
    ]);
    expect((await ringback('pbx check main --json')).exitCode).toBe(1);
  });

  test('succeeds when nothing is missing', async () => {
    expect(await ringback('pbx check main')).toMatchObject({
      exitCode: 0,
      out: 'ok       ARI\nok       dialplan\nPBX main has everything that Ringback needs.\n',
    });
  });
});

describe('ringback apply and export', () => {
  test('reach the server, and answer as JSON where programs ask', async () => {
    const file = join(folder, 'centre.yaml');
    writeFileSync(file, 'pbxs:\n  - { name: main, driver: sandbox }\n');
    const dry = await ringback(`apply ${file} --dry-run --json`);
    expect(JSON.parse(dry.out)).toMatchObject({
      applied: false,
      changes: [{ kind: 'queue', name: 'support', change: 'removed' }],
    });
    expect(await ringback(`apply ${file}`)).toMatchObject({ exitCode: 0, err: '' });
    const exported = await ringback('export');
    expect(exported.out).toMatch(/^pbxs:\n {2}- name: main\n {4}driver: sandbox\n/m);
    expect(JSON.parse((await ringback('export --json')).out)).toMatchObject({
      pbxs: [{ name: 'main' }],
    });
    writeFileSync(file, exported.out);
    expect((await ringback(`apply ${file}`)).out).toBe('Nothing to change.\n');
  });
});

describe('a command line that leads nowhere', () => {
  test('says where no Ringback answers and how to start one', async () => {
    expect(await ringback('status', { RINGBACK_URL: 'http://127.0.0.1:1/' })).toEqual({
      exitCode: 1,
      out: '',
      err: 'Ringback does not answer at http://127.0.0.1:1; start it with npm start.\n',
    });
  });

  test('tells when something else answers', async () => {
    const other: Server = createServer((_, response) => response.end('<p>It works!'));
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode, err } = await ringback(
      `--url http://127.0.0.1:${port.toString()} agent list`,
    );
    other.close();
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^What answers at http:\/\/127\.0\.0\.1:\d+ is no Ringback/);
  });

  test('a mistyped command fails with a hint', async () => {
    const { exitCode, err } = await ringback('callback lst');
    expect(exitCode).toBe(1);
    expect(err).toContain('Did you mean list?');
  });

  test('help is no failure and names what every command takes', async () => {
    const { exitCode, out } = await ringback('callback list --help');
    expect(exitCode).toBe(0);
    expect(out).toContain('--json');
  });
});

describe('the server is found', () => {
  test('by its URL, else by what runs on the data folder, else at the usual address', () => {
    const file = join(folder, 'instance.json');
    const environment = { RINGBACK_DATA: folder };
    expect(baseUrlFrom(environment)).toBe('http://127.0.0.1:4080');
    writeFileSync(file, '{"pid":1,"address":"http://127.0.0.1:4999","startedAt":"x"}\n');
    expect(baseUrlFrom(environment)).toBe('http://127.0.0.1:4999');
    expect(baseUrlFrom({ ...environment, RINGBACK_URL: 'http://[::1]:1' })).toBe('http://[::1]:1');
    writeFileSync(file, '');
    expect(baseUrlFrom(environment)).toBe('http://127.0.0.1:4080');
  });
});
