import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { id, type TenantId } from '../../core/prelude/ids.ts';
import { insertCentre, TENANT as TENANT_TEXT } from '../../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { migrated } from '../../tests/support/sandbox-centre.ts';
import { Database } from '../database.ts';
import { sql } from '../statement.ts';

const OURS: TenantId = id<'tenant'>(TENANT_TEXT);
const THEIRS: TenantId = id<'tenant'>(randomUUID());
/** Tables that belong to the installation and hold nothing of a tenant's own. */
const SHARED = ['kysely_migration', 'kysely_migration_lock', 'tenant'];

let own: TestDatabase;
let admin: pg.Pool;
let database: Database;
let tables: readonly string[];

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  database = new Database({ url: own.url, poolSize: 2 });
  tables = await tablesWithTenant();
  await fillEveryTable();
  await copyToTheirs();
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});

async function tablesWithTenant(): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  return rows.map((row) => row.name);
}

/** At least one row of ours in every table. */
async function fillEveryTable(): Promise<void> {
  const centre = await insertCentre(admin);
  const agentId = await centre.agent('desk-1', 'available');
  const callback = await centre.callback({ state: 'exhausted', inLine: true });
  await centre.attempt(callback, { outcome: 'busy' });
  await centre.parked(callback, 'retry', '2027-03-01T10:00:00Z');
  await centre.ticket(callback, 'exhausted');
  const ids = [OURS, callback.interactionId, agentId];
  const statements = [
    `insert into pbx_owner (tenant_id, pbx_id) select tenant_id, id from pbx`,
    `insert into route (tenant_id, id, pbx_id, name, position, dial, lines)
     select tenant_id, gen_random_uuid(), id, 'carrier', 1, 'S/{number}', 30 from pbx`,
    `insert into tenant_settings (tenant_id, time_zone) select id, 'Europe/Berlin' from tenant`,
    `insert into idempotency_key (tenant_id, key, request_hash, created_at) select id, 'k', 'h', now() from tenant`,
    `insert into hours (tenant_id, id, name, time_zone, weekly)
     select id, gen_random_uuid(), 'day', 'Europe/Berlin', '[]' from tenant`,
    `insert into inbound_number (tenant_id, number, queue_id) select tenant_id, '+12025550120', id from queue`,
    `insert into profile (tenant_id, id, name, behaviour) select id, gen_random_uuid(), 'patient', '{}' from tenant`,
    `insert into rule (tenant_id, id, name, type, queue_id, enabled, delay_seconds, minimum_wait_seconds,
       look_back_seconds, profile_id, behaviour)
     select q.tenant_id, gen_random_uuid(), 'lost', 'abandoned', q.id, true, 60, 0, 7200, p.id, '{}'
       from queue q, profile p`,
    `insert into missed_call (tenant_id, external_id, told_at) select id, 'call-1', now() from tenant`,
    `insert into shared_number (tenant_id, number) select id, '+12025550130' from tenant`,
    `insert into number_policy (tenant_id, policy, own_numbers) select id, '{}', '{}' from tenant`,
    `insert into opt_out (tenant_id, number) select id, '+12025550131' from tenant`,
    `insert into stop (tenant_id, id, what, scope, stopped_at, stopped_by, reason)
     select id, gen_random_uuid(), 'dialling', 'all', now(), 'eva', 'a drill' from tenant`,
    `insert into ticket_note (tenant_id, ticket_id, number, at, author, text)
     select tenant_id, id, 1, now(), 'eva', 'called by hand' from ticket`,
    `insert into event (tenant_id, interaction_id, revision, kind, at, body)
     select tenant_id, id, 1, 'interaction.entered', now(), '{}' from interaction`,
    `insert into command (tenant_id, interaction_id, number, pbx_id, body, created_at)
     select tenant_id, id, 1, pbx_id, '{}', now() from interaction`,
    `insert into timer (tenant_id, interaction_id, kind, due_at) select tenant_id, id, 'parked', now() from interaction`,
  ];
  for (const statement of statements) await admin.query(statement);
  await admin.query('insert into spoken_offer select tenant_id, id, now() from interaction');
  await admin.query('insert into reservation values ($1, $3, $2)', ids);
  await admin.query(`insert into decline values ($1, $2, $3, now())`, ids);
  await admin.query(
    `insert into offer (tenant_id, id, interaction_id, agent_id, state, offered_at)
     values ($1, gen_random_uuid(), $2, $3, 'ringing', now())`,
    ids,
  );
}

/** The same rows once more, for another tenant. */
async function copyToTheirs(): Promise<void> {
  await admin.query(`insert into tenant (id, name) values ($1, 'theirs')`, [THEIRS]);
  let waiting = [...tables];
  for (let round = 0; waiting.length > 0 && round < tables.length; round += 1) {
    const refused: string[] = [];
    for (const table of waiting) if (!(await copied(table))) refused.push(table);
    waiting = refused;
  }
}

/** False while rows that the table refers to are missing. */
async function copied(table: string): Promise<boolean> {
  const { rows } = await admin.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'tenant_id'
        and attgenerated = '' and attidentity = ''`,
    [table],
  );
  const columns = rows[0]?.columns ?? '';
  try {
    await admin.query(
      `insert into ${table} (tenant_id, ${columns}) select '${THEIRS}', ${columns} from ${table}`,
    );
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '23503') return false;
    throw error;
  }
}

const countsOf = (table: string): ReturnType<typeof sql> =>
  sql('', `select tenant_id, count(*)::int from ${table} group by tenant_id`);

const VIEWS = ['standing_in_line', 'rule_in_force'];

/** Of how many tenants rows can be seen, table by table. */
async function seenBy(
  query: (statement: ReturnType<typeof sql>) => Promise<readonly { tenant_id: string }[]>,
): Promise<Record<string, readonly string[]>> {
  const seen: Record<string, readonly string[]> = {};
  for (const table of [...tables, ...VIEWS]) {
    seen[table] = (await query(countsOf(table))).map((row) => row.tenant_id).toSorted();
  }
  return seen;
}

function everywhere(...tenants: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries([...tables, ...VIEWS].map((table) => [table, tenants.toSorted()]));
}

describe('by the catalogue', () => {
  test('every table has a tenant, or is one of the few that every tenant shares', async () => {
    const { rows } = await admin.query<{ name: string }>(
      `select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
    );
    const all = rows.map((row) => row.name);
    expect(all.filter((name) => !tables.includes(name))).toEqual(SHARED);
  });

  test('every table with a tenant forces row security, with a policy for each role', async () => {
    const { rows } = await admin.query(
      `select c.relname as name from pg_class c
        where c.relname = any ($1::text[])
          and not (c.relrowsecurity and c.relforcerowsecurity
                   and (select array_agg(p.policyname::text order by p.policyname) from pg_policies p
                         where p.schemaname = 'public' and p.tablename = c.relname)
                       = array['app_sees_its_tenant', 'engine_sees_all', 'owner_sees_all'])`,
      [tables],
    );
    expect(rows).toEqual([]);
  });

  test('every key of a table with a tenant begins with the tenant, so that one cannot take the id of another', async () => {
    const { rows } = await admin.query(
      `select i.indexrelid::regclass::text as key from pg_index i
         join pg_class c on c.oid = i.indrelid and c.relname = any ($1::text[])
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where i.indisunique and i.indkey[0] <> a.attnum`,
      [tables],
    );
    expect(rows).toEqual([]);
  });

  test('no role of ours is a superuser or passes by row security, in tests as little as elsewhere', async () => {
    const { rows } = await admin.query(
      `select rolname from pg_roles
        where rolname in (current_user, 'ringback_engine', 'ringback_app') and (rolsuper or rolbypassrls)`,
    );
    expect(rows).toEqual([]);
  });
});

describe('who sees what', () => {
  test('the engine sees every tenant, in every table', async () => {
    const seen = await seenBy(async (statement) => database.query(statement, []));
    expect(seen).toEqual(everywhere(OURS, THEIRS));
  });

  test('the owner sees every tenant, so that a backup is whole', async () => {
    const seen = await seenBy(
      async ({ text }) => (await admin.query<{ tenant_id: string }>(text)).rows,
    );
    expect(seen).toEqual(everywhere(OURS, THEIRS));
  });

  test.each([OURS, THEIRS])('the application sees tenant %s and nobody else', async (tenantId) => {
    const seen = await database.forTenant(tenantId, async (tx) =>
      seenBy(async (statement) => tx.query(statement, [])),
    );
    expect(seen).toEqual(everywhere(tenantId));
  });

  test('without a tenant the application sees nothing, also after it has served one on the same connection', async () => {
    const client = new pg.Client({
      connectionString: own.url,
      options: '-c role=ringback_app',
    });
    await client.connect();
    const look = async (): Promise<unknown> =>
      seenBy(async ({ text }) => (await client.query<{ tenant_id: string }>(text)).rows);
    expect(await look()).toEqual(everywhere());
    await client.query('begin');
    await client.query(`select set_config('ringback.tenant', $1, true)`, [OURS]);
    expect(await look()).toEqual(everywhere(OURS));
    await client.query('commit');
    expect(await look()).toEqual(everywhere());
    await client.end();
  });
});

describe('what the application cannot do to another tenant', () => {
  test('change or delete a row of theirs, in any table', async () => {
    for (const table of tables) {
      const touched = await database.forTenant(OURS, async (tx) => [
        ...(await tx.query(
          sql('', `update ${table} set tenant_id = tenant_id where tenant_id = $1 returning 1`),
          [THEIRS],
        )),
        ...(await tx.query(sql('', `delete from ${table} where tenant_id = $1 returning 1`), [
          THEIRS,
        ])),
      ]);
      expect(touched, table).toEqual([]);
    }
  });

  test('give them a row of its own, in any table', async () => {
    for (const table of tables) {
      const moving = database.forTenant(OURS, async (tx) =>
        tx.query(sql('', `update ${table} set tenant_id = $1`), [THEIRS]),
      );
      await expect(moving, table).rejects.toThrow(
        `new row violates row-level security policy for table "${table}"`,
      );
    }
  });
});
