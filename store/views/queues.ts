import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { QueueId, TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, secondsBetween } from '../../core/prelude/time.ts';
import type { Database } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const QUEUES = sqlFile(import.meta.url, './queues.sql');
const QUEUE_BY_NAME = sql(
  'view-queue-by-name',
  'select id from queue where tenant_id = $1 and name = $2',
);

/** A queue with those who wait and those who serve. */
export interface ViewedQueue {
  readonly id: QueueId;
  readonly name: string;
  readonly number: PhoneNumber | null;
  readonly pbx: string;
  /** Callers on the phone who talk to nobody yet. */
  readonly waitingCalls: number;
  readonly callbacksInLine: number;
  readonly callbacksParked: number;
  /** How long the first in line has waited; null when nobody does. */
  readonly longestWaitSeconds: number | null;
  readonly agentsServing: number;
  readonly agentsAvailable: number;
}

interface QueueRow {
  readonly id: QueueId;
  readonly name: string;
  readonly number: PhoneNumber | null;
  readonly pbx: string;
  readonly waiting_calls: number;
  readonly callbacks_in_line: number;
  readonly callbacks_parked: number;
  readonly waiting_since: EpochMs | null;
  readonly serving: number;
  readonly available: number;
}

/** All queues by name. @throws DatabaseUnavailable */
export async function viewQueues(
  database: Database,
  tenantId: TenantId,
): Promise<readonly ViewedQueue[]> {
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<QueueRow>(QUEUES, [tenantId]);
    const now = await tx.clock();
    return rows.map((row) => viewed(row, now));
  });
}

/** The id of the queue of that name; null when there is none. @throws DatabaseUnavailable */
export async function findQueue(
  database: Database,
  tenantId: TenantId,
  name: string,
): Promise<QueueId | null> {
  return database.forTenant(tenantId, async (tx) => {
    const [row] = await tx.query<{ id: QueueId }>(QUEUE_BY_NAME, [tenantId, name]);
    return row?.id ?? null;
  });
}

function viewed(row: QueueRow, now: EpochMs): ViewedQueue {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    pbx: row.pbx,
    waitingCalls: row.waiting_calls,
    callbacksInLine: row.callbacks_in_line,
    callbacksParked: row.callbacks_parked,
    longestWaitSeconds:
      row.waiting_since === null ? null : Math.floor(secondsBetween(row.waiting_since, now)),
    agentsServing: row.serving,
    agentsAvailable: row.available,
  };
}
