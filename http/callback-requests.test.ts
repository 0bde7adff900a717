import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestAnswer } from '../contract/callback-requests.ts';
import { id } from '../core/prelude/ids.ts';
import { epochMs } from '../core/prelude/time.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import type { CallbackRequest } from '../engine/request-judging.ts';
import type { RequestAnswer, RequestsOutcome } from '../engine/requests.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';

let server: TestServer;
let asked: { requests: readonly CallbackRequest[]; key: string | null; hash: string | null }[];
let outcome: RequestsOutcome;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => server.close());
beforeEach(async () => {
  const rows = await server.emptyCentre();
  const callback = await rows.callback({ number: '+12025550123' });
  asked = [];
  outcome = { kind: 'done', answers: [created(callback.id)] };
  server.operations = {
    requestCallbacks: async (_, requests, key) => {
      asked.push({ requests, key: key?.key ?? null, hash: key?.hash ?? null });
      return Promise.resolve(outcome);
    },
  };
});

function created(callbackId: string): RequestAnswer {
  return { callbackId: id<'callback'>(callbackId), how: 'created', judged: null };
}

async function post(body: object, headers: Readonly<Record<string, string>> = {}, path = '') {
  return server.app.inject({
    method: 'POST',
    url: `/api/v1/callbacks${path}`,
    payload: body,
    headers,
  });
}

const WANTED = { queue: 'support', number: '+12025550123' };

describe('asking for a callback', () => {
  test('S0.5: at a wall time, with the zone of the clock and of the customer', async () => {
    const body = {
      ...WANTED,
      at: '2027-03-04T15:00',
      timeZone: 'Europe/Berlin',
      customerTimeZone: 'Europe/Lisbon',
    };
    const response = await post(body);
    expect(response.statusCode, response.body).toBe(201);
    expect(asked[0]?.requests).toEqual([
      {
        ...WANTED,
        at: { kind: 'wall', time: '2027-03-04T15:00', timeZone: 'Europe/Berlin' },
        statedZone: 'Europe/Lisbon',
        behaviour: {},
      },
    ]);
  });

  test('at a wall time of the customer, at a moment, or as soon as it is their turn', async () => {
    await post({ ...WANTED, at: '2027-03-04T15:00', customerTimeZone: 'Europe/Lisbon' });
    await post({ ...WANTED, at: '2027-03-04T15:00:00+01:00' });
    await post(WANTED);
    expect(asked.map(({ requests }) => requests[0]?.at)).toEqual([
      { kind: 'wall', time: '2027-03-04T15:00', timeZone: 'Europe/Lisbon' },
      { kind: 'moment', at: Date.UTC(2027, 2, 4, 14) },
      null,
    ]);
  });

  test('C14: with a behaviour of its own, in the words of a rule and by the same limits', async () => {
    const callerId = '+12025550110';
    await post({ ...WANTED, attempts: 2, retryAfter: { busy: 'PT2M' }, callerId });
    expect(asked[0]?.requests[0]?.behaviour).toMatchObject({
      attemptsMax: 2,
      retryAfterSeconds: { busy: 120, 'no-answer': 600 },
      callerId,
    });
    const refused = await post({ ...WANTED, attempts: 22, retryAfter: 'P2D', callerId: '110' });
    expect(refused.json()).toMatchObject({
      code: 'REQUEST_INVALID',
      mistakes: [
        { path: 'body.attempts', found: '22', allowed: '1 to 21' },
        { path: 'body.retryAfter', found: '"P2D"' },
        { path: 'body.callerId', found: '"110"' },
      ],
    });
  });

  test.each([
    [{ number: '12025550123' }, 'body.number'],
    [{ queue: '' }, 'body.queue'],
    [{ at: 'tomorrow' }, 'body.at'],
    [{ at: '2027-02-30T15:00', timeZone: 'Europe/Berlin' }, 'body.at'],
    [{ at: '2027-03-04T25:00', timeZone: 'Europe/Berlin' }, 'body.at'],
    [{ at: '2027-03-04T15:00' }, 'body.timeZone'],
    [{ at: '2027-03-04T15:00', timeZone: 'Berlin' }, 'body.timeZone'],
    [{ customerTimeZone: '+01:00' }, 'body.customerTimeZone'],
    [{ when: '2027-03-04T15:00' }, 'body.when'],
  ])('%j is refused and the place is named', async (change, path) => {
    const response = await post({ ...WANTED, ...change });
    expect(response.json()).toMatchObject({ code: 'REQUEST_INVALID', mistakes: [{ path }] });
    expect(asked).toEqual([]);
  });

  test('what the engine refuses is told with place, value and range', async () => {
    const mistake = { field: 'at', found: 'x', allowed: 'y' } as const;
    outcome = { kind: 'mistakes', mistakes: [{ index: 0, ...mistake }] };
    const response = await post(WANTED);
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      code: 'CALLBACK_REQUEST_INVALID',
      detail: 'at: found x, allowed y',
      mistakes: [{ path: 'at', found: 'x', allowed: 'y' }],
    });
  });

  test('a time outside the hours, or that a clock change moved, is told', async () => {
    const [answer] = outcome.kind === 'done' ? outcome.answers : [];
    if (answer === undefined) throw new Error('there is one');
    const at = epochMs(Date.UTC(2027, 2, 28, 1));
    const wall = { time: '2027-03-28T02:30', timeZone: 'Europe/Berlin' };
    const opening = {
      open: false,
      closed: 'closed-hours',
      nextOpening: epochMs(Date.UTC(2027, 2, 29, 7)),
    } as const;
    const facts = {
      hours: null,
      number: null,
      statedZone: null,
      tenantZone: null,
      // What a note is made from asks for no setting.
      callback: CALLBACK_DEFAULTS,
    };
    const judged = { chosenTime: { at, wall }, change: 'gap', opening, facts } as const;
    outcome = { kind: 'done', answers: [{ ...answer, judged }] };
    const told = requestAnswer.parse((await post(WANTED)).json());
    expect(told.notes).toEqual([
      {
        code: 'clock-gap',
        text: 'No clock shows this time on that day; 2027-03-28T03:00:00+02:00[Europe/Berlin] is meant.',
      },
      {
        code: 'carried',
        text: 'The queue is closed then; the call comes from 2027-03-29T09:00:00+02:00[Europe/Berlin] on, with the place kept.',
      },
    ]);
  });

  test('X12: the number has an open callback already: that one is shown, and it is said', async () => {
    const answers = outcome.kind === 'done' ? outcome.answers : [];
    outcome = { kind: 'done', answers: answers.map((one) => ({ ...one, how: 'open-before' })) };
    const response = await post(WANTED);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ created: false, notes: [{ code: 'open-before' }] });
  });

  test('F16: the key goes with a hash of the request, whatever the order of its fields', async () => {
    await post(WANTED, { 'idempotency-key': 'k1' });
    await post({ number: WANTED.number, queue: WANTED.queue }, { 'idempotency-key': 'k1' });
    await post({ ...WANTED, queue: 'sales' }, { 'idempotency-key': 'k1' });
    const [first, same, other] = asked;
    expect(first).toMatchObject({ key: 'k1', hash: same?.hash });
    expect(other?.hash).not.toBe(first?.hash);
    outcome = { kind: 'key-used' };
    const response = await post(WANTED, { 'idempotency-key': 'k1' });
    expect(response.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
    const long = await post(WANTED, { 'idempotency-key': 'k'.repeat(256) });
    expect(long.json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('asking for many', () => {
  test('tells how many were begun, and a mistake by its index', async () => {
    const answers = outcome.kind === 'done' ? outcome.answers : [];
    outcome = {
      kind: 'done',
      answers: [...answers, ...answers.map((one) => ({ ...one, how: 'open-before' as const }))],
    };
    const done = await post({ callbacks: [WANTED, WANTED] }, {}, '/import');
    expect(done.json()).toMatchObject({
      created: 1,
      openBefore: 1,
      notes: [{ index: 1, code: 'open-before' }],
    });
    outcome = {
      kind: 'mistakes',
      mistakes: [{ index: 1, field: 'queue', found: '"sales"', allowed: 'one of support' }],
    };
    const refused = await post({ callbacks: [WANTED, WANTED] }, {}, '/import');
    expect(refused.json()).toMatchObject({ mistakes: [{ path: 'callbacks[1].queue' }] });
  });

  test('none, or more than a thousand, is refused', async () => {
    for (const count of [0, 1001]) {
      const callbacks = Array.from({ length: count }, () => WANTED);
      const response = await post({ callbacks }, {}, '/import');
      expect(response.json()).toMatchObject({ mistakes: [{ path: 'body.callbacks' }] });
    }
  });
});
