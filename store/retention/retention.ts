import { type EpochMs, secondsAfter } from '../../core/prelude/time.ts';
import { type Database, timestamp } from '../database.ts';
import { type Statement, sqlFile } from '../statement.ts';

const DAY_SECONDS = 86_400;

/** Rows that are of use for a while only, and that no request of a person brings to an end. */
interface Passing {
  readonly table: string;
  readonly keptDays: number;
  readonly forget: Statement;
}

/** What is kept for how long; docs/operations/database.md tells it, and is compared by a test. */
export const PASSING: readonly Passing[] = [
  {
    table: 'command',
    keptDays: 7,
    forget: sqlFile(import.meta.url, './forget-commands.sql'),
  },
  {
    // Longer than the longest look-back, 30 days: whoever tells the call again is told that it lies too far back.
    table: 'missed_call',
    keptDays: 31,
    forget: sqlFile(import.meta.url, './forget-missed-calls.sql'),
  },
  {
    // A report covers 366 days at most, and is asked for some time after them.
    table: 'spoken_offer',
    keptDays: 732,
    forget: sqlFile(import.meta.url, './forget-spoken-offers.sql'),
  },
];

/** Statements for each table in one go; what is left is removed in the next one, so that nothing else waits for long. */
const BATCHES_MAX = 20;

/** Removes what is older than it is kept, a thousand rows at a time. @throws DatabaseUnavailable */
export async function forgetPassed(database: Database, nowMs: EpochMs): Promise<void> {
  for (const { keptDays, forget } of PASSING) {
    const before = timestamp(secondsAfter(nowMs, -keptDays * DAY_SECONDS));
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      if ((await database.query(forget, [before])).length === 0) break;
    }
  }
}
