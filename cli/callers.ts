import type { Command } from 'commander';
import { explainCaller } from '../contract/callers.ts';
import type { Terminal } from './terminal.ts';
import { reasonText } from './text.ts';

/** `ringback caller explain` */
export function addCallerCommands(program: Command, terminal: Terminal): void {
  program
    .command('caller')
    .description('look at those who are on the phone')
    .command('explain <caller>')
    .description(
      'say why a caller is offered a callback or is not; by number, or by the id of the interaction',
    )
    .action(async (caller: string, _: unknown, command: Command) => {
      const question = { route: explainCaller, asked: { params: { caller } } };
      await terminal.tell(command, question, ({ offered, reasons }) => [
        `The caller is ${offered ? '' : 'not '}offered a callback.`,
        ...reasons.map(reasonText),
      ]);
    });
}
