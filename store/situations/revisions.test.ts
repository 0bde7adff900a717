import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Decision, inOrder, tell } from '../../core/interactions/decision.ts';
import type { Situation } from '../../core/interactions/situation.ts';
import { enterLine, park } from '../../core/interactions/steps.ts';
import { present } from '../../core/prelude/assert.ts';
import { type InteractionId, id, type TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../../core/prelude/time.ts';
import { insertCentre, TENANT as TENANT_TEXT } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { Database } from '../database.ts';
import { lockSituation } from './load.ts';
import { saveDecision } from './save.ts';

const TENANT: TenantId = id<'tenant'>(TENANT_TEXT);
const WRITERS = 8;
const TURNS = 25;

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;
let interactionId: InteractionId;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: WRITERS });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  const centre = await insertCentre(admin);
  interactionId = id<'interaction'>((await centre.callback()).interactionId);
  await admin.query('truncate event, command');
  await admin.query('update interaction set revision = 0');
});

/** Parks who stands in line and puts back who is parked: one event a turn, and as many commands as `commands` says. */
function turn(situation: Situation, nowMs: EpochMs, commands: number): Decision {
  const { standing } = situation.interaction;
  return inOrder(
    situation,
    standing.kind === 'in-line' ? park('retry', secondsAfter(nowMs, 60)) : enterLine(),
    ...Array.from({ length: commands }, () =>
      tell({ kind: 'hang-up', legId: id<'leg'>(randomUUID()), saying: [] }),
    ),
  );
}

async function write(commands: number): Promise<void> {
  await database.transaction(async (tx) => {
    const loaded = present(await lockSituation(tx, TENANT, interactionId), 'interaction');
    const nowMs = await tx.clock();
    const decision = turn(loaded.situation, nowMs, commands);
    await saveDecision(tx, {
      tenantId: TENANT,
      before: loaded.situation,
      decision,
      nextCommand: loaded.nextCommand,
      nowMs,
      epoch: null,
    });
  });
}

async function numbers(statement: string): Promise<readonly number[]> {
  const { rows } = await admin.query<{ number: number }>(statement);
  return rows.map((row) => row.number);
}

const oneTo = (last: number): readonly number[] => Array.from({ length: last }, (_, at) => at + 1);

test('I16: eight who write at the same time number events and commands without a gap, in the order in which they happened', async () => {
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let turns = 0; turns < TURNS; turns += 1) await write(writer % 3);
    }),
  );
  const events = WRITERS * TURNS;
  expect(await numbers('select revision as number from event order by id')).toEqual(oneTo(events));
  expect(await numbers('select revision as number from interaction')).toEqual([events]);
  const { rows } = await admin.query<{ kind: string }>('select kind from event order by revision');
  expect(rows.map((row) => row.kind)).toEqual(
    oneTo(events).map((nth) => (nth % 2 === 1 ? 'place.parked' : 'place.resumed')),
  );
  const commands = await numbers('select number from command order by created_at, number');
  expect(commands).toEqual(oneTo(commands.length));
  expect(await numbers('select next_command as number from interaction')).toEqual([
    commands.length + 1,
  ]);
});

describe('what is not saved', () => {
  test('a decision that fails half way leaves neither state nor event nor command', async () => {
    const failing = database.transaction(async (tx) => {
      const loaded = present(await lockSituation(tx, TENANT, interactionId), 'interaction');
      const nowMs = await tx.clock();
      const decision = turn(loaded.situation, nowMs, 1);
      await saveDecision(tx, {
        tenantId: TENANT,
        before: loaded.situation,
        decision,
        nextCommand: loaded.nextCommand,
        nowMs,
        epoch: null,
      });
      throw new Error('the process dies here');
    });
    await expect(failing).rejects.toThrow('the process dies here');
    expect(await numbers('select revision as number from event')).toEqual([]);
    expect(await numbers('select number from command')).toEqual([]);
    expect(await numbers('select 1 as number from parked')).toEqual([]);
    expect(await numbers('select 1 as number from place')).toEqual([1]);
  });
});
