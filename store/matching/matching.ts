import type { AgentId, InteractionId, LineId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { type Database, type Transaction, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';

const LOCK_AVAILABLE_AGENT = sqlFile(import.meta.url, './lock-available-agent.sql');
const TAKE_NEXT = sqlFile(import.meta.url, './take-next.sql');
const AVAILABLE_AGENTS = sqlFile(import.meta.url, './available-agents.sql');
const UNMATCHED_AGENTS = sqlFile(import.meta.url, './unmatched-agents.sql');

/** An empty answer while rows wait can mean that others were just taking them: look again, but not for ever. */
const TAKE_TRIES_MAX = 3;

/** Waits for the agent's lock; answers when it was got, or null when the agent is not available then. */
export async function lockAvailableAgent(
  tx: Transaction,
  tenantId: TenantId,
  agentId: AgentId,
): Promise<EpochMs | null> {
  const [row] = await tx.query<{ now: EpochMs }>(LOCK_AVAILABLE_AGENT, [tenantId, agentId]);
  return row === undefined ? null : tx.timeFrom(row.now);
}

/**
 * Gives the agent, who is locked and available, the best place of all their lines, and holds both for each other.
 * Null when there is none.
 */
export async function takeNext(
  tx: Transaction,
  tenantId: TenantId,
  agentId: AgentId,
  nowMs: EpochMs,
): Promise<InteractionId | null> {
  for (let tries = 0; tries < TAKE_TRIES_MAX; tries += 1) {
    const [row] = await tx.query<{ interaction_id: InteractionId }>(TAKE_NEXT, [
      tenantId,
      agentId,
      timestamp(nowMs),
    ]);
    if (row !== undefined) return row.interaction_id;
  }
  return null;
}

/** Agents who could take someone from the line, the longest idle first; read without locks, so only candidates. */
export async function availableAgents(
  database: Database,
  tenantId: TenantId,
  lineId: LineId,
): Promise<readonly AgentId[]> {
  const rows = await database.query<{ id: AgentId }>(AVAILABLE_AGENTS, [tenantId, lineId]);
  return rows.map((row) => row.id);
}

/** Available agents beside someone they may take: nothing in a quiet centre. */
export async function unmatchedAgents(
  database: Database,
  nowMs: EpochMs,
): Promise<readonly { readonly tenantId: TenantId; readonly agentId: AgentId }[]> {
  const rows = await database.query<{ tenant_id: TenantId; id: AgentId }>(UNMATCHED_AGENTS, [
    timestamp(nowMs),
  ]);
  return rows.map((row) => ({ tenantId: row.tenant_id, agentId: row.id }));
}
