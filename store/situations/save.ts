import type { Command } from '../../core/interactions/command.ts';
import { type Transaction, TransactionRetry } from '../database.ts';
import { type Statement, StatementInParts, sqlFile } from '../statement.ts';
import type { Saving } from './saving.ts';
import { writesOf } from './writes.ts';

const SAVE_DECISION = new StatementInParts(sqlFile(import.meta.url, './save-decision.sql'));

/** Nothing but a new callback can find its number taken. */
const NEVER_TAKEN = 'select false as number_taken';

/** What can be written, by the names of its rows: see `Writes`. */
export const WRITABLE: readonly string[] = [...SAVE_DECISION.parts.keys()];

/** A command with the number under which it stands in its interaction. */
export interface NumberedCommand {
  readonly number: number;
  readonly command: Command;
}

/**
 * Writes a decision: the situation afterwards, its events, its commands and its ticket, in one statement of the
 * transaction that loaded it. Returns the commands as numbered.
 * @throws TransactionRetry when the number has just got an open callback elsewhere.
 */
export async function saveDecision(
  tx: Transaction,
  saving: Saving,
): Promise<readonly NumberedCommand[]> {
  const { tenantId, decision, nextCommand } = saving;
  const writes = writesOf(saving);
  const names = Object.keys(writes);
  if (names.length > 0) {
    const { id } = decision.next.interaction;
    const row = [tenantId, id, JSON.stringify(writes)];
    const [saved] = await tx.query<{ number_taken: boolean }>(statementFor(names), row);
    if (saved?.number_taken === true) {
      throw new TransactionRetry('the number has just got an open callback in this queue');
    }
  }
  return decision.commands.map((command, index) => ({ number: nextCommand + index, command }));
}

/** The statement that writes these rows and no others: a third of the work of the whole. */
export function statementFor(names: readonly string[]): Statement {
  return SAVE_DECISION.of(names, names.includes('newCallback') ? undefined : NEVER_TAKEN);
}
