import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentId, type InteractionId, id, type TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import {
  type CentreRows,
  insertCentre,
  TENANT as TENANT_TEXT,
} from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { eventually } from '../../tests/support/ringback-node.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { Database, timestamp } from '../database.ts';
import { sql } from '../statement.ts';
import { lockAvailableAgent, takeNext, unmatchedAgents } from './matching.ts';

const TENANT: TenantId = id<'tenant'>(TENANT_TEXT);
const NOW: EpochMs = epochMs(Date.UTC(2027, 2, 1, 10));
const LINES = 3;

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;
let centre: CentreRows;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: 4 });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  centre = await insertCentre(admin);
  await admin.query(
    'insert into pbx_owner (tenant_id, pbx_id, ready) select tenant_id, id, true from pbx',
  );
});

/** The agent is locked, takes the next one, and is free again, as if the call were over at once. */
async function serveOne(agentId: AgentId): Promise<InteractionId | null> {
  return database.transaction(async (tx) => {
    if (!(await lockAvailableAgent(tx, TENANT, agentId))) return null;
    const taken = await takeNext(tx, TENANT, agentId, NOW);
    await tx.query(sql('', 'delete from reservation where agent_id = $1'), [agentId]);
    await tx.query(sql('', `update agent set occupation = 'idle' where id = $1`), [agentId]);
    return taken;
  });
}

/** Somebody in line, and how long the agent has asked to be left in peace by them, in seconds from now. */
interface Waiting {
  readonly id: string;
  readonly line: number;
  readonly priority: number;
  readonly enteredSeconds: number;
  readonly sequence: number;
  readonly declinedSeconds: number | null;
}

const someWaiting: fc.Arbitrary<readonly Waiting[]> = fc
  .array(
    fc.record({
      line: fc.nat(LINES - 1),
      priority: fc.integer({ min: -1, max: 2 }),
      // Few moments, so that the sequence has to decide as well.
      enteredSeconds: fc.nat(8),
      declinedSeconds: fc.option(fc.integer({ min: -2, max: 2 }), { freq: 4 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => rows.map((row, at) => ({ ...row, id: randomUUID(), sequence: (at * 37) % 61 })));

/** By the rule, in words of its own: priority, then who came first, then the sequence. */
function servedInOrder(waiting: readonly Waiting[], lines: readonly number[]): readonly string[] {
  return waiting
    .filter(({ line }) => lines.includes(line))
    .filter(({ declinedSeconds }) => declinedSeconds === null || declinedSeconds <= 0)
    .toSorted((a, b) => {
      if (a.priority !== b.priority) return b.priority - a.priority;
      if (a.enteredSeconds !== b.enteredSeconds) return a.enteredSeconds - b.enteredSeconds;
      return a.sequence - b.sequence;
    })
    .map((one) => one.id);
}

describe('who is next', () => {
  test('I14: an agent is given the best place of all their lines, then the next, whatever they have declined', async () => {
    const agentId = id<'agent'>(await centre.agent('desk-1', 'available'));
    const lines = [centre.lineId, randomUUID(), randomUUID()];
    await admin.query(
      `insert into line (tenant_id, id, queue_id) select $1, unnest($2::uuid[]), $3`,
      [TENANT, lines.slice(1), centre.queueId],
    );
    const fill = async (waiting: readonly Waiting[], served: readonly number[]): Promise<void> => {
      await admin.query('truncate place, decline, agent_line, interaction cascade');
      await admin.query(
        'insert into agent_line (tenant_id, agent_id, line_id) select $1, $2, unnest($3::uuid[])',
        [TENANT, agentId, served.map((line) => lines[line])],
      );
      await insertWaiting(waiting, lines, agentId);
    };
    await fc.assert(
      fc.asyncProperty(
        someWaiting,
        fc.subarray([0, 1, 2], { minLength: 1 }),
        async (waiting, served) => {
          await fill(waiting, served);
          const taken: string[] = [];
          for (let next = await serveOne(agentId); next !== null; next = await serveOne(agentId)) {
            taken.push(next);
          }
          expect(taken).toEqual(servedInOrder(waiting, served));
          expect(await unmatchedAgents(database, NOW)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('somebody whose fate is just being decided is passed over, and waited for by nobody', async () => {
    const agentId = id<'agent'>(await centre.agent('desk-1', 'available'));
    const first = await centre.call('2027-03-01T09:00:00Z', 'waiting');
    const second = await centre.call('2027-03-01T09:01:00Z', 'waiting');
    const lock = sql('', 'select 1 from interaction where id = $1 for update');
    const taken = await database.transaction(async (tx) => {
      await tx.query(lock, [first]);
      return serveOne(agentId);
    });
    expect(taken).toBe(second);
    expect(await serveOne(agentId)).toBe(first);
  });

  test('an agent whom somebody else is just looking after is waited for, or both would find nobody', async () => {
    const agentId = id<'agent'>(await centre.agent('desk-1', 'available'));
    const { found, serving } = await database.transaction(async (tx) => {
      await lockAvailableAgent(tx, TENANT, agentId);
      const nobody = await takeNext(tx, TENANT, agentId, NOW);
      const came = await centre.call('2027-03-01T09:00:00Z', 'waiting');
      const trying = serveOne(agentId);
      await eventually('the second look waits', somebodyWaits);
      expect(nobody).toBeNull();
      return { found: came, serving: trying };
    });
    expect(await serving).toBe(found);
  });

  test('nobody is offered to an agent whose PBX is out of reach, and none is missed', async () => {
    const agentId = id<'agent'>(await centre.agent('desk-1', 'available'));
    await centre.call('2027-03-01T09:00:00Z', 'waiting');
    await admin.query('update pbx_owner set ready = false');
    expect(await serveOne(agentId)).toBeNull();
    expect(await unmatchedAgents(database, NOW)).toEqual([]);
    await admin.query('update pbx_owner set ready = true');
    expect(await unmatchedAgents(database, NOW)).toEqual([{ tenantId: TENANT, agentId }]);
    expect(await serveOne(agentId)).not.toBeNull();
  });
});

async function insertWaiting(
  waiting: readonly Waiting[],
  lines: readonly string[],
  agentId: AgentId,
): Promise<void> {
  const rows = waiting.map(({ line, enteredSeconds, declinedSeconds, ...row }) => ({
    ...row,
    line: lines[line],
    entered: timestamp(epochMs(NOW + enteredSeconds * 1000)),
    declined: declinedSeconds === null ? null : timestamp(epochMs(NOW + declinedSeconds * 1000)),
  }));
  const values = [TENANT, JSON.stringify(rows)];
  const from = `jsonb_to_recordset($2::jsonb)
    as w (id uuid, line uuid, priority int, entered timestamptz, sequence bigint, declined timestamptz)`;
  await admin.query(
    `insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, priority, entered_at, sequence, revision)
     select $1, w.id, q.id, q.pbx_id, w.line, 'waiting', w.priority, w.entered, w.sequence, 1 from ${from}, queue q`,
    values,
  );
  await admin.query(
    `insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
     select $1, w.line, w.priority, w.entered, w.sequence, w.id from ${from}`,
    values,
  );
  await admin.query(
    `insert into decline (tenant_id, interaction_id, agent_id, until)
     select $1, w.id, $3, w.declined from ${from} where w.declined is not null`,
    [...values, agentId],
  );
}

async function somebodyWaits(): Promise<true | null> {
  const { rowCount } = await admin.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount === 0 ? null : true;
}
