import type { HoursSetup } from '../../core/centre/centre.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { LineId, PbxId, QueueId, TenantId } from '../../core/prelude/ids.ts';
import type { QueueSettings } from '../../core/queues/settings.ts';
import type { Transaction } from '../database.ts';
import type { StoredHours } from '../situations/load.ts';
import { sql, sqlFile } from '../statement.ts';

const QUEUE_TO_ASK = sqlFile(import.meta.url, './queue-to-ask.sql');
const QUEUE_NAMES = sql(
  'queue-names',
  'select name from queue where tenant_id = $1 order by name limit 10',
);

/** A queue that is asked for a callback. */
export interface QueueToAsk {
  readonly queueId: QueueId;
  readonly pbxId: PbxId;
  readonly lineId: LineId;
  readonly queue: QueueSettings;
  /** Null: always open. */
  readonly hours: StoredHours | null;
  readonly tenantZone: string | null;
  /** True while a stop switch holds requests back. */
  readonly requestsStopped: boolean;
}

interface QueueRow {
  readonly id: QueueId;
  readonly pbx_id: PbxId;
  readonly name: string;
  readonly number: PhoneNumber | null;
  readonly priority: number;
  readonly callback: QueueSettings['callback'];
  readonly line_id: LineId;
  readonly time_zone: string | null;
  readonly weekly: HoursSetup['weekly'];
  readonly holidays: HoursSetup['holidays'];
  readonly tenant_zone: string | null;
  readonly requests_stopped: boolean;
}

/** The queue of that name; null when there is none. */
export async function queueToAsk(
  tx: Transaction,
  tenantId: TenantId,
  name: string,
): Promise<QueueToAsk | null> {
  const [row] = await tx.query<QueueRow & Record<string, unknown>>(QUEUE_TO_ASK, [tenantId, name]);
  if (row === undefined) return null;
  const { id, pbx_id, line_id, number, callback, time_zone, weekly, holidays } = row;
  return {
    queueId: id,
    pbxId: pbx_id,
    lineId: line_id,
    queue: { name: row.name, number, priority: row.priority, callback },
    hours: time_zone === null ? null : { timeZone: time_zone, weekly, holidays },
    tenantZone: row.tenant_zone,
    requestsStopped: row.requests_stopped,
  };
}

/** The first ten names, to tell somebody who asked for a queue that is none. */
export async function queueNames(tx: Transaction, tenantId: TenantId): Promise<readonly string[]> {
  return (await tx.query<{ name: string }>(QUEUE_NAMES, [tenantId])).map(({ name }) => name);
}
