import type { OfferFacts } from '../core/callbacks/may-offer.ts';
import type { PbxSettings } from '../core/centre/centre.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import type { LineId, PbxId, QueueId, RouteId, TenantId } from '../core/prelude/ids.ts';
import type { QueueSettings } from '../core/queues/settings.ts';
import { type Origins, whoOffers } from '../core/rules/origins.ts';
import type { Rule } from '../core/rules/rule.ts';
import type { Database, Transaction } from './database.ts';
import { sql } from './statement.ts';

const PBXS = sql(
  'list-pbxs',
  'select tenant_id, id, name, driver, settings, boot_id from pbx order by tenant_id, name',
);
const SET_BOOT = sql(
  'set-boot',
  `update pbx set boot_id = $3 where tenant_id = $1 and id = $2
      and exists (select from pbx_owner o where o.tenant_id = $1 and o.pbx_id = $2 and o.epoch = $4 for key share)`,
);
const QUEUE_OF_NUMBER = sql(
  'queue-of-number',
  `select q.id, q.name, q.number, q.priority, q.callback, l.id as line_id,
          coalesce(n.priority, q.priority) as call_priority, n.callback_enabled as number_enabled,
          (select coalesce(jsonb_agg(r.rule), '[]') from rule_in_force r
            where r.tenant_id = q.tenant_id and (r.queue_id = q.id or r.number = n.number)) as rules,
          nextval('place_sequence') as sequence
     from inbound_number n
     join queue q on q.tenant_id = n.tenant_id and q.id = n.queue_id and q.pbx_id = $3
     join line l on l.tenant_id = q.tenant_id and l.queue_id = q.id
    where n.tenant_id = $1 and n.number = $2 limit 1`,
);
const NUMBERS_OF_PBX = sql(
  'numbers-of-pbx',
  `select n.number from inbound_number n
     join queue q on q.tenant_id = n.tenant_id and q.id = n.queue_id
    where n.tenant_id = $1 and q.pbx_id = $2 order by n.number`,
);
const ROUTES_OF_PBX = sql(
  'routes-of-pbx',
  'select name, dial from route where tenant_id = $1 and pbx_id = $2 order by position',
);
const LOCK_ROUTES = sql(
  'lock-routes',
  `select id, dial, caller_id, lines from route
    where tenant_id = $1 and pbx_id = $2 order by position for update`,
);
const CALLS_ON_ROUTES = sql(
  'calls-on-routes',
  `select route_id, count(*)::int as calls from attempt
    where tenant_id = $1 and route_id = any ($2::uuid[])
      and state in ('dialing', 'in-doubt', 'cancelling', 'connected')
    group by route_id`,
);
const WAITING_CALLS = sql(
  'waiting-calls',
  `select i.id, i.call_leg_id, q.name as queue_name from interaction i
     join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
    where i.tenant_id = $1 and i.pbx_id = $2 and i.call_state = 'up'
      and i.state in ('waiting', 'offered')
    order by i.id`,
);
const PEOPLE_AHEAD = sql(
  'people-ahead',
  `select i.state, i.call_state, i.customer_number, q.name as queue_name, q.callback,
     coalesce(n.callback_enabled, true) as number_enabled,
     (select coalesce(jsonb_agg(r.rule), '[]') from rule_in_force r
       where r.tenant_id = i.tenant_id and (r.queue_id = i.queue_id or r.number = i.dialled_number)) as rules,
     exists (select from callback c where c.tenant_id = i.tenant_id and c.queue_id = i.queue_id
       and c.number = i.customer_number and c.open) as has_open_callback,
     exists (select from callback c join interaction o on o.tenant_id = c.tenant_id and o.id = c.interaction_id
       where c.tenant_id = i.tenant_id and c.queue_id = i.queue_id and c.number = i.customer_number and c.open
         and not c.shared and c.state not in ('holding', 'connected', 'wrapping-up')
         and c.requested_at < i.entered_at and o.id <> i.id and o.sequence <> i.sequence) as may_go_on,
     exists (select from stop x where x.tenant_id = i.tenant_id and x.what = 'requests' and x.resumed_at is null
       and (x.queue_id = i.queue_id or x.pbx_id = i.pbx_id or coalesce(x.queue_id, x.pbx_id) is null))
     as requests_stopped,
     (select count(*)::int from standing_in_line p where p.tenant_id = i.tenant_id and p.line_id = i.line_id
       and (p.priority > i.priority or (p.priority = i.priority and (p.entered_at, p.seq) < (i.entered_at, i.sequence))))
     as ahead
   from interaction i join queue q on q.tenant_id = i.tenant_id and q.id = i.queue_id
   left join inbound_number n on n.tenant_id = i.tenant_id and n.number = i.dialled_number
  where i.tenant_id = $1 and i.id = $2`,
);

/** A PBX as it is set up. */
export interface PbxRow {
  readonly tenantId: TenantId;
  readonly id: PbxId;
  readonly name: string;
  readonly driver: 'asterisk' | 'sandbox';
  readonly settings: PbxSettings;
  /** The boot it was last seen in; null before the first time. */
  readonly bootId: string | null;
}

/** Every PBX of every tenant. */
export async function listPbxs(database: Database): Promise<readonly PbxRow[]> {
  const rows = await database.query<{
    tenant_id: TenantId;
    id: PbxId;
    name: string;
    driver: PbxRow['driver'];
    settings: PbxSettings;
    boot_id: string | null;
  }>(PBXS, []);
  return rows.map(({ tenant_id, boot_id, ...row }) => ({
    ...row,
    tenantId: tenant_id,
    bootId: boot_id,
  }));
}

/** Records the boot that its owner of that epoch has found a PBX in. */
export async function setBoot(
  database: Database,
  pbx: Pick<PbxRow, 'tenantId' | 'id'>,
  bootId: string,
  epoch: number,
): Promise<void> {
  await database.query(SET_BOOT, [pbx.tenantId, pbx.id, bootId, epoch]);
}

/** The queue that a number of ours leads to, with the line to stand in and the next sequence number. */
export interface QueueEntry {
  readonly queueId: QueueId;
  readonly lineId: LineId;
  readonly sequence: number;
  /** Of a call to this number. */
  readonly priority: number;
  readonly queue: QueueSettings;
  readonly origins: Origins;
}

/** Where a call to `number` on this PBX goes; null when the number leads nowhere. */
export async function queueOfNumber(
  tx: Transaction,
  tenantId: TenantId,
  pbxId: PbxId,
  number: PhoneNumber,
): Promise<QueueEntry | null> {
  const [row] = await tx.query<{
    id: QueueId;
    name: string;
    number: PhoneNumber | null;
    callback: QueueSettings['callback'];
    priority: number;
    call_priority: number;
    number_enabled: boolean;
    rules: readonly Rule[];
    line_id: LineId;
    sequence: number;
  }>(QUEUE_OF_NUMBER, [tenantId, number, pbxId]);
  if (row === undefined) return null;
  const { id, line_id, sequence, name, priority, callback } = row;
  return {
    queueId: id,
    lineId: line_id,
    sequence,
    priority: row.call_priority,
    queue: { name, number: row.number, priority, callback },
    origins: { numberEnabled: row.number_enabled, rules: row.rules },
  };
}

/** Numbers of ours that are served by this PBX: they tell which country a national number belongs to. */
export async function numbersOfPbx(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<readonly PhoneNumber[]> {
  const rows = await database.query<{ number: PhoneNumber }>(NUMBERS_OF_PBX, [tenantId, pbxId]);
  return rows.map((row) => row.number);
}

/** The outbound routes of a PBX in order, with their dial patterns. */
export async function routesOfPbx(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<readonly { readonly name: string; readonly dial: string }[]> {
  return database.query<{ name: string; dial: string }>(ROUTES_OF_PBX, [tenantId, pbxId]);
}

/** A route with a line to spare, counted under lock so that two dials cannot take the same last line. */
export async function freeRoute(
  tx: Transaction,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<{ id: RouteId; dial: string; callerId: PhoneNumber | null } | null> {
  const routes = await tx.query<{
    id: RouteId;
    dial: string;
    caller_id: PhoneNumber | null;
    lines: number;
  }>(LOCK_ROUTES, [tenantId, pbxId]);
  const busy = await tx.query<{ route_id: RouteId; calls: number }>(CALLS_ON_ROUTES, [
    tenantId,
    routes.map((route) => route.id),
  ]);
  const calls = new Map(busy.map((row) => [row.route_id, row.calls]));
  const free = routes.find((route) => (calls.get(route.id) ?? 0) < route.lines);
  return free === undefined ? null : { id: free.id, dial: free.dial, callerId: free.caller_id };
}

/** Calls that wait on this PBX by our records, with their channels. */
export async function waitingCalls(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<readonly { interactionId: string; legId: string; queueName: string }[]> {
  const rows = await database.query<{ id: string; call_leg_id: string; queue_name: string }>(
    WAITING_CALLS,
    [tenantId, pbxId],
  );
  return rows.map((row) => ({
    interactionId: row.id,
    legId: row.call_leg_id,
    queueName: row.queue_name,
  }));
}

/** What a waiting caller can be told. */
export interface WaitingCaller {
  /** True while nobody's phone is ringing for them. */
  readonly waits: boolean;
  /** True once they are connected, have left or were promised a call. */
  readonly over: boolean;
  /** What decides whether they are offered a callback. */
  readonly offer: Omit<OfferFacts, 'numberVerdict'>;
  /** Null when they withheld it. */
  readonly number: PhoneNumber | null;
  /** True when they may go on in the place that a callback to their number holds. */
  readonly mayGoOn: boolean;
  /** How many stand before them, callbacks included. */
  readonly ahead: number;
  readonly callback: QueueSettings['callback'];
}

/** Looks, without any lock, at how far a waiting caller has come. Null for an unknown interaction. */
export async function peopleAhead(
  database: Database,
  tenantId: TenantId,
  interactionId: string,
): Promise<WaitingCaller | null> {
  const [row] = await database.query<{
    state: string;
    call_state: string | null;
    customer_number: PhoneNumber | null;
    has_open_callback: boolean;
    may_go_on: boolean;
    requests_stopped: boolean;
    ahead: number;
    queue_name: string;
    callback: QueueSettings['callback'];
    number_enabled: boolean;
    rules: readonly Rule[];
  }>(PEOPLE_AHEAD, [tenantId, interactionId]);
  if (row === undefined) return null;
  const over = row.call_state !== 'up' || !['waiting', 'offered'].includes(row.state);
  const origins = { numberEnabled: row.number_enabled, rules: row.rules };
  return {
    waits: row.state === 'waiting',
    over,
    offer: {
      waits: !over,
      ...whoOffers(origins, { name: row.queue_name, callback: row.callback }),
      requestsStopped: row.requests_stopped,
      numberKnown: row.customer_number !== null,
      hasOpenCallback: row.has_open_callback,
    },
    mayGoOn: row.may_go_on,
    number: row.customer_number,
    ahead: row.ahead,
    callback: row.callback,
  };
}

const READINESS = sql(
  'pbx-readiness',
  'select ready from pbx_owner where tenant_id = $1 and pbx_id = $2',
);

/** True while some node is connected to the PBX and lets new work through. */
export async function readiness(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<boolean> {
  const [row] = await database.query<{ ready: boolean }>(READINESS, [tenantId, pbxId]);
  return row?.ready ?? false;
}
