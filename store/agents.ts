import type { Presence } from '../core/agents/agent.ts';
import type { DeviceState } from '../core/calls/endings.ts';
import type { AgentId, LegId, PbxId, TenantId } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { type Database, type Transaction, timestamp } from './database.ts';
import type { Owned } from './ownership/ownership.ts';
import { sql } from './statement.ts';

/** While this holds, nobody can take the connection over until the transaction ends: the fence of ownership/fence.sql. */
const FENCE = `with fence as materialized (
  select 1 from pbx_owner where tenant_id = $1 and pbx_id = $2 and epoch = $3 for key share)`;
const CLEAR_LEG = sql(
  'clear-agent-leg',
  `${FENCE} update agent set leg_id = null where leg_id = $4 and exists (select from fence)
   returning tenant_id, id`,
);
const SET_DEVICE = sql(
  'set-device',
  `${FENCE} update agent set device = $5 where tenant_id = $1 and pbx_id = $2 and endpoint = $4
      and device is distinct from $5 and exists (select from fence) returning id`,
);
const ENDPOINTS = sql(
  'endpoints-of-pbx',
  'select endpoint from agent where tenant_id = $1 and pbx_id = $2 order by endpoint',
);
const SET_PRESENCE = sql(
  'set-presence',
  `update agent set presence = $3,
          idle_since = case when presence = $3 then idle_since else $4 end
    where tenant_id = $1 and id = $2 returning occupation`,
);
const PRESENCE_EVENT = sql(
  'presence-event',
  `insert into event (tenant_id, agent_id, kind, at, body)
   values ($1, $2, 'agent.' || $3, $4, jsonb_build_object('agentId', $2::uuid))`,
);

/** Notes that an agent's leg is gone. Returns the agent whose it was; null when another node owns the PBX by now. */
export async function clearAgentLeg(
  tx: Transaction,
  { tenantId, pbxId, epoch }: Owned,
  legId: LegId,
): Promise<{ readonly tenantId: TenantId; readonly agentId: AgentId } | null> {
  const [row] = await tx.query<{ tenant_id: TenantId; id: AgentId }>(CLEAR_LEG, [
    tenantId,
    pbxId,
    epoch,
    legId,
  ]);
  return row === undefined ? null : { tenantId: row.tenant_id, agentId: row.id };
}

/** Notes what an agent's phone says about itself. Returns the agent when that is news and this node owns the PBX. */
export async function setDevice(
  tx: Transaction,
  { tenantId, pbxId, epoch }: Owned,
  endpoint: string,
  device: DeviceState,
): Promise<AgentId | null> {
  const values = [tenantId, pbxId, epoch, endpoint, device];
  const [row] = await tx.query<{ id: AgentId }>(SET_DEVICE, values);
  return row?.id ?? null;
}

/** The phones of all agents on a PBX. */
export async function endpointsOfPbx(
  database: Database,
  tenantId: TenantId,
  pbxId: PbxId,
): Promise<readonly string[]> {
  const rows = await database.query<{ endpoint: string }>(ENDPOINTS, [tenantId, pbxId]);
  return rows.map((row) => row.endpoint);
}

/** Changes what an agent wants to be, with its event. False for an unknown agent. */
export async function setPresence(
  tx: Transaction,
  { tenantId, agentId }: { readonly tenantId: TenantId; readonly agentId: AgentId },
  presence: Presence,
  nowMs: EpochMs,
): Promise<boolean> {
  const at = timestamp(nowMs);
  const changed = await tx.query(SET_PRESENCE, [tenantId, agentId, presence, at]);
  if (changed.length === 0) return false;
  await tx.query(PRESENCE_EVENT, [tenantId, agentId, presence, at]);
  return true;
}
