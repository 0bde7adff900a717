import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import { insertCentre, TENANT } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { Database, timestamp } from '../database.ts';
import { sql } from '../statement.ts';
import { claimDueTimers, type DueTimer } from './timers.ts';

const WORKERS = 8;
const TIMERS = 1_000;
const NOW: EpochMs = epochMs(Date.UTC(2027, 2, 1, 10));

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: WORKERS });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});

/** So many interactions, each with a timer that is due one second after the other, the last one at `NOW`. */
async function insertTimers(count: number): Promise<void> {
  await admin.query(
    `insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, priority, entered_at, sequence, revision)
     select q.tenant_id, gen_random_uuid(), q.id, q.pbx_id, l.id, 'callback', 0, $1, n, 1
       from generate_series(1, $2::int) n, queue q, line l`,
    [timestamp(NOW), count],
  );
  await admin.query(
    `insert into timer (tenant_id, interaction_id, kind, due_at)
     select tenant_id, id, 'parked', $1::timestamptz - make_interval(secs => $2::int - sequence) from interaction`,
    [timestamp(NOW), count],
  );
}

/** One worker: claims and handles until nothing is due any more. */
async function work(): Promise<readonly DueTimer[]> {
  const handled: DueTimer[] = [];
  for (;;) {
    const due = await claimDueTimers(database, NOW);
    if (due.length === 0) return handled;
    for (const { interactionId, timer } of due) {
      const values = [TENANT, interactionId, timer];
      await database.query(DONE, values);
    }
    handled.push(...due);
  }
}

const DONE = sql(
  'test-timer-done',
  'delete from timer where tenant_id = $1 and interaction_id = $2 and kind = $3',
);

beforeEach(async () => {
  await insertCentre(admin);
});

describe('what is due', () => {
  test('is handled once each, when eight workers take it at the same time', async () => {
    await insertTimers(TIMERS);
    const handled = (await Promise.all(Array.from({ length: WORKERS }, work))).flat();
    expect(handled).toHaveLength(TIMERS);
    expect(new Set(handled.map(({ interactionId }) => interactionId)).size).toBe(TIMERS);
    expect((await admin.query('select from timer')).rowCount).toBe(0);
  });

  test('comes back after five seconds when the worker that took it has died', async () => {
    await insertTimers(3);
    const at = async (seconds: number): Promise<number> =>
      (await claimDueTimers(database, epochMs(NOW + seconds * 1000))).length;
    expect([await at(0), await at(0), await at(4.9), await at(5), await at(5)]).toEqual([
      3, 0, 0, 3, 0,
    ]);
  });

  test('is taken not a moment before its time, and the longest overdue first', async () => {
    await insertTimers(120);
    expect(await claimDueTimers(database, epochMs(NOW - 120_000))).toEqual([]);
    const first = await claimDueTimers(database, NOW);
    const { rows } = await admin.query<{ id: string }>(
      'select id from interaction where sequence <= 100',
    );
    expect(new Set(first.map(({ interactionId }) => interactionId))).toEqual(
      new Set(rows.map((row) => row.id)),
    );
    expect(await claimDueTimers(database, NOW)).toHaveLength(20);
  });
});
