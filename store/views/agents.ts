import type { Occupation, Presence } from '../../core/agents/agent.ts';
import type { DeviceState } from '../../core/calls/endings.ts';
import type { AgentId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database } from '../database.ts';
import { sqlFile } from '../statement.ts';

const AGENTS = sqlFile(import.meta.url, './agents.sql');

/** A person who takes calls, as they are now. */
export interface ViewedAgent {
  readonly id: AgentId;
  readonly name: string;
  readonly endpoint: string;
  readonly pbx: string;
  readonly presence: Presence;
  readonly occupation: Occupation;
  readonly device: DeviceState;
  /** Whether the agent can be asked to take someone now. */
  readonly available: boolean;
  readonly idleSince: EpochMs;
  readonly queues: readonly string[];
}

interface AgentRow {
  readonly id: AgentId;
  readonly name: string;
  readonly endpoint: string;
  readonly pbx: string;
  readonly presence: Presence;
  readonly occupation: Occupation;
  readonly device: DeviceState;
  readonly available: boolean;
  readonly idle_since: EpochMs;
  readonly queues: readonly string[];
}

/** All agents by name. @throws DatabaseUnavailable */
export async function viewAgents(
  database: Database,
  tenantId: TenantId,
): Promise<readonly ViewedAgent[]> {
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<AgentRow>(AGENTS, [tenantId, null]);
    return rows.map(viewed);
  });
}

/** The agent of that name; null when there is none. @throws DatabaseUnavailable */
export async function viewAgent(
  database: Database,
  tenantId: TenantId,
  name: string,
): Promise<ViewedAgent | null> {
  return database.forTenant(tenantId, async (tx) => {
    const [row] = await tx.query<AgentRow>(AGENTS, [tenantId, name]);
    return row === undefined ? null : viewed(row);
  });
}

function viewed({ idle_since, ...row }: AgentRow): ViewedAgent {
  return { ...row, idleSince: idle_since };
}
