import type { AgentId, CallbackId, InteractionId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database } from '../database.ts';
import { sqlFile } from '../statement.ts';

const STORY = sqlFile(import.meta.url, './story.sql');
const LATEST = sqlFile(import.meta.url, './latest-events.sql');

/** One event with the names of those it speaks of. */
export interface ViewedEvent {
  readonly at: EpochMs;
  /** `<noun>.<what it became>`, see core/interactions/events.ts. */
  readonly kind: string;
  readonly interactionId: InteractionId | null;
  readonly callbackId: CallbackId | null;
  readonly queue: string | null;
  readonly agent: string | null;
  readonly agentId: AgentId | null;
  readonly body: Readonly<Record<string, unknown>>;
}

interface EventRow {
  at: EpochMs;
  kind: string;
  interaction_id: InteractionId | null;
  callback_id: CallbackId | null;
  queue: string | null;
  agent: string | null;
  agent_id: AgentId | null;
  body: Record<string, unknown>;
}

/** Events that are left out of a reading: by their kind, and places that were parked for a reason that tells nothing. */
export interface LeftOut {
  readonly kinds: readonly string[];
  readonly parkedFor: readonly string[];
}

/** The whole life of the interaction that a callback belongs to, oldest first; empty when there is none. */
export async function viewStory(
  database: Pick<Database, 'forTenant'>,
  tenantId: TenantId,
  callbackId: CallbackId,
  leftOut: LeftOut,
): Promise<readonly ViewedEvent[]> {
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<EventRow>(STORY, [
      tenantId,
      callbackId,
      leftOut.kinds,
      leftOut.parkedFor,
    ]);
    return rows.map(eventOf);
  });
}

/** What has happened last in the whole centre, newest first. */
export async function viewLatestEvents(
  database: Pick<Database, 'forTenant'>,
  tenantId: TenantId,
  limit: number,
  leftOut: LeftOut,
): Promise<readonly ViewedEvent[]> {
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<EventRow>(LATEST, [
      tenantId,
      limit,
      leftOut.kinds,
      leftOut.parkedFor,
    ]);
    return rows.map(eventOf);
  });
}

function eventOf(row: EventRow): ViewedEvent {
  const { interaction_id, callback_id, agent_id, ...rest } = row;
  return { ...rest, interactionId: interaction_id, callbackId: callback_id, agentId: agent_id };
}
