import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id, type PbxId, type TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import { insertCentre, TENANT as TENANT_TEXT } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { eventually } from '../../tests/support/ringback-node.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { markSent } from '../commands/commands.ts';
import { Database, type Transaction } from '../database.ts';
import { sql } from '../statement.ts';
import {
  holdsFence,
  LEASE_SECONDS,
  type Ownership,
  releaseOwnership,
  renewOwnership,
  setReady,
  takeOwnership,
} from './ownership.ts';

const TENANT: TenantId = id<'tenant'>(TENANT_TEXT);
const NOW: EpochMs = epochMs(Date.UTC(2027, 2, 1, 10));
const AFTER_LEASE: EpochMs = epochMs(NOW + LEASE_SECONDS * 1000 + 1);

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;
let pbxId: PbxId;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: 10 });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  await insertCentre(admin);
  const { rows } = await admin.query<{ pbx_id: PbxId }>(
    'insert into pbx_owner (tenant_id, pbx_id) select tenant_id, id from pbx returning pbx_id',
  );
  pbxId = rows[0]?.pbx_id ?? id<'pbx'>('none');
});

async function take(
  node: string,
  nowMs: EpochMs,
  { lockHeld = false } = {},
): Promise<Ownership | null> {
  const who = { tenantId: TENANT, pbxId, nodeId: id<'node'>(node) };
  return takeOwnership(database, who, nowMs, lockHeld);
}

async function taken(node: string, nowMs: EpochMs): Promise<Ownership> {
  const ownership = await take(node, nowMs);
  if (ownership === null) throw new Error(`${node} did not get it`);
  return ownership;
}

async function ownerRow(): Promise<unknown> {
  const { rows } = await admin.query<Record<string, unknown>>(
    'select owner, epoch::int, ready from pbx_owner',
  );
  return rows[0];
}

describe('who owns the connection to a PBX', () => {
  test('of eight nodes that want it at once one gets it', async () => {
    const nodes = Array.from({ length: 8 }, (_, nth) => `node-${nth.toString()}`);
    const got = await Promise.all(nodes.map(async (node) => take(node, NOW)));
    const owners = got.filter((ownership) => ownership !== null);
    expect(owners).toHaveLength(1);
    expect(await ownerRow()).toEqual({ owner: owners[0]?.nodeId, epoch: 1, ready: false });
  });

  test('nobody gets it while the lease runs, unless the lock says that the owner is dead', async () => {
    await taken('first', NOW);
    expect(await take('second', epochMs(NOW + LEASE_SECONDS * 1000))).toBeNull();
    expect(await take('second', NOW, { lockHeld: true })).toMatchObject({ epoch: 2 });
  });

  test('whoever renews keeps it, and whoever does not loses it after the lease', async () => {
    const first = await taken('first', NOW);
    expect(await renewOwnership(database, first, epochMs(AFTER_LEASE - 1000))).toBe(true);
    expect(await take('second', AFTER_LEASE)).toBeNull();
    expect(await take('second', epochMs(AFTER_LEASE + LEASE_SECONDS * 1000))).not.toBeNull();
  });

  test('given up, it is free at once', async () => {
    await releaseOwnership(database, await taken('first', NOW));
    expect(await take('second', NOW)).toMatchObject({ epoch: 2 });
  });
});

describe('I12: a node whose epoch is over', () => {
  test('I12: renews nothing, releases nothing, is never ready and sends no command', async () => {
    const first = await taken('first', NOW);
    const interactionId = id<'interaction'>(randomUUID());
    await insertCommand(interactionId);
    const second = await taken('second', AFTER_LEASE);
    await setReady(database, second, true);
    expect(await renewOwnership(database, first, AFTER_LEASE)).toBe(false);
    expect(await setReady(database, first, false)).toBe(false);
    await releaseOwnership(database, first);
    const key = { tenantId: TENANT, interactionId, number: 1 };
    expect(await database.transaction(async (tx) => markSent(tx, key, first.epoch))).toBe(false);
    expect(await ownerRow()).toEqual({ owner: 'second', epoch: 2, ready: true });
    expect(await take('third', AFTER_LEASE)).toBeNull();
  });

  test('I12: keeps the take-over waiting while it holds the fence, and is refused the fence afterwards', async () => {
    const first = await taken('first', NOW);
    let isOver = false;
    const takeover = await database.transaction(async (tx) => {
      expect(await holdsFence(tx, first)).toBe(true);
      const trying = take('second', AFTER_LEASE).then((ownership) => {
        isOver = true;
        return ownership;
      });
      await eventually('the take-over waits', somebodyWaits);
      expect(isOver).toBe(false);
      await note(tx, 'first');
      return { trying };
    });
    expect(await takeover.trying).toMatchObject({ epoch: 2 });
    expect(await database.transaction(async (tx) => holdsFence(tx, first))).toBe(false);
  });

  test('does not keep its own lease from being renewed while it holds the fence', async () => {
    const first = await taken('first', NOW);
    await database.transaction(async (tx) => {
      expect(await holdsFence(tx, first)).toBe(true);
      expect(await renewOwnership(database, first, AFTER_LEASE)).toBe(true);
      expect(await setReady(database, first, true)).toBe(true);
    });
    expect(await take('second', AFTER_LEASE)).toBeNull();
  });

  test('I12: writes nothing when the take-over commits between its read and its write', async () => {
    const first = await taken('first', NOW);
    await database.transaction(async (tx) => {
      expect(await tx.query(EPOCH, [])).toEqual([{ epoch: first.epoch }]);
      expect(await take('second', AFTER_LEASE)).toMatchObject({ epoch: 2 });
      if (await holdsFence(tx, first)) await note(tx, 'first');
    });
    expect(await noted()).toBeNull();
  });

  test('a fence that does not lock would let a stale write pass', async () => {
    const first = await taken('first', NOW);
    await database.transaction(async (tx) => {
      expect(await tx.query(EPOCH, [])).toEqual([{ epoch: first.epoch }]);
      expect(await take('second', AFTER_LEASE)).toMatchObject({ epoch: 2 });
      await note(tx, 'first');
    });
    expect(await noted()).toBe('first');
  });
});

const EPOCH = sql('', 'select epoch from pbx_owner');

/** A write that only the owner may make. */
async function note(tx: Transaction, text: string): Promise<void> {
  await tx.query(sql('', 'update pbx set boot_id = $1'), [text]);
}

async function noted(): Promise<string | null> {
  const { rows } = await admin.query<{ boot_id: string | null }>('select boot_id from pbx');
  return rows[0]?.boot_id ?? null;
}

async function insertCommand(interactionId: string): Promise<void> {
  await admin.query(
    `insert into command (tenant_id, interaction_id, number, pbx_id, body, created_at)
     values ($1, $2, 1, $3, '{"kind": "hang-up"}', now())`,
    [TENANT, interactionId, pbxId],
  );
}

async function somebodyWaits(): Promise<true | null> {
  const { rowCount } = await admin.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount === 0 ? null : true;
}
