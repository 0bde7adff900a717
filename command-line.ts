import { main as runCommand } from './cli/main.ts';
import { checkSettings } from './server/settings-check.ts';

/**
 * The command line as it is installed beside a node: a client of the HTTP interface that can also look at the settings of
 * this machine. bin/ringback.js starts it.
 */
export async function main(argv: readonly string[]): Promise<number> {
  return runCommand(argv, undefined, checkSettings);
}
