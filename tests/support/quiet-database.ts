import { setImmediate } from 'node:timers/promises';
import type { QueryResultRow } from 'pg';
import type { TenantId } from '../../core/prelude/ids.ts';
import { Database, type Transaction } from '../../store/database.ts';
import type { Statement } from '../../store/statement.ts';

/** How many turns of Node's loop in a row must pass without database work until nothing more is coming. */
const QUIET_TURNS = 4;

/** A database that can say when nobody is using it, so that virtual time moves only between pieces of work. */
export class QuietDatabase extends Database {
  private atWork = 0;

  override async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.counted(async () => super.transaction(work));
  }

  override async forTenant<Result>(
    tenantId: TenantId,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return this.counted(async () => super.forTenant(tenantId, work));
  }

  override async query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.counted(async () => super.query<Row>(statement, values));
  }

  /** Resolves when no statement is running and none follows. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
      await setImmediate();
      if (this.atWork > 0) turns = -1;
    }
  }

  /** True while a statement is running. */
  get isAtWork(): boolean {
    return this.atWork > 0;
  }

  private async counted<Result>(work: () => Promise<Result>): Promise<Result> {
    this.atWork += 1;
    try {
      return await work();
    } finally {
      this.atWork -= 1;
    }
  }
}
