import { DECLINE_PAUSE_SECONDS } from '../../core/callbacks/policy.ts';
import type { AgentId, InteractionId, TenantId } from '../../core/prelude/ids.ts';
import { secondsAfter } from '../../core/prelude/time.ts';
import { type Database, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';

const COUNT_FAILURE = sqlFile(import.meta.url, './count-failure.sql');

/** Something that could not be handled. */
export interface Failure {
  readonly tenantId: TenantId;
  readonly interactionId: InteractionId;
  /** The kind of the input. */
  readonly what: string;
  /** The agent who was to get it; null when it was no match. */
  readonly agentId: AgentId | null;
}

/**
 * Counts a failure of an interaction since it was last handled, and tells how many there are by now. An agent who was to
 * get it is not given it again for a while.
 * @throws DatabaseUnavailable
 */
export async function countFailure(
  database: Database,
  { tenantId, interactionId, agentId }: Failure,
): Promise<number> {
  const until = timestamp(secondsAfter(await database.clock(), DECLINE_PAUSE_SECONDS));
  const values = [tenantId, interactionId, agentId, until];
  const [row] = await database.query<{ failures: number }>(COUNT_FAILURE, values);
  return row?.failures ?? 0;
}
