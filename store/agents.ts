import type { Presence } from '../core/agents/agent.ts';
import type { DeviceState } from '../core/calls/endings.ts';
import type { AgentId, LegId, PbxId, TenantId } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import { type Database, type Transaction, timestamp } from './database.ts';
import { sql } from './statement.ts';

const CLEAR_LEG = sql(
  'clear-agent-leg',
  'update agent set leg_id = null where leg_id = $1 returning tenant_id, id',
);
const SET_DEVICE = sql(
  'set-device',
  `update agent set device = $4 where tenant_id = $1 and pbx_id = $2 and endpoint = $3
      and device is distinct from $4 returning id`,
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

/** Notes that an agent's leg is gone. Returns the agent whose it was. */
export async function clearAgentLeg(
  executor: Pick<Transaction, 'query'>,
  legId: LegId,
): Promise<{ readonly tenantId: TenantId; readonly agentId: AgentId } | null> {
  const [row] = await executor.query<{ tenant_id: TenantId; id: AgentId }>(CLEAR_LEG, [legId]);
  return row === undefined ? null : { tenantId: row.tenant_id, agentId: row.id };
}

/** Notes what an agent's phone says about itself. Returns the agent when that is news. */
export async function setDevice(
  executor: Pick<Transaction, 'query'>,
  pbx: { readonly tenantId: TenantId; readonly id: PbxId },
  endpoint: string,
  device: DeviceState,
): Promise<AgentId | null> {
  const [row] = await executor.query<{ id: AgentId }>(SET_DEVICE, [
    pbx.tenantId,
    pbx.id,
    endpoint,
    device,
  ]);
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
