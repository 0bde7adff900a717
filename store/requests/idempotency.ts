import type { CallbackId, TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../../core/prelude/time.ts';
import { type Transaction, timestamp } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const CLAIM = sqlFile(import.meta.url, './claim-key.sql');
const FORGET = sqlFile(import.meta.url, './forget-keys.sql');
const READ = sql(
  'idempotency-key-read',
  'select request_hash, callback_id from idempotency_key where tenant_id = $1 and key = $2 and created_at > $3',
);
const WRITE = sql(
  'idempotency-key-write',
  'update idempotency_key set callback_id = $3 where tenant_id = $1 and key = $2',
);

/** How long a key is remembered, in seconds. */
export const KEY_KEPT_SECONDS = 24 * 3600;

/** What a caller calls one request, so that sending it twice is the same as once. */
export interface RequestKey {
  readonly tenantId: TenantId;
  readonly key: string;
  /** Of the whole request. */
  readonly hash: string;
}

/** What a key has come to before. */
export interface KnownKey {
  readonly callbackId: CallbackId;
  readonly isSameRequest: boolean;
}

/** What the key has come to within the last day; null when it is new. */
export async function readKey(
  tx: Transaction,
  { tenantId, key, hash }: RequestKey,
  nowMs: EpochMs,
): Promise<KnownKey | null> {
  const since = timestamp(secondsAfter(nowMs, -KEY_KEPT_SECONDS));
  const [row] = await tx.query<{ request_hash: string; callback_id: CallbackId | null }>(READ, [
    tenantId,
    key,
    since,
  ]);
  if (row === undefined || row.callback_id === null) return null;
  return { callbackId: row.callback_id, isSameRequest: row.request_hash === hash };
}

/** Takes the key for this transaction, waiting for another that has it; false when that one has used it. */
export async function claimKey(
  tx: Transaction,
  { tenantId, key, hash }: RequestKey,
  nowMs: EpochMs,
): Promise<boolean> {
  const before = timestamp(secondsAfter(nowMs, -KEY_KEPT_SECONDS));
  const claimed = await tx.query(CLAIM, [tenantId, key, hash, timestamp(nowMs), before]);
  await tx.query(FORGET, [before]);
  return claimed.length > 0;
}

/** Notes what came of the request whose key was taken. */
export async function writeKey(
  tx: Transaction,
  { tenantId, key }: RequestKey,
  callbackId: CallbackId,
): Promise<void> {
  await tx.query(WRITE, [tenantId, key, callbackId]);
}
