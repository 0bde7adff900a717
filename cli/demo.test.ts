import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { id } from '../core/prelude/ids.ts';
import type { CallerOrder } from '../http/deps.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';
import { main } from './main.ts';

const INTERACTION = '00000000-0000-4000-8000-000000000001';

let server: TestServer;
let without: TestServer;
const urls = new Map<TestServer, string>();
let isThere = true;
let orders: CallerOrder[] = [];

beforeAll(async () => {
  server = await openTestServer({
    demo: {
      queues: ['support', 'sales'],
      isThere: () => isThere,
      reset: async () => {
        isThere = true;
        return Promise.resolve();
      },
      remove: async () => {
        const was = isThere;
        isThere = false;
        return Promise.resolve(was);
      },
      send: async (order) => {
        orders.push(order);
        return Promise.resolve({ number: '+12015550101', interactionId: id(INTERACTION) });
      },
    },
  });
  without = await openTestServer();
  for (const one of [server, without]) {
    urls.set(one, await one.app.listen({ host: '127.0.0.1', port: 0 }));
  }
});
afterAll(async () => {
  await server.close();
  await without.close();
});
beforeEach(() => {
  isThere = true;
  orders = [];
});

async function ringback(
  line: string,
  to = server,
): Promise<{ exitCode: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const exitCode = await main(['node', 'ringback', ...line.split(' ')], {
    environment: { RINGBACK_URL: urls.get(to) },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}

test('remove removes it once, and reset brings it back', async () => {
  expect(await ringback('demo remove')).toEqual({
    exitCode: 0,
    out: 'The practice centre is removed. Bring it back with: ringback demo reset\n',
    err: '',
  });
  expect(await ringback('demo remove')).toMatchObject({
    exitCode: 1,
    err: 'There is no practice centre here. Bring it with: ringback demo reset (DEMO_ABSENT)\n',
  });
  expect((await ringback('demo caller support')).err).toContain('DEMO_ABSENT');
  expect((await ringback('demo reset')).out).toContain('The practice centre begins anew');
});

test('status says whether what is seen is the practice centre', async () => {
  expect((await ringback('status')).out).toContain('A practice centre runs unseen behind yours.');
  isThere = false;
  expect((await ringback('status')).out).not.toContain('practice');
});

test.each([
  ['support', { presses: '1', afterSeconds: null, hangsUpAfterSeconds: null }],
  ['support --presses 1 --after 10s', { presses: '1', afterSeconds: 10 }],
  [
    'sales --presses # --after 2m --hangs-up-after 0.5',
    { presses: '#', afterSeconds: 120, hangsUpAfterSeconds: 0.5 },
  ],
  ['support --waits --hangs-up-after 30s', { presses: null, hangsUpAfterSeconds: 30 }],
  ['sales --waits --when-called busy', { presses: null, whenCalled: 'busy' }],
])('caller %s', async (words, order) => {
  const { out, err } = await ringback(`demo caller ${words}`);
  const [queue] = words.split(' ');
  expect(out).toContain(`+12015550101 calls ${String(queue)} (interaction ${INTERACTION}).`);
  expect(orders).toMatchObject([{ queue, whenCalled: 'answers', ...order }]);
  // This test server has no such caller: the command line does not look for them any longer.
  expect(err).toBe('');
});

test.each([
  ['support --after soon', /--after/],
  ['support --presses 12', /REQUEST_INVALID/],
  ['support --when-called asleep', /answers, busy, no-answer, rejects, voicemail/],
  ['complaints', /has the queues support, sales, and none named "complaints"\. \(QUEUE_UNKNOWN\)/],
])('caller %s is refused in words, and nobody calls', async (words, complaint) => {
  const { exitCode, err } = await ringback(`demo caller ${words}`);
  expect(exitCode).toBe(1);
  expect(err).toMatch(complaint);
  expect(orders).toEqual([]);
});

test('where there can be no practice centre, every command says why', async () => {
  for (const line of ['demo reset', 'demo remove', 'demo caller support']) {
    expect(await ringback(line, without)).toMatchObject({
      exitCode: 1,
      err: 'The practice centre runs only on the database that ships with Ringback; this node uses the one of DATABASE_URL. (DEMO_ABSENT)\n',
    });
  }
});
