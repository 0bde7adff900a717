import type { InteractionId, TenantId } from '../core/prelude/ids.ts';
import { type Database, timestamp } from './database.ts';
import { sql } from './statement.ts';

const NOTE = sql(
  'note-spoken-offer',
  `insert into spoken_offer (tenant_id, interaction_id, spoken_at) values ($1, $2, $3)
   on conflict (tenant_id, interaction_id) do nothing`,
);

/** Notes that a caller has been offered a callback in words; only the first time counts. Locks nothing. */
export async function noteSpokenOffer(
  database: Database,
  tenantId: TenantId,
  interactionId: InteractionId,
): Promise<void> {
  await database.query(NOTE, [tenantId, interactionId, timestamp(await database.clock())]);
}
