import type { TenantId } from '../../core/prelude/ids.ts';
import type { Database } from '../database.ts';
import { sqlFile } from '../statement.ts';

const FIGURES = sqlFile(import.meta.url, './figures.sql');

/** Counts over all callbacks and attempts that are kept. */
export interface Figures {
  /** Callbacks by state; states without callbacks are left out. */
  readonly callbacks: ReadonlyMap<string, number>;
  /** Ended attempts by outcome; outcomes that never came are left out. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Those who keep a place but cannot be taken now, by reason. */
  readonly parked: ReadonlyMap<string, number>;
  /** Numbers refused when a callback was asked for, by reason. */
  readonly refusedAsked: ReadonlyMap<string, number>;
  /** Numbers refused for good when their callback was due, by reason. */
  readonly refusedDue: ReadonlyMap<string, number>;
}

/** Reads the counts anew. @throws DatabaseUnavailable */
export async function viewFigures(database: Database, tenantId: TenantId): Promise<Figures> {
  return database.forTenant(tenantId, async (tx) => {
    const rows = await tx.query<{ what: string; word: string; count: number }>(FIGURES, [tenantId]);
    const counts = (what: string): ReadonlyMap<string, number> =>
      new Map(rows.filter((row) => row.what === what).map(({ word, count }) => [word, count]));
    return {
      callbacks: counts('callbacks'),
      attempts: counts('attempts'),
      parked: counts('parked'),
      refusedAsked: counts('asked'),
      refusedDue: counts('due'),
    };
  });
}
