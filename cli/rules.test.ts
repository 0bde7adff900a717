import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id } from '../core/prelude/ids.ts';
import { done } from '../core/prelude/refusal.ts';
import type { MissedReport } from '../engine/missed-calls.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';
import { main } from './main.ts';

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await openTestServer();
  url = await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  await server.emptyCentre();
  server.operations = {};
});

async function ringback(...words: readonly string[]): Promise<{ exitCode: number; out: string }> {
  let out = '';
  const tell = (text: string): void => {
    out += text;
  };
  const io = { environment: { RINGBACK_URL: url }, out: tell, err: tell };
  return { exitCode: await main(['node', 'ringback', ...words], io), out };
}

/** Sets up two queues, of which one has made a rule. */
async function setUp(): Promise<void> {
  const centre = {
    pbxs: [{ name: 'main', driver: 'sandbox' }],
    queues: [{ name: 'sales', callback: { enabled: false } }, { name: 'support' }],
    profiles: [{ name: 'patient', ringCustomer: 'PT45S', callerId: '+12025550110' }],
    rules: [{ name: 'lost', type: 'abandoned', source: 'support', profile: 'patient' }],
  };
  const answer = await fetch(`${url}/api/v1/configuration`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(centre),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

describe('ringback rules', () => {
  test('S0.6: lists the rules that were made and those that queues make by themselves, with their state', async () => {
    await setUp();
    const { out } = await ringback('rules');
    const lines = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines.slice(1, 4)).toEqual([
      ['sales (its own settings)', 'queue-callback', 'sales', '-', 'off (queue)', 'PT0S', '3', '-'],
      [
        'support (its own settings)',
        'queue-callback',
        'support',
        '-',
        'in force',
        'PT0S',
        '3',
        '-',
      ],
      ['lost', 'abandoned', 'support', '-', 'in force', 'PT1M', '1', 'patient'],
    ]);
  });

  test('of one queue it shows every value and who says it', async () => {
    await setUp();
    const { out } = await ringback('rules', '--queue', 'support');
    expect(out).toMatch(/^Rule +lost$/m);
    expect(out).toMatch(/^attempts +1 +type$/m);
    expect(out).toMatch(/^ringCustomer +PT45S +profile$/m);
    expect(out).toMatch(/^callerId +\+12025550110 +profile$/m);
    expect(out).toMatch(/^retryAfter\.busy +PT5M +queue$/m);
    expect(out).not.toContain('sales');
  });

  test('a queue that is not there is refused', async () => {
    const { exitCode, out } = await ringback('rules', '--queue', 'nowhere');
    expect({ exitCode, out }).toEqual({
      exitCode: 1,
      out: 'There is no queue named "nowhere". (QUEUE_UNKNOWN)\n',
    });
  });
});

describe('ringback missed', () => {
  test('tells of the call and says what came of it', async () => {
    const asked: MissedReport[] = [];
    server.operations = {
      reportMissedCall: async (_, report) => {
        asked.push(report);
        const callbackId = id<'callback'>('c-1');
        return Promise.resolve(done({ callbackId, obstacle: null, isRepeated: asked.length > 1 }));
      },
    };
    const words = ['missed', '+12025550123', '--id', 'call-1', '--dialled', '+12025550120'];
    const first = await ringback(...words, '--at', '2027-03-01T09:30:00Z');
    expect(first.out).toBe('It is followed up by callback c-1.\n');
    expect(asked[0]).toMatchObject({ externalId: 'call-1', calledAt: Date.UTC(2027, 2, 1, 9, 30) });
    expect((await ringback(...words)).out).toContain('This call was told before.');
  });

  test('says why a call is not followed up', async () => {
    server.operations = {
      reportMissedCall: async () =>
        Promise.resolve(
          done({
            callbackId: null,
            obstacle: { code: 'too-old', text: 'The call lies too far back to be followed up.' },
            isRepeated: false,
          }),
        ),
    };
    const { out } = await ringback('missed', 'withheld', '--id', 'call-2', '--queue', 'support');
    expect(out).toBe('It is not followed up: The call lies too far back to be followed up.\n');
  });

  test('either the number that was called or the queue is given, and not both', async () => {
    const words = ['missed', '+12025550123', '--id', 'call-1'];
    for (const extra of [[], ['--queue', 'support', '--dialled', '+12025550120']]) {
      const { exitCode, out } = await ringback(...words, ...extra);
      expect(exitCode).toBe(1);
      expect(out).toContain('either `dialled` or `queue`, and not both');
    }
  });
});
