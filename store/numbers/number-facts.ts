import type { PhoneNumber } from '../../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy } from '../../core/numbers/policy.ts';
import type { NumberFacts } from '../../core/numbers/verdict.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import type { Transaction } from '../database.ts';
import { sql, sqlFile } from '../statement.ts';

const FACTS = sqlFile(import.meta.url, './number-facts.sql');
const LOCK = sql(
  'lock-numbers',
  `select pg_advisory_xact_lock(hashtextextended('ringback numbers ' || $1::text || $2::text, 0))`,
);

/** What is counted: requests for a callback, or calls that are placed. */
export type Counted = 'requests' | 'dials';

/** Which number is asked about, for which tenant and when. */
export interface NumberQuestion {
  readonly tenantId: TenantId;
  readonly number: PhoneNumber;
  readonly nowMs: EpochMs;
  readonly counted: Counted;
}

/** What the database knows of a number; class and countries are worked out at the edge. */
export interface CountedFacts
  extends Pick<NumberFacts, 'optedOut' | 'requests' | 'velocities' | 'spent'> {
  readonly policy: NumberPolicy;
  /** Numbers of the tenant, enough of them to tell its countries. */
  readonly ownNumbers: readonly PhoneNumber[];
}

interface FactsRow {
  policy: NumberPolicy | null;
  own_numbers: readonly PhoneNumber[];
  opted_out: boolean;
  requests: number;
  requests_oldest: EpochMs | null;
  caller: number;
  caller_oldest: EpochMs | null;
  prefix: number;
  prefix_oldest: EpochMs | null;
  tenant: number;
  tenant_oldest: EpochMs | null;
  spent: number;
  spent_oldest: EpochMs | null;
}

/**
 * Lets one transaction of the tenant after the other count and add, until each ends: a limit that has room for one more
 * is not used by two. Taken after the locks of agent, interaction and callback, before those of routes.
 */
export async function lockNumbers(
  tx: Transaction,
  tenantId: TenantId,
  counted: Counted,
): Promise<void> {
  await tx.query(LOCK, [tenantId, counted]);
}

/** Counts what the number policy limits. Without `lockNumbers` before, for looking only. */
export async function numberFacts(
  tx: Pick<Transaction, 'query'>,
  { tenantId, number, nowMs, counted }: NumberQuestion,
): Promise<CountedFacts> {
  const [row] = await tx.query<FactsRow & Record<string, unknown>>(FACTS, [
    tenantId,
    number,
    new Date(nowMs).toISOString(),
    counted === 'requests',
    NUMBER_POLICY_DEFAULTS.budget.reservedMinutes,
  ]);
  if (row === undefined) throw new Error('number-facts.sql answers with one row');
  return {
    policy: row.policy ?? NUMBER_POLICY_DEFAULTS,
    ownNumbers: row.own_numbers,
    optedOut: row.opted_out,
    requests:
      counted === 'requests' ? { count: row.requests, oldestAt: row.requests_oldest } : null,
    velocities: [
      { kind: 'caller', count: row.caller, oldestAt: row.caller_oldest },
      { kind: 'prefix', count: row.prefix, oldestAt: row.prefix_oldest },
      { kind: 'tenant', count: row.tenant, oldestAt: row.tenant_oldest },
    ],
    spent: { units: row.spent, oldestAt: row.spent_oldest },
  };
}
