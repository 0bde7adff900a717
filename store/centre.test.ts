import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id, type PbxId, type RouteId, type TenantId } from '../core/prelude/ids.ts';
import {
  type CallbackRow,
  type CentreRows,
  insertCentre,
  TENANT as TENANT_TEXT,
} from '../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { freeRoute } from './centre.ts';
import { Database } from './database.ts';
import { sql } from './statement.ts';

const TENANT: TenantId = id<'tenant'>(TENANT_TEXT);
const DIALS = 8;

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;
let centre: CentreRows;
let pbxId: PbxId;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: DIALS });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  centre = await insertCentre(admin);
  const { rows } = await admin.query<{ id: PbxId }>('select id from pbx');
  pbxId = rows[0]?.id ?? id<'pbx'>('none');
});

/** Routes in their order, with so many lines each. */
async function insertRoutes(...lines: readonly number[]): Promise<void> {
  for (const [position, count] of lines.entries()) {
    await admin.query(
      `insert into route (tenant_id, id, pbx_id, name, position, dial, lines)
       values ($1, gen_random_uuid(), $2, $3::int::text, $3::int, 'S/{number}', $4)`,
      [TENANT, pbxId, position, count],
    );
  }
}

async function attempts(state: string, count: number): Promise<readonly string[]> {
  const callbacks = await Promise.all(
    Array.from({ length: count }, async () =>
      centre.callback({ state: 'accepted', inLine: false }),
    ),
  );
  return Promise.all(
    callbacks.map(async (callback: CallbackRow) => centre.attempt(callback, { state })),
  );
}

const DIAL = sql('test-dial', `update attempt set state = 'dialing', route_id = $2 where id = $1`);

/** Looks for a line and takes it, as the last check does, in one transaction; the name of the route. */
async function dialBy(attemptId: string): Promise<string> {
  return database.transaction(async (tx) => {
    const route = await freeRoute(tx, TENANT, pbxId);
    if (route === null) return 'none';
    await tx.query(DIAL, [attemptId, route.id]);
    return nameOf(route.id);
  });
}

async function nameOf(routeId: RouteId): Promise<string> {
  const { rows } = await admin.query<{ name: string }>('select name from route where id = $1', [
    routeId,
  ]);
  return rows[0]?.name ?? 'unknown';
}

describe('the lines of the routes', () => {
  test('of eight dials at the same time, no route carries more than it has lines, and the first is filled first', async () => {
    await insertRoutes(2, 3);
    const intents = await attempts('intent', DIALS);
    const routes = await Promise.all(intents.map(dialBy));
    expect(routes.toSorted()).toEqual(['0', '0', '1', '1', '1', 'none', 'none', 'none']);
  });

  test.each([
    ['dialing', 'none'],
    ['in-doubt', 'none'],
    ['cancelling', 'none'],
    ['connected', 'none'],
    ['intent', '0'],
    ['talked', '0'],
  ])('a call that is %s leaves of one line: %s', async (state, expected) => {
    await insertRoutes(1);
    await attempts(state, 1);
    await admin.query('update attempt set route_id = (select id from route)');
    const [next = ''] = await attempts('intent', 1);
    expect(await dialBy(next)).toBe(expected);
  });

  test('a line whose call has ended is free again', async () => {
    await insertRoutes(1);
    const [first = '', second = ''] = await attempts('intent', 2);
    expect(await dialBy(first)).toBe('0');
    expect(await dialBy(second)).toBe('none');
    await admin.query(`update attempt set state = 'ended', outcome = 'busy' where id = $1`, [
      first,
    ]);
    expect(await dialBy(second)).toBe('0');
  });

  test('without a route nobody is dialled', async () => {
    const [intent = ''] = await attempts('intent', 1);
    expect(await dialBy(intent)).toBe('none');
  });
});
