import type { Command } from 'commander';
import { z } from 'zod';
import { showStatus } from '../contract/status.ts';
import { statusText } from './status-text.ts';
import type { Terminal } from './terminal.ts';
import { watchStatus } from './watch.ts';

/** `ringback status` */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show queues, agents and PBXs at a glance')
    .option('--watch', 'look again every second until Ctrl-C')
    .action(async (options: unknown, command: Command) => {
      const { watch } = statusOptions.parse(options);
      if (watch) await watchStatus(command, terminal);
      else await terminal.tell(command, { route: showStatus, asked: {} }, statusText);
    });
}

const statusOptions = z.object({ watch: z.boolean().default(false) });
