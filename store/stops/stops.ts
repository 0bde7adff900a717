import type { PbxId, QueueId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Stoppable } from '../../core/stops/stop.ts';
import { type Transaction, timestamp } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const BEGIN = sqlFile(import.meta.url, './begin-stop.sql');
const WAIT_FOR_DIALS = sqlFile(import.meta.url, './wait-for-dials.sql');
const WAKE = sqlFile(import.meta.url, './wake-stopped.sql');
const END = sql(
  'end-stop',
  `update stop set resumed_at = $5, resumed_by = $6, resume_reason = $7
    where tenant_id = $1 and what = $2 and queue_id is not distinct from $3 and pbx_id is not distinct from $4
      and resumed_at is null
   returning 1`,
);
const TELL = sql(
  'tell-stop',
  'insert into event (tenant_id, kind, at, body) values ($1, $2, $3, $4)',
);
const FIND_PBX = sql('find-pbx', 'select id from pbx where tenant_id = $1 and name = $2');
const FIND_QUEUE = sql('find-queue', 'select id from queue where tenant_id = $1 and name = $2');

/** What a switch is for; both null: everything of the tenant. */
export interface StopTarget {
  readonly queueId: QueueId | null;
  readonly pbxId: PbxId | null;
  /** The name for the record. */
  readonly scope: string;
}

/** Who turned a switch, when and why. */
export interface StopWord {
  readonly tenantId: TenantId;
  readonly what: Stoppable;
  readonly target: StopTarget;
  readonly by: string;
  readonly reason: string;
  readonly nowMs: EpochMs;
}

/** The target of that name; null when there is none. */
export async function findTarget(
  tx: Transaction,
  tenantId: TenantId,
  kind: 'queue' | 'pbx',
  name: string,
): Promise<StopTarget | null> {
  const isQueue = kind === 'queue';
  const [row] = await tx.query<{ id: QueueId & PbxId }>(isQueue ? FIND_QUEUE : FIND_PBX, [
    tenantId,
    name,
  ]);
  if (row === undefined) return null;
  return { queueId: isQueue ? row.id : null, pbxId: isQueue ? null : row.id, scope: name };
}

/** Waits until no decision to dial is under way for the target; the next ones will see what is written now. */
export async function waitForDials(
  tx: Transaction,
  tenantId: TenantId,
  { queueId, pbxId }: StopTarget,
): Promise<void> {
  await tx.query(WAIT_FOR_DIALS, [tenantId, queueId, pbxId]);
}

/** Stops, and tells it. False when it is stopped already. */
export async function beginStop(tx: Transaction, stopId: string, word: StopWord): Promise<boolean> {
  const { tenantId, what, target, by, reason, nowMs } = word;
  const { queueId, pbxId, scope } = target;
  const row = [tenantId, stopId, what, queueId, pbxId, scope, timestamp(nowMs), by, reason];
  const begun = (await tx.query(BEGIN, row)).length > 0;
  if (begun) await tell(tx, 'stopped', word);
  return begun;
}

/** Resumes, tells it, and wakes who waits for it. False when nothing was stopped. */
export async function endStop(tx: Transaction, word: StopWord): Promise<boolean> {
  const { tenantId, what, target, by, reason, nowMs } = word;
  const row = [tenantId, what, target.queueId, target.pbxId, timestamp(nowMs), by, reason];
  if ((await tx.query(END, row)).length === 0) return false;
  await tell(tx, 'resumed', word);
  if (what === 'dialling') await tx.query(WAKE, [tenantId, timestamp(nowMs)]);
  return true;
}

async function tell(
  tx: Transaction,
  change: 'stopped' | 'resumed',
  { tenantId, what, target: { scope }, by, reason, nowMs }: StopWord,
): Promise<void> {
  const body = JSON.stringify({ scope, by, reason });
  await tx.query(TELL, [tenantId, `${what}.${change}`, timestamp(nowMs), body]);
}
