import type { Command } from '../../core/interactions/command.ts';
import { type Transaction, TransactionRetry } from '../database.ts';
import { sqlFile } from '../statement.ts';
import type { Saving } from './saving.ts';
import { writesOf } from './writes.ts';

const SAVE_DECISION = sqlFile(import.meta.url, './save-decision.sql');

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
  if (Object.keys(writes).length > 0) {
    const { id } = decision.next.interaction;
    const row = [tenantId, id, JSON.stringify(writes)];
    const [saved] = await tx.query<{ number_taken: boolean }>(SAVE_DECISION, row);
    if (saved?.number_taken === true) {
      throw new TransactionRetry('the number has just got an open callback in this queue');
    }
  }
  return decision.commands.map((command, index) => ({ number: nextCommand + index, command }));
}
