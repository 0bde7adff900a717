import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentId, type InteractionId, id, type TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { insertCentre, TENANT as TENANT_TEXT } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { Database, type Transaction, timestamp } from '../database.ts';
import { type Statement, sql, sqlFile } from '../statement.ts';
import { lockAvailableAgent, takeNext, unmatchedAgents } from './matching.ts';

const TENANT: TenantId = id<'tenant'>(TENANT_TEXT);
const CONNECTIONS = 16;
const AGENTS = 40;
const LINES = 6;
const INTERACTIONS = 1_200;
/** A broken rule need not show itself more often than this. */
const HARM_ENOUGH = 20;

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
});
afterAll(async () => {
  await admin.end();
  await own.drop();
});
beforeEach(async () => {
  database = new Database({ url: own.url, poolSize: CONNECTIONS });
  await fillCentre();
});
afterEach(async () => {
  await database.close();
});

/** Six lines with 1,200 who wait, and forty agents who each serve one to three of the lines. */
async function fillCentre(): Promise<void> {
  const { queueId } = await insertCentre(admin);
  await admin.query(
    `insert into pbx_owner (tenant_id, pbx_id, ready) select tenant_id, id, true from pbx`,
  );
  await admin.query(
    `insert into line (tenant_id, id, queue_id) select $1, gen_random_uuid(), $2 from generate_series(2, $3)`,
    [TENANT, queueId, LINES],
  );
  await admin.query(
    `insert into agent (tenant_id, id, name, pbx_id, endpoint, presence)
     select $1, gen_random_uuid(), n::text, p.id, 'PJSIP/' || n, 'available'
       from generate_series(1, $2::int) n, pbx p`,
    [TENANT, AGENTS],
  );
  await admin.query(
    `insert into agent_line (tenant_id, agent_id, line_id)
     select $1, a.id, l.id from agent a, (select id, row_number() over (order by id) as nth from line) l
      where (a.name::int + l.nth) % 6 < 1 + a.name::int % 3`,
    [TENANT],
  );
  await admin.query(
    `with l as (select id, queue_id, row_number() over (order by id) as nth from line), p as (select id from pbx)
     insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, priority, entered_at, sequence, revision)
     select $1, gen_random_uuid(), l.queue_id, p.id, l.id, 'waiting', n % 3, clock_timestamp(), n, 1
       from generate_series(1, $2::int) n, p, l where l.nth = 1 + n % $3::int`,
    [TENANT, INTERACTIONS, LINES],
  );
  await admin.query(
    `insert into place (tenant_id, line_id, priority, entered_at, seq, interaction_id)
     select tenant_id, line_id, priority, entered_at, sequence, id from interaction`,
  );
}

/** How an agent is held and given somebody, in one transaction; null when nobody is there for them. */
type Take = (tx: Transaction, agentId: AgentId, nowMs: EpochMs) => Promise<InteractionId | null>;

/** What sixteen connections did to the rule. */
interface Seen {
  given: number;
  /** Interactions that were given although somebody had them already. */
  givenTwice: number;
  /** Agents who were given somebody while they had somebody else. */
  heldTwice: number;
  /** Doubles that only a constraint prevented, and deadlocks. */
  errors: number;
  /** Who still waits at the end, when every agent of their line is free. */
  leftWaiting: number;
}

/** Sixteen connections take the next one for whichever agent, and give the agent back, until nobody gets anything. */
async function dispatch(take: Take): Promise<Seen> {
  const agents = (await admin.query<{ id: AgentId }>('select id from agent order by name')).rows;
  const seen: Seen = { given: 0, givenTwice: 0, heldTwice: 0, errors: 0, leftWaiting: 0 };
  const takenBy = new Set<InteractionId>();
  const busy = new Set<AgentId>();
  const isEnough = (): boolean => seen.givenTwice + seen.heldTwice + seen.errors >= HARM_ENOUGH;

  async function takeOne(agentId: AgentId): Promise<boolean> {
    const interactionId = await tryTake(take, agentId, seen);
    if (interactionId === null) return false;
    seen.given += 1;
    if (takenBy.has(interactionId)) seen.givenTwice += 1;
    if (busy.has(agentId)) seen.heldTwice += 1;
    takenBy.add(interactionId);
    busy.add(agentId);
    // Long enough for others to come by: one way to the database and back.
    await database.clock();
    busy.delete(agentId);
    await giveBack(agentId, interactionId);
    return true;
  }

  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      for (let inVain = 0, at = connection; inVain < agents.length && !isEnough(); at += 1) {
        const agent = agents[at % agents.length];
        if (agent === undefined) return;
        inVain = (await takeOne(agent.id)) ? 0 : inVain + 1;
      }
    }),
  );
  const nowMs = await database.clock();
  const waiting = await admin.query('select from place');
  const idle = await unmatchedAgents(database, nowMs);
  seen.leftWaiting = idle.length === 0 ? 0 : (waiting.rowCount ?? 0);
  return seen;
}

async function tryTake(take: Take, agentId: AgentId, seen: Seen): Promise<InteractionId | null> {
  let tries = 0;
  try {
    return await database.transaction(async (tx) => {
      tries += 1;
      return take(tx, agentId, await tx.clock());
    });
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '23505') throw error;
    seen.errors += 1;
    return null;
  } finally {
    seen.errors += Math.max(0, tries - 1);
  }
}

const RELEASE = sql(
  'test-release',
  'delete from reservation where tenant_id = $1 and agent_id = $2 and interaction_id = $3',
);
const FREE = sql(
  'test-free',
  `update agent set occupation = 'idle' where tenant_id = $1 and id = $2`,
);

async function giveBack(agentId: AgentId, interactionId: InteractionId): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(RELEASE, [TENANT, agentId, interactionId]);
    await tx.query(FREE, [TENANT, agentId]);
  });
}

const asShipped: Take = async (tx, agentId, nowMs) =>
  (await lockAvailableAgent(tx, TENANT, agentId)) ? takeNext(tx, TENANT, agentId, nowMs) : null;

const TAKE_NEXT = sqlFile(import.meta.url, './take-next.sql');

/** The shipped statement with something taken out of it, which must still be in it. */
function without(name: string, ...changes: readonly (readonly [string, string])[]): Statement {
  const text = changes.reduce((sofar, [from, to]) => {
    if (!sofar.includes(from)) throw new Error(`take-next.sql does not say "${from}" any more`);
    return sofar.replace(from, to);
  }, TAKE_NEXT.text);
  return { name, text };
}

function takesBy(statement: Statement, locksAgent: boolean): Take {
  return async (tx, agentId, nowMs) => {
    if (locksAgent && !(await lockAvailableAgent(tx, TENANT, agentId))) return null;
    const rows = await tx.query<{ interaction_id: InteractionId }>(statement, [
      TENANT,
      agentId,
      timestamp(nowMs),
    ]);
    return rows[0]?.interaction_id ?? null;
  };
}

/** What must not be: all zero but `given`. */
function harmOf({ givenTwice, heldTwice, errors, leftWaiting }: Seen): object {
  return { givenTwice, heldTwice, errors, leftWaiting };
}

const NO_HARM = { givenTwice: 0, heldTwice: 0, errors: 0, leftWaiting: 0 };

describe('sixteen connections take the next one for forty agents', () => {
  test('I10: nobody in line is given twice, no agent is held twice, and nobody is left while an agent is free', async () => {
    const seen = await dispatch(asShipped);
    expect(harmOf(seen)).toEqual(NO_HARM);
    expect(seen.given).toBe(INTERACTIONS);
  });

  test('the harness notices when the place is not locked and whoever was picked is held', async () => {
    const unlocked = without(
      'take-next-unlocked',
      [' for update of p, i skip locked', ''],
      ['interaction_id from gone returning', 'interaction_id from pick returning'],
    );
    const { givenTwice, errors } = await dispatch(takesBy(unlocked, true));
    expect(givenTwice + errors).toBeGreaterThan(0);
  });

  test('the harness notices when the agent is not locked first', async () => {
    const { heldTwice, errors } = await dispatch(takesBy(TAKE_NEXT, false));
    expect(heldTwice + errors).toBeGreaterThan(0);
  });

  test('the harness notices when somebody is passed over', async () => {
    const rude = without('take-next-rude', ['limit 1 for update', 'limit 1 offset 1 for update']);
    const { leftWaiting } = await dispatch(takesBy(rude, true));
    expect(leftWaiting).toBeGreaterThan(0);
  });
});
