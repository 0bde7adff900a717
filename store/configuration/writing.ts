import type { Centre } from '../../core/centre/centre.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { Transaction } from '../database.ts';
import { type Statement, sql, sqlFile } from '../statement.ts';
import type { Change, Changes, ConfiguredKind } from './changes.ts';

type KindWithId = Exclude<ConfiguredKind, 'number' | 'number-policy' | 'tenant'>;

/** What is set up, with the ids behind the names. */
export interface StoredCentre {
  readonly centre: Centre;
  readonly ids: Readonly<Record<KindWithId, ReadonlyMap<string, string>>>;
}

/** Everything that writing needs. */
export interface Writing {
  readonly tx: Transaction;
  readonly tenantId: TenantId;
  readonly newId: () => string;
  readonly stored: StoredCentre;
  readonly centre: Centre;
  readonly changes: Changes;
}

const WRITE = {
  tenant: sqlFile(import.meta.url, './write-tenant.sql'),
  pbxs: sqlFile(import.meta.url, './write-pbxs.sql'),
  routes: sqlFile(import.meta.url, './write-routes.sql'),
  hours: sqlFile(import.meta.url, './write-hours.sql'),
  queues: sqlFile(import.meta.url, './write-queues.sql'),
  agents: sqlFile(import.meta.url, './write-agents.sql'),
  numbers: sqlFile(import.meta.url, './write-numbers.sql'),
  profiles: sqlFile(import.meta.url, './write-profiles.sql'),
  rules: sqlFile(import.meta.url, './write-rules.sql'),
} as const;
const WRITE_POLICY = sqlFile(import.meta.url, './write-number-policy.sql');
const LEAVE_LINES = sqlFile(import.meta.url, './leave-lines.sql');
const JOIN_LINES = sqlFile(import.meta.url, './join-lines.sql');

const REMOVE: Readonly<Record<KindWithId, Statement>> = {
  pbx: removal('pbx'),
  route: removal('route'),
  hours: removal('hours'),
  queue: removal('queue'),
  agent: removal('agent'),
  profile: removal('profile'),
  rule: removal('rule'),
};
const REMOVE_NUMBERS = sql(
  'configuration-remove-numbers',
  'delete from inbound_number where tenant_id = $1 and number = any ($2::text[])',
);

/** Two agents may exchange their phones: both give theirs back before either takes the other's. */
const GIVE_PHONES_BACK = sql(
  'configuration-give-phones-back',
  `update agent set endpoint = '~' || id, device = 'unknown' where tenant_id = $1 and id = any ($2::uuid[])`,
);

function removal(table: KindWithId): Statement {
  return sql(
    `configuration-remove-${table}`,
    `delete from ${table} where tenant_id = $1 and id = any ($2::uuid[])`,
  );
}

/** Carries the changes out: leaves of the tree go first, roots last; new things the other way round. */
export async function writeChanges(writing: Writing): Promise<void> {
  await remove(writing, 'rule');
  await removeNumbers(writing);
  await remove(writing, 'agent');
  await remove(writing, 'route');
  const ids = await writeThings(writing);
  await writeAgents(writing, ids);
  await writeRules(writing, ids);
  await remove(writing, 'profile');
  await remove(writing, 'queue');
  await remove(writing, 'hours');
  await remove(writing, 'pbx');
  await writing.tx.query(WRITE_POLICY, [
    writing.tenantId,
    JSON.stringify(writing.centre.numberPolicy),
  ]);
}

async function removeNumbers({ tx, tenantId, changes }: Writing): Promise<void> {
  const removed = named(changes, 'number', 'removed');
  if (removed.length > 0) await tx.query(REMOVE_NUMBERS, [tenantId, removed]);
}

async function remove(writing: Writing, kind: KindWithId): Promise<void> {
  const { tx, tenantId, changes, stored } = writing;
  const removed = named(changes, kind, 'removed').map((name) => stored.ids[kind].get(name));
  if (removed.length > 0) await tx.query(REMOVE[kind], [tenantId, removed]);
}

/** The ids of the things that there will be. */
type Ids = Readonly<Record<KindWithId, (name: string) => string>>;

function idsOf({ stored, newId }: Writing): Ids {
  const of = (kind: KindWithId): ((name: string) => string) => {
    const ids = new Map(stored.ids[kind]);
    return (name) => {
      const found = ids.get(name) ?? newId();
      ids.set(name, found);
      return found;
    };
  };
  return {
    pbx: of('pbx'),
    route: of('route'),
    hours: of('hours'),
    queue: of('queue'),
    agent: of('agent'),
    profile: of('profile'),
    rule: of('rule'),
  };
}

async function writeThings(writing: Writing): Promise<Ids> {
  const { centre, newId } = writing;
  const ids = idsOf(writing);
  const created = new Set(named(writing.changes, 'queue', 'created'));
  const touched = touchedOf(writing.changes);
  const tenant = [{ name: 'settings', ...centre.tenant }];
  await write(writing, WRITE.tenant, touched('tenant', tenant), () => ({}));
  const pbxs = centre.pbxs.map(({ name, driver, settings }) => ({ name, driver, settings }));
  await write(writing, WRITE.pbxs, touched('pbx', pbxs), ({ name }) => ({ id: ids.pbx(name) }));
  const routes = centre.pbxs.flatMap((pbx) =>
    pbx.routes.map((route, position) => ({
      ...route,
      position,
      pbxId: ids.pbx(pbx.name),
      path: `${pbx.name}/${route.name}`,
    })),
  );
  const touchedRoutes = routes.filter(({ path }) => touched('route', [{ name: path }]).length > 0);
  await write(writing, WRITE.routes, touchedRoutes, ({ path }) => ({ id: ids.route(path) }));
  await write(writing, WRITE.hours, touched('hours', centre.hours), ({ name }) => ({
    id: ids.hours(name),
  }));
  await write(writing, WRITE.queues, touched('queue', centre.queues), ({ name, pbx, hours }) => ({
    id: ids.queue(name),
    pbxId: ids.pbx(pbx),
    hoursId: hours === null ? null : ids.hours(hours),
    lineId: created.has(name) ? newId() : null,
  }));
  const numbers = centre.numbers.map((number) => ({ name: number.number, ...number }));
  await write(writing, WRITE.numbers, touched('number', numbers), ({ queue }) => ({
    queueId: ids.queue(queue),
  }));
  return ids;
}

/** Profiles first: rules name them. */
async function writeRules(writing: Writing, ids: Ids): Promise<void> {
  const { centre, changes } = writing;
  const touched = touchedOf(changes);
  await write(writing, WRITE.profiles, touched('profile', centre.profiles), ({ name }) => ({
    id: ids.profile(name),
  }));
  const idOf = (kind: 'queue' | 'profile', name: string | null): string | null =>
    name === null ? null : ids[kind](name);
  await write(writing, WRITE.rules, touched('rule', centre.rules), ({ name, queue, profile }) => ({
    id: ids.rule(name),
    queueId: idOf('queue', queue),
    profileId: idOf('profile', profile),
  }));
}

async function writeAgents(writing: Writing, ids: Ids): Promise<void> {
  const { tx, tenantId, changes } = writing;
  const movedIds = changes
    .filter((change) => change.kind === 'agent' && movesPhone(change))
    .map(({ name }) => ids.agent(name));
  if (movedIds.length > 0) await tx.query(GIVE_PHONES_BACK, [tenantId, movedIds]);
  const agents = touchedOf(changes)('agent', writing.centre.agents);
  if (agents.length === 0) return;
  await write(writing, WRITE.agents, agents, ({ name, pbx }) => ({
    id: ids.agent(name),
    pbxId: ids.pbx(pbx),
  }));
  const serves = JSON.stringify(
    agents.flatMap(({ name, queues }) =>
      queues.map((queue) => ({ agentId: ids.agent(name), queueId: ids.queue(queue) })),
    ),
  );
  await tx.query(LEAVE_LINES, [tenantId, agents.map(({ name }) => ids.agent(name)), serves]);
  await tx.query(JOIN_LINES, [tenantId, serves]);
}

function movesPhone({ change, fields }: Change): boolean {
  return (
    change === 'changed' && fields.some(({ field }) => field === 'endpoint' || field === 'pbx')
  );
}

/** Hands things with their ids to one statement, which ignores what it has no column for. */
async function write<Thing extends object>(
  { tx, tenantId }: Writing,
  statement: Statement,
  things: readonly Thing[],
  idsFor: (thing: Thing) => object,
): Promise<void> {
  if (things.length === 0) return;
  const rows = things.map((thing) => ({ ...thing, ...idsFor(thing) }));
  await tx.query(statement, [tenantId, JSON.stringify(rows)]);
}

/** Picks the things that are created or changed: the others are not even locked. */
function touchedOf(changes: Changes) {
  const touched = new Set(
    changes.flatMap(({ kind, name, change }) => (change === 'removed' ? [] : [`${kind} ${name}`])),
  );
  return <Thing extends { readonly name: string }>(
    kind: ConfiguredKind,
    things: readonly Thing[],
  ) => things.filter(({ name }) => touched.has(`${kind} ${name}`));
}

function named(
  changes: Changes,
  kind: ConfiguredKind,
  change: Change['change'],
): readonly string[] {
  return changes
    .filter((one) => one.kind === kind && one.change === change)
    .map(({ name }) => name);
}
