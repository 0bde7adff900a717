import type { Command } from 'commander';
import { z } from 'zod';
import { addOptOut, listOptOuts, removeOptOut } from '../contract/opt-outs.ts';
import type { Terminal } from './terminal.ts';
import { table, timeText } from './text.ts';

const listOptions = z.object({ limit: z.string().optional(), cursor: z.string().optional() });

/** `ringback opt-out list|add|remove` */
export function addOptOutCommands(program: Command, terminal: Terminal): void {
  const group = program.command('opt-out').description('numbers of people who want no calls');

  group
    .command('list')
    .description('list the numbers that are not called because somebody asked for it')
    .option('--limit <count>', 'how many at most, 1 to 200')
    .option('--cursor <cursor>', 'where the list before ended')
    .action(async (options: unknown, command: Command) => {
      const question = { route: listOptOuts, asked: { query: listOptions.parse(options) } };
      await terminal.tell(command, question, ({ items, nextCursor }) => [
        ...(items.length === 0
          ? ['Nobody has opted out.']
          : table(
              ['NUMBER', 'SINCE'],
              items.map(({ number, addedAt }) => [number, timeText(addedAt)]),
            )),
        ...(nextCursor === null ? [] : [`More: add --cursor ${nextCursor}`]),
      ]);
    });

  group
    .command('add <number>')
    .description('never call this number again, not even for a callback that waits already')
    .action(async (number: string, _: unknown, command: Command) => {
      const question = { route: addOptOut, asked: { params: { number } } };
      await terminal.tell(command, question, (added) => [
        `${added.number} is not called any more, since ${timeText(added.addedAt)}.`,
      ]);
    });

  group
    .command('remove <number>')
    .description('allow calls to this number again')
    .action(async (number: string, _: unknown, command: Command) => {
      const question = { route: removeOptOut, asked: { params: { number } } };
      await terminal.tell(command, question, (removed) => [`${removed.number} may be called.`]);
    });
}
