import type { Command } from '../../core/interactions/command.ts';
import type { InteractionId, PbxId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { type Database, type Transaction, timestamp } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const MARK_SENT = sqlFile(import.meta.url, './mark-sent.sql');
const MARK_ENDED = sqlFile(import.meta.url, './mark-ended.sql');
const PENDING = sqlFile(import.meta.url, './pending.sql');

/** Which command of which interaction. */
export interface CommandKey {
  readonly tenantId: TenantId;
  readonly interactionId: InteractionId;
  readonly number: number;
}

/** How carrying out a command ended; `problem` is readable by an operator. */
export interface EndedCommand extends CommandKey {
  readonly state: 'done' | 'failed';
  readonly problem: string | null;
}

/** A command that its interaction still waits for. */
export interface PendingCommand {
  readonly interactionId: InteractionId;
  readonly number: number;
  readonly command: Command;
  /** Null when nobody has tried to send it. */
  readonly sentEpoch: number | null;
}

/** Claims the right to send a command now, under this epoch; false when it must not be sent (again). */
export async function markSent(
  executor: Pick<Transaction, 'query'>,
  { tenantId, interactionId, number }: CommandKey,
  epoch: number,
): Promise<boolean> {
  const rows = await executor.query(MARK_SENT, [tenantId, interactionId, number, epoch]);
  return rows.length > 0;
}

/** Notes how commands ended, many at a time. */
export async function markEnded(database: Database, ended: readonly EndedCommand[]): Promise<void> {
  const rows = ended.map(({ tenantId, interactionId, number, state, problem }) => ({
    tenant_id: tenantId,
    interaction_id: interactionId,
    number,
    state,
    problem,
  }));
  await database.query(MARK_ENDED, [JSON.stringify(rows)]);
}

/** Commands for a PBX, created until then, that nobody has seen to the end, in their order. */
export async function pendingCommands(
  database: Database,
  { tenantId, pbxId }: { readonly tenantId: TenantId; readonly pbxId: PbxId },
  createdUntil: EpochMs,
): Promise<readonly PendingCommand[]> {
  const rows = await database.query<{
    interaction_id: InteractionId;
    number: number;
    body: Command;
    sent_epoch: number | null;
  }>(PENDING, [tenantId, pbxId, timestamp(createdUntil)]);
  return rows.map((row) => ({
    interactionId: row.interaction_id,
    number: row.number,
    command: row.body,
    sentEpoch: row.sent_epoch,
  }));
}

const NOTIFY = sql(
  'notify-owners',
  `select pg_notify('ringback', pbx_id) from unnest($1::text[]) as pbx_id`,
);

/** Tells the nodes that own these PBXs that commands wait for them. Only quicker than their own looking. */
export async function notifyOwners(database: Database, pbxIds: readonly PbxId[]): Promise<void> {
  await database.query(NOTIFY, [pbxIds]);
}
