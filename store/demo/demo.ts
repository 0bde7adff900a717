import type { Client } from 'pg';
import { type InteractionId, id, type TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { type Database, timestamp } from '../database.ts';
import { withClient } from '../embedded/login.ts';
import { sql } from '../statement.ts';

/**
 * The practice centre is a tenant of its own: row-level security keeps it apart from everything real, and it can be
 * removed as a whole. The tenant's row is there for as long as somebody wants the practice centre.
 */
export const DEMO_TENANT: TenantId = id('00000000-0000-0000-0000-000000000002');

const IS_WANTED = sql('demo-is-wanted', 'select 1 as one from tenant where id = $1');
const HAS_PBX = sql('demo-has-pbx', 'select 1 as one from pbx where tenant_id = $1 limit 1');
const INTERACTION_SINCE = sql(
  'demo-interaction-since',
  `select id from interaction where tenant_id = $1 and customer_number = $2 and entered_at >= $3
    order by entered_at desc limit 1`,
);
const CALLER = sql(
  'demo-caller',
  `select i.state, i.ending, c.id as callback_id
     from interaction i left join callback c on c.tenant_id = i.tenant_id and c.interaction_id = i.id
    where i.tenant_id = $1 and i.id = $2`,
);

/** Whether the practice centre belongs to this database. */
export async function isDemoWanted(database: Database): Promise<boolean> {
  return (await database.query(IS_WANTED, [DEMO_TENANT])).length > 0;
}

/** Whether a tenant has set up nothing that could take a call. */
export async function isWithoutPbx(database: Database, tenantId: TenantId): Promise<boolean> {
  return (await database.query(HAS_PBX, [tenantId])).length === 0;
}

/** Writes down that the practice centre is wanted. @param url of the login that owns the tables */
export async function wantDemo(url: string): Promise<void> {
  await withClient(url, async (client) =>
    client.query(
      `insert into tenant (id, name) values ($1, 'practice centre') on conflict (id) do nothing`,
      [DEMO_TENANT],
    ),
  );
}

/** The interaction that a caller of the practice centre has begun since then; null while there is none. */
export async function interactionSince(
  database: Database,
  number: string,
  since: EpochMs,
): Promise<InteractionId | null> {
  const [row] = await database.query<{ id: InteractionId }>(INTERACTION_SINCE, [
    DEMO_TENANT,
    number,
    timestamp(since),
  ]);
  return row?.id ?? null;
}

/** What has become of a caller of the practice centre. */
export interface ViewedCaller {
  readonly state: 'waiting' | 'offered' | 'connected' | 'wrapping-up' | 'callback' | 'ended';
  readonly ending: string | null;
  readonly callbackId: string | null;
}

/** Null for an interaction that is not one of the practice centre. */
export async function viewCaller(
  database: Database,
  interactionId: InteractionId,
): Promise<ViewedCaller | null> {
  const [row] = await database.query<{
    state: ViewedCaller['state'];
    ending: string | null;
    callback_id: string | null;
  }>(CALLER, [DEMO_TENANT, interactionId]);
  if (row === undefined) return null;
  return { state: row.state, ending: row.ending, callbackId: row.callback_id };
}

/** Everything that hangs on interactions, leaves first; all of it has a column `interaction_id`. */
const LEAVES = [
  'command',
  'event',
  'timer',
  'ticket',
  'attempt',
  'callback',
  'offer',
  'decline',
  'reservation',
  'parked',
  'place',
  'spoken_offer',
] as const;
/** The notes of tickets hang on nothing else. */
const NOTES = 'ticket_note';
/** What is set up or noted for the whole centre, leaves first. */
const SET_UP = [
  'idempotency_key',
  'missed_call',
  'opt_out',
  'number_policy',
  'shared_number',
  'stop',
  'rule',
  'profile',
  'agent_line',
  'agent',
  'inbound_number',
  'line',
  'queue',
  'hours',
  'route',
  'pbx_owner',
  'pbx',
  'tenant_settings',
] as const;
/** The engine may write in between: then we begin again, a few times. */
const TRIES_MAX = 10;
/** foreign_key_violation, deadlock_detected, serialization_failure. */
const PASSING = new Set(['23503', '40P01', '40001']);

/**
 * Removes the practice centre with its whole history.
 * @param url of the login that owns the tables
 */
export async function wipeDemo(url: string): Promise<void> {
  await inOneGo(url, async (client) => {
    for (const table of [NOTES, ...LEAVES, 'interaction', ...SET_UP] as const) {
      await client.query(`delete from ${table} where tenant_id = $1`, [DEMO_TENANT]);
    }
    await client.query('delete from tenant where id = $1', [DEMO_TENANT]);
  });
}

/**
 * Removes what ended before a point in time, so that a practice centre left running does not fill the disk.
 * @param url of the login that owns the tables
 */
export async function forgetDemoBefore(url: string, before: EpochMs): Promise<void> {
  const old = `select id from interaction where tenant_id = $1 and state = 'ended' and entered_at < $2`;
  const values = [DEMO_TENANT, timestamp(before)];
  await inOneGo(url, async (client) => {
    await client.query(
      `delete from ${NOTES} where tenant_id = $1
          and ticket_id in (select id from ticket where tenant_id = $1 and interaction_id in (${old}))`,
      values,
    );
    for (const table of LEAVES) {
      await client.query(
        `delete from ${table} where tenant_id = $1 and interaction_id in (${old})`,
        values,
      );
    }
    await client.query(`delete from interaction where tenant_id = $1 and id in (${old})`, values);
    await client.query(
      'delete from event where tenant_id = $1 and interaction_id is null and at < $2',
      values,
    );
  });
}

async function inOneGo(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await withClient(url, async (client) => {
        await client.query('begin');
        await work(client);
        await client.query('commit'); // Without it, the end of the connection rolls back.
      });
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (tries === TRIES_MAX || !PASSING.has(code)) throw error;
    }
  }
}
