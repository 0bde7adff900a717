import {
  type AgentSetup,
  type Centre,
  type HoursSetup,
  NO_TENANT_SETTINGS,
  type NumberSetup,
  type PbxSetup,
  type ProfileSetup,
  type QueueSetup,
  type RouteSetup,
  type RuleSetup,
  type TenantSetup,
} from '../../core/centre/centre.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy } from '../../core/numbers/policy.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { Transaction } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';
import { type Changes, changesBetween } from './changes.ts';
import { ConfigurationInUse, thingsInUse } from './use.ts';
import { type StoredCentre, writeChanges } from './writing.ts';

const READ = {
  tenant: sqlFile(import.meta.url, './read-tenant.sql'),
  pbxs: sqlFile(import.meta.url, './read-pbxs.sql'),
  hours: sqlFile(import.meta.url, './read-hours.sql'),
  queues: sqlFile(import.meta.url, './read-queues.sql'),
  agents: sqlFile(import.meta.url, './read-agents.sql'),
  numbers: sqlFile(import.meta.url, './read-numbers.sql'),
  profiles: sqlFile(import.meta.url, './read-profiles.sql'),
  rules: sqlFile(import.meta.url, './read-rules.sql'),
  numberPolicy: sql(
    'configuration-read-number-policy',
    'select policy from number_policy where tenant_id = $1',
  ),
} as const;

/** Reading takes several statements, and applying reads first: neither may see half of another's work. */
const LOCK_TO_READ = sql(
  'configuration-lock-to-read',
  `select pg_advisory_xact_lock_shared(hashtextextended('ringback configuration ' || $1::text, 0))`,
);
const LOCK_TO_APPLY = sql(
  'configuration-lock-to-apply',
  `select pg_advisory_xact_lock(hashtextextended('ringback configuration ' || $1::text, 0))`,
);

/** What is set up, sorted by name; routes in the order in which they are tried. */
export async function readCentre(tx: Transaction, tenantId: TenantId): Promise<Centre> {
  await tx.query(LOCK_TO_READ, [tenantId]);
  return (await readStored(tx, tenantId)).centre;
}

/** What `applyCentre` would do. @throws ConfigurationInUse */
export async function planCentre(
  tx: Transaction,
  tenantId: TenantId,
  centre: Centre,
): Promise<Changes> {
  await tx.query(LOCK_TO_READ, [tenantId]);
  const stored = await readStored(tx, tenantId);
  return plan(tx, { tenantId, stored, centre });
}

/**
 * Makes what is set up equal to `centre`: creates and changes what is in it and removes what is not. Things are known
 * by their names. What agents, calls and callbacks are doing is left as it is, so nothing is removed that they need.
 * @throws ConfigurationInUse when something that would go or move is in use; the transaction must then be rolled back.
 */
export async function applyCentre(
  tx: Transaction,
  tenantId: TenantId,
  centre: Centre,
  newId: () => string,
): Promise<Changes> {
  await tx.query(LOCK_TO_APPLY, [tenantId]);
  const stored = await readStored(tx, tenantId);
  const changes = await plan(tx, { tenantId, stored, centre });
  if (changes.length === 0) return changes;
  try {
    await writeChanges({ tx, tenantId, newId, stored, centre, changes });
  } catch (error) {
    throw asInUse(error, changes);
  }
  return changes;
}

async function plan(
  tx: Transaction,
  { tenantId, stored, centre }: { tenantId: TenantId; stored: StoredCentre; centre: Centre },
): Promise<Changes> {
  const changes = changesBetween(stored.centre, centre);
  const inUse = await thingsInUse(tx, tenantId, changes);
  if (inUse.length > 0) throw new ConfigurationInUse(inUse);
  return changes;
}

/** A call that began after we looked holds what we remove: the database refuses, and so do we. */
function asInUse(error: unknown, changes: Changes): unknown {
  const isHeld = error instanceof Error && 'code' in error && error.code === '23503';
  if (!isHeld) return error;
  const reason = 'it, or another of the removed things, has just been used; try again';
  const inUse = changes.flatMap(({ kind, name, change }) =>
    change === 'removed' ? [{ kind, name, change, reason }] : [],
  );
  return new ConfigurationInUse(inUse, { cause: error });
}

interface WithId {
  readonly id: string;
}
type PbxRow = Omit<PbxSetup, 'routes'> & WithId & { routes: readonly (RouteSetup & WithId)[] };

async function readStored(tx: Transaction, tenantId: TenantId): Promise<StoredCentre> {
  const [tenant = NO_TENANT_SETTINGS] = await tx.query<TenantSetup>(READ.tenant, [tenantId]);
  const pbxs = await tx.query<PbxRow>(READ.pbxs, [tenantId]);
  const hours = await tx.query<HoursSetup & WithId>(READ.hours, [tenantId]);
  const queues = await tx.query<QueueSetup & WithId>(READ.queues, [tenantId]);
  const agents = await tx.query<AgentSetup & WithId>(READ.agents, [tenantId]);
  const numbers = await tx.query<NumberSetup>(READ.numbers, [tenantId]);
  const profiles = await tx.query<ProfileSetup & WithId>(READ.profiles, [tenantId]);
  const rules = await tx.query<RuleSetup & WithId>(READ.rules, [tenantId]);
  const [row] = await tx.query<{ policy: NumberPolicy }>(READ.numberPolicy, [tenantId]);
  return {
    centre: {
      tenant,
      pbxs: pbxs.map(({ id: _, routes, ...pbx }) => ({
        ...pbx,
        routes: routes.map(({ id: __, ...route }) => route),
      })),
      hours: hours.map(({ id: _, ...rest }) => rest),
      queues: queues.map(({ id: _, ...rest }) => rest),
      agents: agents.map(({ id: _, ...rest }) => rest),
      profiles: profiles.map(({ id: _, ...rest }) => rest),
      rules: rules.map(({ id: _, ...rest }) => rest),
      numbers,
      numberPolicy: row?.policy ?? NUMBER_POLICY_DEFAULTS,
    },
    ids: {
      pbx: idsOf(pbxs),
      route: new Map(
        pbxs.flatMap((pbx) =>
          pbx.routes.map(({ name, id }) => [`${pbx.name}/${name}`, id] as const),
        ),
      ),
      hours: idsOf(hours),
      queue: idsOf(queues),
      agent: idsOf(agents),
      profile: idsOf(profiles),
      rule: idsOf(rules),
    },
  };
}

function idsOf(rows: readonly (WithId & { readonly name: string })[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ name, id }) => [name, id]));
}
