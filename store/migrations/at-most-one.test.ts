import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CALLBACK_DEFAULTS } from '../../core/queues/settings.ts';
import {
  type CallbackRow,
  type CentreRows,
  insertCentre,
  TENANT,
} from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';

/** How many write the same thing at once, each over a connection of its own. */
const WRITERS = 8;
const NUMBER = '+12025550001';

let own: TestDatabase;
let pool: pg.Pool;
let centre: CentreRows;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  pool = new pg.Pool({ connectionString: own.url, max: WRITERS });
});
afterAll(async () => {
  await pool.end();
  await own.drop();
});
beforeEach(async () => {
  centre = await insertCentre(pool);
});

/** What the database answers to a row: the name of the rule that refuses it. */
async function refusalOf(writing: Promise<unknown>): Promise<string> {
  try {
    await writing;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return error.constraint ?? error.code ?? error.message;
  }
}

/** The answers to the same row, written by eight at once: how many were accepted, and why the others were not. */
async function answersAtOnce(write: () => Promise<unknown>): Promise<Record<string, number>> {
  const answers = await Promise.all(
    Array.from({ length: WRITERS }, async () => refusalOf(write())),
  );
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

const oneOnly = (constraint: string): Record<string, number> => ({
  accepted: 1,
  [constraint]: WRITERS - 1,
});

describe('of the same thing at the same moment the database takes one', () => {
  test('a number has one open callback in a queue', async () => {
    expect(await answersAtOnce(async () => centre.callback({ number: NUMBER }))).toEqual(
      oneOnly('one_open_callback_per_number'),
    );
  });

  test('a callback has one live attempt', async () => {
    const callback = await centre.callback({ state: 'dialing', inLine: false });
    const write = async (): Promise<string> => centre.attempt(callback, { state: 'intent' });
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_live_attempt_per_callback'));
  });

  test('I4: a number has one live leg, whatever queues have promised it a call', async () => {
    const callbacks = await callbacksInQueues(NUMBER, WRITERS);
    const write = async (): Promise<string> => {
      const callback = callbacks.pop();
      if (callback === undefined) throw new Error('a callback for each writer');
      return centre.attempt(callback, { state: 'dialing' });
    };
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_live_leg_per_number'));
  });

  test('an agent is held for one interaction', async () => {
    const agentId = await centre.agent('desk-1', 'available');
    const write = async (): Promise<unknown> =>
      reserve(agentId, (await centre.callback()).interactionId);
    expect(await answersAtOnce(write)).toEqual(oneOnly('reservation_pkey'));
  });

  test('an interaction is held by one agent', async () => {
    const { interactionId } = await centre.callback();
    const write = async (): Promise<unknown> =>
      reserve(await centre.agent(randomUUID(), 'available'), interactionId);
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_agent_per_interaction'));
  });

  test('an agent is asked by one live offer', async () => {
    const agentId = await centre.agent('desk-1', 'available');
    const write = async (): Promise<unknown> =>
      offer(agentId, (await centre.callback()).interactionId);
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_live_offer_per_agent'));
  });

  test('an interaction has one live offer', async () => {
    const { interactionId } = await centre.callback();
    const write = async (): Promise<unknown> =>
      offer(await centre.agent(randomUUID(), 'available'), interactionId);
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_live_offer_per_interaction'));
  });

  test('a callback has one ticket', async () => {
    const callback = await centre.callback({ state: 'exhausted' });
    const write = async (): Promise<void> => centre.ticket(callback, 'exhausted');
    expect(await answersAtOnce(write)).toEqual(oneOnly('one_ticket_per_callback'));
  });

  test('I16: an event number of an interaction is given once', async () => {
    const { interactionId } = await centre.callback();
    const write = async (): Promise<unknown> =>
      pool.query(
        `insert into event (tenant_id, interaction_id, revision, kind, at, body)
         values ($1, $2, 1, 'callback.waiting', now(), '{}')`,
        [TENANT, interactionId],
      );
    expect(await answersAtOnce(write)).toEqual(oneOnly('no_gap_no_twin'));
  });
});

describe('what is over leaves room', () => {
  test('a number whose callback has ended may have the next one, and one in each queue', async () => {
    await centre.callback({ number: NUMBER, state: 'completed' });
    await centre.callback({ number: NUMBER });
    const [elsewhere] = await callbacksInQueues(NUMBER, 1);
    expect(elsewhere?.number).toBe(NUMBER);
  });

  test('a callback whose attempt has ended may be tried again', async () => {
    const callback = await centre.callback({ state: 'retry-wait', inLine: false });
    await centre.attempt(callback, { outcome: 'busy' });
    expect(await refusalOf(centre.attempt(callback, { state: 'intent' }))).toBe('accepted');
  });

  test('two attempts for one number may be intended, since nobody has been called yet', async () => {
    const [one, other] = await callbacksInQueues(NUMBER, 2);
    if (one === undefined || other === undefined) throw new Error('two callbacks');
    await centre.attempt(one, { state: 'intent' });
    expect(await refusalOf(centre.attempt(other, { state: 'intent' }))).toBe('accepted');
  });
});

describe('the outcome of an attempt', () => {
  async function ended(): Promise<string> {
    return centre.attempt(await centre.callback({ state: 'retry-wait', inLine: false }), {
      outcome: 'busy',
    });
  }

  test('I15: is written once, whoever tries to write another or to take it back', async () => {
    const attemptId = await ended();
    const change = async (to: string): Promise<string> =>
      refusalOf(pool.query(`update attempt set ${to} where id = $1`, [attemptId]));
    expect(await change(`outcome = 'connected'`)).toBe('RB015');
    expect(await change(`outcome = null, state = 'connected'`)).toBe('RB015');
    expect(await change(`outcome = 'busy', caller_id = '+12025550110'`)).toBe('accepted');
    const { rows } = await pool.query('select state, outcome from attempt');
    expect(rows).toEqual([{ state: 'ended', outcome: 'busy' }]);
  });

  test('I15: an attempt that has ended has one, and one that lives has none', async () => {
    const callback = await centre.callback({ state: 'dialing', inLine: false });
    const write = async (row: { state: string; outcome: string | null }): Promise<string> =>
      refusalOf(centre.attempt(callback, row));
    expect(await write({ state: 'ended', outcome: null })).toBe('attempt_check');
    expect(await write({ state: 'dialing', outcome: 'busy' })).toBe('attempt_check');
  });
});

/** One open callback of this number in each of so many further queues. */
async function callbacksInQueues(number: string, count: number): Promise<CallbackRow[]> {
  const callbacks: CallbackRow[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const callback = await centre.callback({ number: `+1202556${(1000 + nth).toString()}` });
    const queueId = randomUUID();
    await pool.query(
      `insert into queue (tenant_id, id, name, pbx_id, callback) select $1, $2, $2::uuid::text, id, $3 from pbx`,
      [TENANT, queueId, JSON.stringify(CALLBACK_DEFAULTS)],
    );
    await pool.query('update callback set queue_id = $2, number = $3 where id = $1', [
      callback.id,
      queueId,
      number,
    ]);
    callbacks.push({ ...callback, number });
  }
  return callbacks;
}

async function reserve(agentId: string, interactionId: string): Promise<unknown> {
  return pool.query(
    'insert into reservation (tenant_id, agent_id, interaction_id) values ($1, $2, $3)',
    [TENANT, agentId, interactionId],
  );
}

async function offer(agentId: string, interactionId: string): Promise<unknown> {
  return pool.query(
    `insert into offer (tenant_id, id, interaction_id, agent_id, state, offered_at)
     values ($1, gen_random_uuid(), $2, $3, 'ringing', now())`,
    [TENANT, interactionId, agentId],
  );
}
