import type { TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Stoppable } from '../../core/stops/stop.ts';
import type { Database } from '../database.ts';
import { sql } from '../statement.ts';

const STOPS = sql(
  'view-stops',
  `select s.what, case when s.queue_id is not null then 'queue' when s.pbx_id is not null then 'pbx' else 'all' end as kind,
          s.scope, s.stopped_at, s.stopped_by, s.reason, s.resumed_at, s.resumed_by, s.resume_reason
     from stop s where s.tenant_id = $1 and (s.resumed_at is null or not $2)
    order by s.stopped_at desc, s.id limit $3`,
);

/** What was stopped, by whom and why, and how that ended. */
export interface ViewedStop {
  readonly what: Stoppable;
  readonly kind: 'queue' | 'pbx' | 'all';
  readonly scope: string;
  readonly stoppedAt: EpochMs;
  readonly stoppedBy: string;
  readonly reason: string;
  readonly resumedAt: EpochMs | null;
  readonly resumedBy: string | null;
  readonly resumeReason: string | null;
}

/** Stops, newest first, those that hold only or all that ever were. @throws DatabaseUnavailable */
export async function viewStops(
  database: Database,
  tenantId: TenantId,
  { onlyNow, limit }: { readonly onlyNow: boolean; readonly limit: number },
): Promise<readonly ViewedStop[]> {
  const rows = await database.forTenant(tenantId, async (tx) =>
    tx.query<{
      what: Stoppable;
      kind: ViewedStop['kind'];
      scope: string;
      stopped_at: EpochMs;
      stopped_by: string;
      reason: string;
      resumed_at: EpochMs | null;
      resumed_by: string | null;
      resume_reason: string | null;
    }>(STOPS, [tenantId, onlyNow, limit]),
  );
  return rows.map((row) => ({
    what: row.what,
    kind: row.kind,
    scope: row.scope,
    stoppedAt: row.stopped_at,
    stoppedBy: row.stopped_by,
    reason: row.reason,
    resumedAt: row.resumed_at,
    resumedBy: row.resumed_by,
    resumeReason: row.resume_reason,
  }));
}
