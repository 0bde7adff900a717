import type { Command } from 'commander';
import { z } from 'zod';
import type { Terminal } from './terminal.ts';

const options = z.object({ by: z.string().optional() });

/** Adds `--by`: changes that others will ask about are recorded with a name. */
export function withBy(command: Command): Command {
  return command.option('--by <name>', 'who does it, for the record; else your login name');
}

/** The name for the record: what `--by` says, else the login name. */
export function actor(command: Command, terminal: Terminal): string {
  const { by } = options.parse(command.opts());
  const { USER, LOGNAME, USERNAME } = terminal.environment;
  return by ?? [USER, LOGNAME, USERNAME].find((name) => (name ?? '') !== '') ?? 'somebody';
}
