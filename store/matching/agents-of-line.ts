import type { Occupation, Presence } from '../../core/agents/agent.ts';
import type { AgentFacts } from '../../core/agents/may-ask.ts';
import type { DeviceState } from '../../core/calls/endings.ts';
import type { AgentId, InteractionId, LegId, LineId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database } from '../database.ts';
import { sqlFile } from '../statement.ts';

const AGENTS_OF_LINE = sqlFile(import.meta.url, './agents-of-line.sql');

interface AgentRow {
  readonly id: AgentId;
  readonly name: string;
  readonly endpoint: string;
  readonly presence: Presence;
  readonly occupation: Occupation;
  readonly leg_id: LegId | null;
  readonly device: DeviceState;
  readonly idle_since: EpochMs;
  readonly is_held: boolean;
  readonly not_before: EpochMs | null;
}

/** Up to fifty agents of the line, as far as one interaction is concerned; read without locks, for explaining only. */
export async function agentsOfLine(
  database: Database,
  tenantId: TenantId,
  lineId: LineId,
  interactionId: InteractionId,
): Promise<readonly AgentFacts[]> {
  const rows = await database.query<AgentRow>(AGENTS_OF_LINE, [tenantId, lineId, interactionId]);
  return rows.map((row) => ({
    agent: {
      id: row.id,
      name: row.name,
      endpoint: row.endpoint,
      presence: row.presence,
      occupation: row.occupation,
      legId: row.leg_id,
      device: row.device,
      idleSince: row.idle_since,
    },
    isHeld: row.is_held,
    notBefore: row.not_before,
  }));
}
