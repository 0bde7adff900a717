import type { PhoneNumber } from '../../core/numbers/number.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Database } from '../database.ts';
import { sql } from '../statement.ts';

const ADD = sql(
  'add-opt-out',
  `insert into opt_out (tenant_id, number) values ($1, $2)
       on conflict (tenant_id, number) do update set number = excluded.number
   returning number, added_at as "addedAt"`,
);
const REMOVE = sql(
  'remove-opt-out',
  'delete from opt_out where tenant_id = $1 and number = $2 returning 1',
);
const LIST = sql(
  'list-opt-outs',
  `select number, added_at as "addedAt" from opt_out
    where tenant_id = $1 and ($2::text is null or number > $2) order by number limit $3`,
);

/** Somebody who does not want to be called. */
export interface OptOut {
  readonly number: PhoneNumber;
  readonly addedAt: EpochMs;
}

type TenantDatabase = Pick<Database, 'forTenant'>;

/** Puts a number on the list, effective with the commit; adding twice keeps the first time. @throws DatabaseUnavailable */
export async function addOptOut(
  database: TenantDatabase,
  tenantId: TenantId,
  number: PhoneNumber,
): Promise<OptOut> {
  const [added] = await database.forTenant(tenantId, async (tx) =>
    tx.query<{ number: PhoneNumber; addedAt: EpochMs }>(ADD, [tenantId, number]),
  );
  if (added === undefined) throw new Error('an insert that updates returns its row');
  return added;
}

/** Takes a number off the list; false when it was not on it. @throws DatabaseUnavailable */
export async function removeOptOut(
  database: TenantDatabase,
  tenantId: TenantId,
  number: PhoneNumber,
): Promise<boolean> {
  const removed = await database.forTenant(tenantId, async (tx) =>
    tx.query(REMOVE, [tenantId, number]),
  );
  return removed.length > 0;
}

/** One page of the list in the order of numbers, beginning after `after`, and where the next begins. @throws DatabaseUnavailable */
export async function listOptOuts(
  database: TenantDatabase,
  tenantId: TenantId,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly items: readonly OptOut[]; readonly next: string | null }> {
  const found = await database.forTenant(tenantId, async (tx) =>
    tx.query<{ number: PhoneNumber; addedAt: EpochMs }>(LIST, [tenantId, after, limit + 1]),
  );
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.number ?? null) : null };
}
