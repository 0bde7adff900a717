import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy } from '../core/numbers/policy.ts';
import { present } from '../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import { epochMs } from '../core/prelude/time.ts';
import { Database, type Transaction } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { sql } from '../store/statement.ts';
import { type CentreRows, insertCentre } from '../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { checkDial, checkRequest } from './number-check.ts';

/** As many ask at once. */
const CONNECTIONS = 16;
const NOW = epochMs(Date.UTC(2027, 2, 1, 10));

let own: TestDatabase;
let database: Database;
let admin: pg.Pool;
let centre: CentreRows;

beforeAll(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  database = new Database({ url: own.url, poolSize: CONNECTIONS });
  admin = new pg.Pool({ connectionString: own.url, max: 2 });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  centre = await insertCentre(admin);
});

async function setPolicy(policy: Partial<NumberPolicy>): Promise<void> {
  const whole = { ...NUMBER_POLICY_DEFAULTS, countries: ['all'], ...policy };
  await admin.query(
    'insert into number_policy (tenant_id, policy, own_numbers) values ($1, $2, $3)',
    [DEFAULT_TENANT, JSON.stringify(whole), []],
  );
}

function numberOf(nth: number): PhoneNumber {
  const text = `+120255${(50_000 + nth).toString()}`;
  return present(phoneNumber(text), text);
}

/** Asks for a call and writes it in the same transaction, as the last check does; false when it is refused. */
async function dial(nth: number, crash?: (tx: Transaction) => Promise<void>): Promise<boolean> {
  return database.transaction(async (tx) => {
    const number = numberOf(nth);
    const asked = { tenantId: DEFAULT_TENANT, number, nowMs: NOW };
    const { verdict, ratePerMinute } = await checkDial(tx, asked);
    if (!verdict.allowed) return false;
    await tx.query(INSERT_DIAL, [DEFAULT_TENANT, randomUUID(), number, iso(NOW), ratePerMinute]);
    await crash?.(tx);
    return true;
  });
}

const INSERT_DIAL = sql(
  'test-insert-dial',
  `insert into attempt (tenant_id, id, callback_id, interaction_id, pbx_id, number, state, started_at, dialed_at, rate_per_minute)
   select $1, $2, c.id, c.interaction_id, p.id, $3, 'dialing', $4, $4, $5 from callback c, pbx p
    where c.number = $3 and p.tenant_id = $1`,
);

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Lets so many be asked for, sixteen at a time, and counts what was done. */
async function countDone(total: number, ask: (nth: number) => Promise<boolean>): Promise<number> {
  let [next, done] = [0, 0];
  const worker = async (): Promise<void> => {
    while (next < total) {
      const nth = next;
      next += 1;
      if (await ask(nth)) done += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return done;
}

async function callbacks(total: number): Promise<void> {
  for (let nth = 0; nth < total; nth += 1) {
    await centre.callback({ number: numberOf(nth), requestedAt: iso(NOW), inLine: false });
  }
}

const OPEN_HOURS = { callerMax: 1000, prefixMax: 100_000, tenantMax: 1_000_000 };

describe('P22: sixteen at a time', () => {
  test('P22 I8: a pumping drill of 400 dials at once places what the budget pays for, and not one more', async () => {
    await callbacks(400);
    // Ten minutes are paid in advance for each: 50 calls fit.
    const budget = { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 505 };
    await setPolicy({ budget, hourly: OPEN_HOURS });
    expect(await countDone(400, dial)).toBe(50);
    // They were not answered and cost nothing: what was reserved is free for others.
    await admin.query(`update attempt set state = 'ended', outcome = 'no-answer', ended_at = $1`, [
      iso(NOW),
    ]);
    expect(await dial(399)).toBe(true);
  });

  test('P22: velocity: of 200 requests in the same moment for one block of numbers no more are taken than an hour may have', async () => {
    await setPolicy({ hourly: { ...OPEN_HOURS, prefixMax: 25 } });
    const request = async (nth: number): Promise<boolean> =>
      database.transaction(async (tx) => {
        const number = present(phoneNumber(`+1202555${(1000 + nth).toString()}`), 'number');
        const asked = { tenantId: DEFAULT_TENANT, number, nowMs: NOW };
        if (!(await checkRequest(tx, asked)).allowed) return false;
        await insertRequest(tx, number);
        return true;
      });
    expect(await countDone(200, request)).toBe(25);
  });
});

describe('after a crash', () => {
  test('I8: a dial whose transaction dies is not counted, and one that was committed is, whatever happens next', async () => {
    await callbacks(4);
    await setPolicy({ budget: { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 20 } });
    const died = dial(0, async (tx) => {
      await tx.query(sql('', 'select pg_terminate_backend(pg_backend_pid())'), []);
    });
    await expect(died).rejects.toThrow();
    expect(await dial(1)).toBe(true);
    // Another node, after a crash of the first: it counts what was committed.
    await database.close();
    database = new Database({ url: own.url, poolSize: CONNECTIONS });
    expect(await dial(2)).toBe(true);
    expect(await dial(3)).toBe(false);
  });
});

async function insertRequest(tx: Transaction, number: PhoneNumber): Promise<void> {
  const interactionId = randomUUID();
  await tx.query(
    sql(
      'test-insert-interaction',
      `insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, customer_number, priority, entered_at, sequence, revision)
       select $1, $2, q.id, q.pbx_id, l.id, 'callback', $3, 0, $4, nextval('place_sequence'), 1
         from queue q join line l on l.queue_id = q.id where q.tenant_id = $1`,
    ),
    [DEFAULT_TENANT, interactionId, number, iso(NOW)],
  );
  await tx.query(
    sql(
      'test-insert-callback',
      `insert into callback (tenant_id, id, interaction_id, queue_id, number, origin, state, requested_at)
       select $1, $2, $3, q.id, $4, 'queue-offer', 'waiting', $5 from queue q where q.tenant_id = $1`,
    ),
    [DEFAULT_TENANT, randomUUID(), interactionId, number, iso(NOW)],
  );
}
