import type { TimerKind } from '../../core/interactions/situation.ts';
import type { InteractionId, TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../../core/prelude/time.ts';
import { type Database, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';

const CLAIM_DUE = sqlFile(import.meta.url, './claim-due.sql');

/** How long a worker keeps a due timer to itself, in seconds; if it dies, another takes it after that. */
const CLAIM_SECONDS = 5;
const BATCH = 100;

/** A timer whose time has come. */
export interface DueTimer {
  readonly tenantId: TenantId;
  readonly interactionId: InteractionId;
  readonly timer: TimerKind;
  /** How often it was begun before and not ended. */
  readonly tries: number;
}

/** Takes a batch of due timers; whoever handles one deletes or moves it in that transaction. */
export async function claimDueTimers(
  database: Database,
  nowMs: EpochMs,
): Promise<readonly DueTimer[]> {
  const rows = await database.query<{
    tenant_id: TenantId;
    interaction_id: InteractionId;
    kind: TimerKind;
    tries: number;
  }>(CLAIM_DUE, [timestamp(nowMs), timestamp(secondsAfter(nowMs, CLAIM_SECONDS)), BATCH]);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    interactionId: row.interaction_id,
    timer: row.kind,
    tries: row.tries,
  }));
}

const COUNT_TRY = sqlFile(import.meta.url, './count-try.sql');

/** Counts, before it begins, another try of a timer that outlived one: a crash leaves the count behind. */
export async function countTry(
  database: Database,
  { tenantId, interactionId, timer }: DueTimer,
  nowMs: EpochMs,
): Promise<void> {
  const until = timestamp(secondsAfter(nowMs, CLAIM_SECONDS));
  await database.query(COUNT_TRY, [tenantId, interactionId, timer, until]);
}
