import type { HoursSetup } from '../../core/centre/centre.ts';
import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { CallbackSettings } from '../../core/queues/settings.ts';
import { type Database, timestamp } from '../database.ts';
import type { StoredHours } from '../situations/load.ts';
import { sqlFile } from '../statement.ts';
import type { ReportPeriod } from './report.ts';

const DIALS = sqlFile(import.meta.url, './dials.sql');

/** A call to a customer, and what tells whether its time was one to call at, as it is set up now. */
export interface DialSeen {
  readonly dialedAt: EpochMs;
  readonly number: PhoneNumber;
  readonly statedZone: string | null;
  readonly callback: CallbackSettings;
  /** Null: always open. */
  readonly hours: StoredHours | null;
  readonly tenantZone: string | null;
}

interface DialRow {
  readonly dialed_at: EpochMs;
  readonly number: PhoneNumber;
  readonly stated_zone: string | null;
  readonly callback: CallbackSettings;
  readonly time_zone: string | null;
  readonly weekly: HoursSetup['weekly'];
  readonly holidays: HoursSetup['holidays'];
  readonly tenant_zone: string | null;
}

/** The latest calls of a period, at most 5,000. @throws DatabaseUnavailable */
export async function viewDials(
  database: Pick<Database, 'forTenant'>,
  tenantId: TenantId,
  { from, to, queueId }: ReportPeriod,
): Promise<readonly DialSeen[]> {
  const values = [tenantId, timestamp(from), timestamp(to), queueId];
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<DialRow & Record<string, unknown>>(DIALS, values);
    return rows.map(dialOf);
  });
}

function dialOf(row: DialRow): DialSeen {
  const { dialed_at: dialedAt, number, callback, time_zone: timeZone, weekly, holidays } = row;
  const hours = timeZone === null ? null : { timeZone, weekly, holidays };
  const [statedZone, tenantZone] = [row.stated_zone, row.tenant_zone];
  return { dialedAt, number, callback, hours, statedZone, tenantZone };
}
