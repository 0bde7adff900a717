import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { problem } from '../contract/problem.ts';
import { Database } from '../store/database.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';
import { refusalAtTheDoor } from './guard.ts';

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => server.close());
beforeEach(async () => {
  await server.emptyCentre();
  server.operations = {};
  server.logged.length = 0;
});

describe('who is let in', () => {
  const publicUrl = 'https://ringback.example.com';
  const told = (host: string | undefined, origin?: string, method = 'POST') =>
    refusalAtTheDoor({ method, host, origin }, publicUrl)?.code ?? 'let in';

  test.each([
    '127.0.0.1:4080',
    '127.8.8.8',
    'localhost:4080',
    'LocalHost',
    '[::1]:4080',
    'ringback.example.com',
    'ringback.example.com:443',
  ])('a request to %s', (host) => {
    expect(told(host)).toBe('let in');
  });

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4080',
    'evil.example@localhost',
    '192.168.0.7:4080',
    '',
    undefined,
  ])('a request to %s is turned away: the name may be another one for this machine', (host) => {
    expect(told(host)).toBe('HOST_REFUSED');
    expect(told(host, undefined, 'GET')).toBe('HOST_REFUSED');
  });

  test.each([
    [undefined, 'let in'],
    ['http://127.0.0.1:4080', 'let in'],
    ['https://ringback.example.com', 'let in'],
    ['http://127.0.0.1:3000', 'ORIGIN_REFUSED'],
    ['http://localhost:4080', 'ORIGIN_REFUSED'],
    ['https://evil.example', 'ORIGIN_REFUSED'],
    ['null', 'ORIGIN_REFUSED'],
  ])('a change from a page of %s', (origin, expected) => {
    expect(told('127.0.0.1:4080', origin)).toBe(expected);
  });

  test('a foreign page changes nothing, and cannot read under its own name', async () => {
    let asked = 0;
    server.operations = {
      centreChanged: async () => {
        asked += 1;
        return Promise.resolve();
      },
    };
    const posted = await server.app.inject({
      method: 'PUT',
      url: '/api/v1/agents/desk-1/presence',
      headers: { origin: 'https://evil.example' },
      payload: { presence: 'offline' },
    });
    expect(posted.json()).toMatchObject({ code: 'ORIGIN_REFUSED', status: 403 });
    const read = await server.app.inject({ url: '/metrics', headers: { host: 'evil.example' } });
    expect(read.json()).toMatchObject({ code: 'HOST_REFUSED', status: 403 });
    expect(asked).toBe(0);
  });
});

describe('whatever goes wrong is a problem document', () => {
  const outcome = '/api/v1/callbacks/00000000-0000-4000-8000-000000000000/outcome';
  const json = { 'content-type': 'application/json' };

  test.each([
    ['an unknown address', { url: '/api/v2/callbacks' }, 'ROUTE_UNKNOWN'],
    ['a bent address', { url: '/api/v1/callbacks/%zz' }, 'REQUEST_INVALID'],
    ['another method', { method: 'DELETE', url: '/api/v1/callbacks' }, 'METHOD_NOT_ALLOWED'],
    [
      'broken JSON',
      { method: 'POST', url: outcome, headers: json, payload: '{"outcome":' },
      'BODY_UNREADABLE',
    ],
    [
      'a poisoned prototype',
      { method: 'POST', url: outcome, headers: json, payload: '{"__proto__":{"a":1}}' },
      'BODY_UNREADABLE',
    ],
    ['no JSON', { method: 'POST', url: outcome, headers: json, payload: '' }, 'BODY_UNREADABLE'],
    [
      'a form of a foreign page',
      {
        method: 'POST',
        url: outcome,
        headers: { 'content-type': 'text/plain' },
        payload: '{"outcome":"connected"}',
      },
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'a body beyond 1 MB',
      { method: 'POST', url: outcome, headers: json, payload: `"${'x'.repeat(1024 * 1024)}"` },
      'BODY_TOO_LARGE',
    ],
  ] as const)('%s', async (_, request, code) => {
    const response = await server.app.inject(request);
    expect(response.headers['content-type']).toBe('application/problem+json');
    const told = problem.parse(response.json());
    expect(told).toMatchObject({ code, status: response.statusCode });
    expect(told.type).toBe(`urn:ringback:problem:${code.toLowerCase().replaceAll('_', '-')}`);
    expect(server.logged).toEqual([]);
  });

  test('the methods that an address knows are told with it', async () => {
    const response = await server.app.inject({ method: 'PATCH', url: '/api/v1/agents/a/presence' });
    expect([response.statusCode, response.headers.allow]).toEqual([405, 'PUT']);
  });

  test('an error of ours is logged whole and told without its words', async () => {
    await server.admin.query(
      `insert into agent (tenant_id, id, name, pbx_id, endpoint)
       select tenant_id, id, 'desk-1', id, 'PJSIP/desk-1' from pbx`,
    );
    server.operations = {
      setPresence: async () => Promise.reject(new Error('the secret of +12025550123')),
    };
    const response = await server.app.inject({
      method: 'PUT',
      url: '/api/v1/agents/desk-1/presence',
      payload: { presence: 'away' },
    });
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: 'UNEXPECTED' });
    expect(response.body).not.toMatch(/secret|\+1202|\.ts/);
    expect(server.logged).toMatchObject([
      {
        level: 'error',
        message: 'a request failed unexpectedly',
        fields: { route: 'PUT /api/v1/agents/:name/presence' },
      },
    ]);
  });

  test('what is no HTTP at all is answered in the same form', async () => {
    const own = await openTestServer();
    const address = await own.app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.setEncoding('utf8').write('gibberish\r\n\r\n');
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    await own.close();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(problem.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).code).toBe(
      'REQUEST_INVALID',
    );
  });
});

describe('a database that is away', () => {
  test('is told as such, in lists, readiness and figures', async () => {
    // Nothing listens on port 1.
    const away = new Database({ url: 'postgres://ringback@127.0.0.1:1/ringback' });
    const own = await openTestServer({ database: away });
    const list = await own.app.inject('/api/v1/callbacks');
    const ready = await own.app.inject('/readyz');
    const figures = await own.app.inject('/metrics');
    const health = await own.app.inject('/healthz');
    await own.close();
    await away.close();
    expect(list.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE', status: 503 });
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({
      code: 'NOT_READY',
      detail: 'The database cannot be reached.',
    });
    expect(figures.body).toContain('ringback_database_up 0');
    expect(figures.body).not.toContain('ringback_callbacks{');
    expect(health.json()).toEqual({ status: 'ok' });
    expect(own.logged.map(({ level }) => level)).toEqual(['warn']);
  });
});
