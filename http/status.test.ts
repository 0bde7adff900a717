import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { done, refused } from '../core/prelude/refusal.ts';
import type { CentreRows } from '../tests/support/centre-rows.ts';
import { NOW, openTestServer, type TestServer } from '../tests/support/server.ts';
import type { PbxFinding } from './deps.ts';

const FINDINGS: readonly PbxFinding[] = [
  { what: 'ARI', ok: true, problem: null, remedy: [] },
  {
    what: 'dialplan',
    ok: false,
    problem: 'The include is missing.',
    remedy: [{ file: 'extensions.conf', lines: ['#include ringback.conf'] }],
  },
];

let server: TestServer;
let rows: CentreRows;

beforeAll(async () => {
  server = await openTestServer({
    checkPbx: async (name) => Promise.resolve(name === 'main' ? FINDINGS : null),
  });
});
afterAll(async () => server.close());
beforeEach(async () => {
  rows = await server.emptyCentre();
  server.operations = {};
  server.status = { node: 'node-1', pbxs: [{ name: 'main', state: 'ready', problem: null }] };
});

/** The body of a successful answer. */
async function read(url: string): Promise<unknown> {
  const response = await server.app.inject(url);
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}

describe('queues', () => {
  test('those who wait and those who serve are counted', async () => {
    await rows.call('2027-03-01T09:30:00Z', 'waiting');
    await rows.call('2027-03-01T09:20:00Z', 'offered');
    await rows.callback({ enteredAt: '2027-03-01T09:45:00Z' });
    await rows.callback({ state: 'connected', enteredAt: '2027-03-01T09:00:00Z' });
    const parked = await rows.callback({ state: 'retry-wait', enteredAt: '2027-03-01T08:00:00Z' });
    await rows.parked(parked, 'retry', '2027-03-01T11:00:00Z');
    await rows.agent('desk-1', 'available');
    await rows.agent('desk-2', 'away');
    expect(await read('/api/v1/queues')).toEqual({
      items: [
        {
          name: 'support',
          number: '+12025550110',
          pbx: 'main',
          waitingCalls: 2,
          waitingCallbacks: { inLine: 1, parked: 1 },
          longestWaitSeconds: 2400,
          agents: { serving: 2, available: 1 },
        },
      ],
    });
  });

  test('an empty queue has no longest wait', async () => {
    expect(await read('/api/v1/queues')).toMatchObject({
      items: [{ waitingCalls: 0, longestWaitSeconds: null, agents: { serving: 0 } }],
    });
  });
});

describe('agents', () => {
  test('are listed by name with what they are doing', async () => {
    await rows.agent('desk-2', 'away');
    await rows.agent('desk-1', 'available');
    expect(await read('/api/v1/agents')).toMatchObject({
      items: [
        {
          name: 'desk-1',
          endpoint: 'PJSIP/desk-1',
          pbx: 'main',
          queues: ['support'],
          presence: 'available',
          occupation: 'idle',
          device: 'unknown',
          available: true,
          idleSince: '2027-03-01T08:00:00.000Z',
        },
        { name: 'desk-2', available: false },
      ],
    });
  });

  const put = async (name: string, presence: string) =>
    server.app.inject({
      method: 'PUT',
      url: `/api/v1/agents/${name}/presence`,
      payload: { presence },
    });

  test('setting the presence asks the engine for that agent', async () => {
    const agentId = await rows.agent('desk-1', 'offline');
    const asked: unknown[] = [];
    server.operations = {
      setPresence: async (_, ...rest) => {
        asked.push(rest);
        return Promise.resolve(done(null));
      },
    };
    expect((await put('desk-1', 'available')).json()).toMatchObject({ name: 'desk-1' });
    expect(asked).toEqual([[agentId, 'available']]);
  });

  test('an unknown agent or presence is refused', async () => {
    await rows.agent('desk-1', 'offline');
    expect((await put('desk-9', 'available')).json()).toMatchObject({
      code: 'AGENT_UNKNOWN',
      detail: 'There is no agent named "desk-9".',
    });
    expect((await put('desk-1', 'asleep')).json()).toMatchObject({
      code: 'REQUEST_INVALID',
      mistakes: [{ path: 'body.presence' }],
    });
    server.operations = {
      setPresence: async () => Promise.resolve(refused('AGENT_UNKNOWN', 'Gone meanwhile.')),
    };
    expect((await put('desk-1', 'away')).statusCode).toBe(404);
  });
});

describe('a PBX', () => {
  test('is checked by name, and what helps is told', async () => {
    const found = await server.app.inject({ method: 'POST', url: '/api/v1/pbxs/main/check' });
    expect(found.json()).toEqual({ pbx: 'main', findings: FINDINGS });
    const none = await server.app.inject({ method: 'POST', url: '/api/v1/pbxs/other/check' });
    expect(none.json()).toMatchObject({ code: 'PBX_UNKNOWN', status: 404 });
  });
});

describe('readiness', () => {
  test('a PBX that another node holds is as good as one of our own', async () => {
    server.status = { node: 'node-2', pbxs: [{ name: 'main', state: 'elsewhere', problem: null }] };
    expect(await read('/readyz')).toEqual({ status: 'ready' });
  });

  test('what stands between this node and a call is said in words', async () => {
    server.status = {
      node: 'node-1',
      pbxs: [
        { name: 'main', state: 'failed', problem: 'the password was refused' },
        { name: 'branch', state: 'connecting', problem: null },
      ],
    };
    const response = await server.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({
      code: 'NOT_READY',
      detail:
        'PBX main is not ready: the password was refused. PBX branch is not ready: it is connecting.',
    });
  });
});

describe('status', () => {
  test('queues, agents and PBXs are told in one answer', async () => {
    await rows.agent('desk-1', 'available');
    expect(await read('/api/v1/status')).toMatchObject({
      version: '0.1.0',
      node: 'node-1',
      at: NOW,
      queues: [{ name: 'support' }],
      agents: [{ name: 'desk-1' }],
      pbxs: [{ name: 'main', state: 'ready', problem: null }],
    });
  });
});

describe('figures for Prometheus', () => {
  test('are those of the database at this moment, twice in a row', async () => {
    const callback = await rows.callback({ state: 'retry-wait' });
    await rows.attempt(callback, { outcome: 'busy' });
    await rows.call('2027-03-01T09:30:00Z', 'waiting');
    await server.app.inject('/metrics');
    const response = await server.app.inject('/metrics');
    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'ringback_node_info{node="node-1",version="0.1.0"} 1',
      'ringback_database_up 1',
      'ringback_pbx_ready{pbx="main"} 1',
      'ringback_callbacks{state="retry-wait"} 1',
      'ringback_callbacks{state="waiting"} 0',
      'ringback_waiting_calls{queue="support"} 1',
      'ringback_attempts_total{outcome="busy"} 1',
    ]) {
      expect(response.body.split('\n')).toContain(line);
    }
  });
});
