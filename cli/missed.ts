import type { Command } from 'commander';
import { z } from 'zod';
import { type MissedCallAnswer, reportMissedCall } from '../contract/missed-calls.ts';
import type { Terminal } from './terminal.ts';

const missedOptions = z.object({
  id: z.string(),
  dialled: z.string().optional(),
  queue: z.string().optional(),
  at: z.string().optional(),
  why: z.string().optional(),
});

/** `ringback missed` */
export function addMissedCommand(program: Command, terminal: Terminal): void {
  program
    .command('missed <number>')
    .description('tell of a call that nobody answered; write withheld for a withheld number')
    .requiredOption('--id <id>', 'your own id of the call; told again, nothing happens')
    .option('--dialled <number>', 'the number of ours that was called')
    .option('--queue <name>', 'the queue, instead of the number that was called')
    .option('--at <time>', 'when they called, such as 2027-03-01T09:30:00Z; now, if left out')
    .option('--why <text>', 'why nobody answered, for the record')
    .action(async (number: string, options: unknown, command: Command) => {
      const { at = new Date().toISOString(), ...rest } = missedOptions.parse(options);
      const body = { ...rest, at, number: number === 'withheld' ? null : number };
      const question = { route: reportMissedCall, asked: { body } };
      await terminal.tell(command, question, missedText);
    });
}

function missedText({ callbackId, reason, repeated }: MissedCallAnswer): readonly string[] {
  const again = repeated ? ['This call was told before.'] : [];
  if (reason === null) return [...again, `It is followed up by callback ${callbackId ?? '-'}.`];
  const instead = callbackId === null ? [] : [`The callback is ${callbackId}.`];
  return [...again, `It is not followed up: ${reason.text}`, ...instead];
}
