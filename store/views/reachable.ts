import { type Database, DatabaseUnavailable } from '../database.ts';
import { sql } from '../statement.ts';

const REACH = sql('view-reachable', 'select 1 as one');

/** Whether the database answers now. */
export async function isReachable(database: Database): Promise<boolean> {
  try {
    await database.query(REACH, []);
    return true;
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return false;
    throw error;
  }
}
