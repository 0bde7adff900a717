import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type CallbackView, callbackView, listCallbacks } from '../contract/callbacks.ts';
import { id } from '../core/prelude/ids.ts';
import { done, refused } from '../core/prelude/refusal.ts';
import { epochMs } from '../core/prelude/time.ts';
import type { CentreRows } from '../tests/support/centre-rows.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';

let server: TestServer;
let rows: CentreRows;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => server.close());
beforeEach(async () => {
  rows = await server.emptyCentre();
  server.operations = {};
});

async function list(query: string): Promise<{ items: CallbackView[]; nextCursor: string | null }> {
  const response = await server.app.inject(`/api/v1/callbacks${query}`);
  expect(response.statusCode, response.body).toBe(200);
  return listCallbacks.replies[200].parse(response.json());
}

async function show(id: string): Promise<CallbackView> {
  const response = await server.app.inject(`/api/v1/callbacks/${id}`);
  expect(response.statusCode, response.body).toBe(200);
  return callbackView.parse(response.json());
}

/** The code of the problem that answers. */
async function codeOf(method: 'GET' | 'POST', url: string, payload?: object): Promise<string> {
  const body = payload === undefined ? {} : { payload };
  const response = await server.app.inject({ method, url, ...body });
  const told = z.object({ code: z.string(), status: z.int() }).parse(response.json());
  expect(told.status).toBe(response.statusCode);
  return told.code;
}

describe('showing a callback', () => {
  test('everything that is known is told in the words of the contract', async () => {
    const callback = await rows.callback({
      number: '+12025550123',
      state: 'exhausted',
      requestedAt: '2027-03-01T09:00:00Z',
      enteredAt: '2027-03-01T08:55:00Z',
      endedAt: '2027-03-01T09:40:00Z',
    });
    await rows.attempt(callback, { outcome: 'busy', startedAt: '2027-03-01T09:10:00Z' });
    await rows.attempt(callback, { outcome: 'no-answer', startedAt: '2027-03-01T09:05:00Z' });
    await rows.ticket(callback, 'exhausted');
    const shown = await show(callback.id);
    expect(shown).toEqual({
      id: callback.id,
      interactionId: callback.interactionId,
      queue: 'support',
      number: '+12025550123',
      state: 'exhausted',
      origin: 'queue-offer',
      strategy: 'agent-first',
      requestedAt: '2027-03-01T09:00:00.000Z',
      chosenTime: null,
      customerTimeZone: null,
      firstEnteredAt: '2027-03-01T08:55:00.000Z',
      enteredAt: '2027-03-01T08:55:00.000Z',
      grossWaitSeconds: 2700,
      netWaitSeconds: 2700,
      position: null,
      dueAt: null,
      attempts: [
        expect.objectContaining({ outcome: 'no-answer', state: 'ended' }),
        expect.objectContaining({ outcome: 'busy', startedAt: '2027-03-01T09:10:00.000Z' }),
      ],
      attemptsUsed: 0,
      attemptsMax: 3,
      ticket: { id: shown.ticket?.id, reason: 'exhausted' },
      endedAt: '2027-03-01T09:40:00.000Z',
    });
  });

  test('callers on the phone count in the position, those who are out of the line do not', async () => {
    await rows.call('2027-03-01T08:00:00Z', 'waiting');
    await rows.call('2027-03-01T08:01:00Z', 'offered');
    const parked = await rows.callback({
      state: 'retry-wait',
      enteredAt: '2027-03-01T08:02:00Z',
    });
    await rows.parked(parked, 'retry', '2027-03-01T10:30:00Z');
    const second = await rows.callback({ enteredAt: '2027-03-01T08:03:00Z' });
    expect(await show(second.id)).toMatchObject({ position: 2, dueAt: null });
    expect(await show(parked.id)).toMatchObject({
      position: null,
      dueAt: '2027-03-01T10:30:00.000Z',
    });
  });

  test.each([
    ['intent', 'preparing'],
    ['dialing', 'dialing'],
    ['in-doubt', 'in-doubt'],
    ['cancelling', 'ending'],
    ['connected', 'connected'],
    ['talked', 'wrapping-up'],
  ])('an attempt that is %s inside is %s outside', async (state, shown) => {
    const callback = await rows.callback({ state: 'dialing' });
    await rows.attempt(callback, { state });
    expect((await show(callback.id)).attempts).toMatchObject([{ state: shown, outcome: null }]);
  });

  test('an id that names nothing, or is no id, is told apart', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await codeOf('GET', `/api/v1/callbacks/${unknown}`)).toBe('CALLBACK_UNKNOWN');
    expect(await codeOf('GET', '/api/v1/callbacks/seven')).toBe('REQUEST_INVALID');
  });
});

describe('listing callbacks', () => {
  test('pages put together are the whole list, even where many were requested in one microsecond', async () => {
    const made = new Set<string>();
    for (const at of ['09:00:00.000001', '09:00:00.000002', '09:00:00.000002', '09:00:00.000002']) {
      made.add((await rows.callback({ requestedAt: `2027-03-01T${at}Z` })).id);
    }
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`?limit=1${cursor}`);
      expect(page.items).toHaveLength(1);
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen)).toEqual(made);
    expect((await list('')).items.map(({ id }) => id)).toEqual(seen);
  });

  test('filters for state, queue and number narrow the list', async () => {
    const waiting = await rows.callback({ number: '+12025550101' });
    const retrying = await rows.callback({ number: '+12025550102', state: 'retry-wait' });
    await rows.callback({ number: '+12025550102', state: 'completed' });
    const ids = async (query: string): Promise<string[]> =>
      (await list(query)).items.map(({ id }) => id);
    expect(await ids('?state=waiting')).toEqual([waiting.id]);
    expect(new Set(await ids('?state=waiting&state=retry-wait'))).toEqual(
      new Set([waiting.id, retrying.id]),
    );
    expect(await ids('?number=%2B12025550102&state=retry-wait')).toEqual([retrying.id]);
    expect(await ids('?queue=support')).toHaveLength(3);
    expect(await codeOf('GET', '/api/v1/callbacks?queue=sales')).toBe('QUEUE_UNKNOWN');
  });

  test.each([
    ['?limit=0', 'query.limit'],
    ['?limit=201', 'query.limit'],
    ['?limit=ten', 'query.limit'],
    ['?state=asleep', 'query.state'],
    ['?number=12025550101', 'query.number'],
    ['?cursor=bm9uZQ', 'query.cursor'],
    ['?sate=waiting', 'query.sate'],
  ])('%s is refused and the mistake is named', async (query, path) => {
    const response = await server.app.inject(`/api/v1/callbacks${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'REQUEST_INVALID', mistakes: [{ path }] });
  });
});

describe('what can be done with a callback', () => {
  test('cancelling asks the engine and shows what came of it', async () => {
    const callback = await rows.callback({ state: 'cancelled' });
    const asked: string[] = [];
    server.operations = {
      cancelCallback: async (_, callbackId) => {
        asked.push(callbackId);
        return Promise.resolve(done(null));
      },
    };
    const url = `/api/v1/callbacks/${callback.id}/cancel`;
    const response = await server.app.inject({ method: 'POST', url });
    expect(response.json()).toMatchObject({ id: callback.id, state: 'cancelled' });
    expect(asked).toEqual([callback.id]);
  });

  test('a refusal of the engine reaches the asker with its code and sentence', async () => {
    const callback = await rows.callback({ state: 'dialing' });
    const detail = 'The customer is being called.';
    server.operations = {
      cancelCallback: async () => Promise.resolve(refused('CALLBACK_PAST_RECALL', detail)),
    };
    const url = `/api/v1/callbacks/${callback.id}/cancel`;
    const response = await server.app.inject({ method: 'POST', url });
    expect(response.statusCode).toBe(409);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'CALLBACK_PAST_RECALL', detail, status: 409 });
  });

  test('only an outcome that an agent may note is passed on', async () => {
    const callback = await rows.callback({ state: 'wrapping-up' });
    const noted: string[] = [];
    server.operations = {
      noteOutcome: async (_, __, outcome) => {
        noted.push(outcome);
        return Promise.resolve(done(null));
      },
    };
    const url = `/api/v1/callbacks/${callback.id}/outcome`;
    expect(await codeOf('POST', url, { outcome: 'busy' })).toBe('REQUEST_INVALID');
    expect(await codeOf('POST', url)).toBe('REQUEST_INVALID');
    const payload = { outcome: 'voicemail' };
    const response = await server.app.inject({ method: 'POST', url, payload });
    expect(response.statusCode).toBe(200);
    expect(noted).toEqual(['voicemail']);
  });

  test('an explanation is told with its times', async () => {
    server.operations = {
      explainCallback: async () =>
        Promise.resolve(
          done({
            state: 'retry-wait',
            reasons: [
              {
                code: 'retry-later',
                text: 'The customer was busy.',
                until: epochMs(1_800_000_000_000),
              },
              { code: 'pbx-not-ready', text: 'The PBX is not connected.', until: null },
            ],
            agents: [
              {
                agentId: id<'agent'>('11111111-0000-4000-8000-000000000000'),
                name: 'desk-1',
                mayBeAsked: false,
                reasons: [{ code: 'agent-away', text: 'Is away.', until: null }],
              },
            ],
          }),
        ),
    };
    const response = await server.app.inject(
      '/api/v1/callbacks/00000000-0000-4000-8000-000000000000/explain',
    );
    expect(response.json()).toEqual({
      state: 'retry-wait',
      reasons: [
        { code: 'retry-later', text: 'The customer was busy.', until: '2027-01-15T08:00:00.000Z' },
        { code: 'pbx-not-ready', text: 'The PBX is not connected.', until: null },
      ],
      agents: [
        {
          name: 'desk-1',
          mayBeAsked: false,
          reasons: [{ code: 'agent-away', text: 'Is away.', until: null }],
        },
      ],
    });
  });
});
