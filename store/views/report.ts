import { present } from '../../core/prelude/assert.ts';
import type { QueueId, TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Percentiles, ReportCounts } from '../../core/reports/metrics.ts';
import { type Database, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';

const REPORT = sqlFile(import.meta.url, './report.sql');

/** What a report is about: what entered a line in a half-open span of time, in one queue or in all (null). */
export interface ReportPeriod {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly queueId: QueueId | null;
}

interface CountsRow {
  readonly queued: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly callback_requested: number;
  readonly duplicates: number;
  readonly offered: number;
  readonly callbacks: number;
  readonly registered: number;
  readonly inactive: number;
  readonly lost: number;
  readonly set_aside: number;
  readonly times: readonly [number, number, number] | null;
  readonly net_times: readonly [number, number, number] | null;
  readonly punctuality: readonly [number, number] | null;
  readonly promises_kept: number;
  readonly promises_due: number;
  readonly dialled_twice: number;
  readonly connected: number;
  readonly at_first: number;
  readonly counted: number;
  readonly offers: number;
  readonly declined: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly dialled: number;
  readonly answered_dials: number;
}

/** Counts anew. @throws DatabaseUnavailable */
export async function viewReport(
  database: Pick<Database, 'forTenant'>,
  tenantId: TenantId,
  { from, to, queueId }: ReportPeriod,
): Promise<ReportCounts> {
  const values = [tenantId, timestamp(from), timestamp(to), queueId];
  return database.forTenant(tenantId, async (tx) => {
    const [row] = await tx.query<CountsRow>(REPORT, values);
    return countsOf(present(row, 'counts'));
  });
}

function countsOf(row: CountsRow): ReportCounts {
  return {
    queued: row.queued,
    answered: row.answered,
    abandoned: row.abandoned,
    callbackRequested: row.callback_requested,
    duplicates: row.duplicates,
    offered: row.offered,
    registered: row.registered,
    callbacks: row.callbacks,
    reachedAtFirst: row.at_first,
    connected: row.connected,
    countedAttempts: row.counted,
    outcomes: row.outcomes,
    dialled: row.dialled,
    answeredDials: row.answered_dials,
    offersToAgents: row.offers,
    declinedByAgents: row.declined,
    inactive: row.inactive,
    lost: row.lost,
    setAside: row.set_aside,
    promisesDue: row.promises_due,
    promisesKept: row.promises_kept,
    dialledTwice: row.dialled_twice,
    timeToCallbackSeconds: percentiles(row.times),
    netTimeToCallbackSeconds: percentiles(row.net_times),
    punctualityMinutes:
      row.punctuality === null ? null : { p50: row.punctuality[0], p90: row.punctuality[1] },
  };
}

function percentiles(found: readonly [number, number, number] | null): Percentiles | null {
  if (found === null) return null;
  const [p50, p90, p99] = found;
  return { p50, p90, p99 };
}
