import { Command } from 'commander';
import { readPath } from '../contract/configuration-problems.ts';
import type {
  ConfigurationApplied,
  ConfigurationChange,
} from '../contract/configuration-routes.ts';
import type { Problem } from '../contract/problem.ts';
import { type CentreFile, readCentreFile } from './centre-file.ts';

/** What applying and exporting ask of a running Ringback. */
export interface ConfigurationApi {
  exportConfiguration(): Promise<ConfigurationAnswer<unknown>>;
  applyConfiguration(
    document: unknown,
    dryRun: boolean,
  ): Promise<ConfigurationAnswer<ConfigurationApplied>>;
}

/** What was asked for, or why not. */
export type ConfigurationAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** Where commands find the server and say what came of it. */
export interface ConfigurationCommands {
  /** The server that the options of the command name. */
  readonly api: (command: Command) => ConfigurationApi;
  /** One line of what was asked for. */
  readonly print: (line: string) => void;
  /** One line of what is wrong. */
  readonly complain: (line: string) => void;
  /** Ends the process with this code once everything is written. */
  readonly fail: (exitCode: number) => void;
}

/** `ringback apply centre.yaml` */
export function applyCommand(commands: ConfigurationCommands): Command {
  return new Command('apply')
    .description('make what is set up equal to a file, as a whole or not at all')
    .argument('<file>', 'a YAML file, or - for standard input')
    .option('--dry-run', 'tell what would change, and change nothing', false)
    .action(async (file: string, options: { readonly dryRun: boolean }, command: Command) => {
      // The server checks it too, but only here can a mistake be told while there is no server.
      const read = readCentreFile(file);
      if (read.ok) await apply(commands, read.file, options.dryRun, commands.api(command));
      else if (read.unreadable !== null) failWith(commands, read.unreadable);
      else complainAll(commands, read.name, read.mistakes);
    });
}

async function apply(
  commands: ConfigurationCommands,
  { name, document, line }: CentreFile,
  dryRun: boolean,
  api: ConfigurationApi,
): Promise<void> {
  const answer = await api.applyConfiguration(document, dryRun);
  if (answer.ok) {
    for (const { path, message } of answer.value.warnings) {
      commands.complain(line(readPath(path), `warning: ${message}`));
    }
    printChanges(commands, answer.value);
    return;
  }
  const mistakes = answer.problem.mistakes ?? [];
  const lines = mistakes.map(({ path, message }) => line(readPath(path), message));
  if (lines.length > 0) complainAll(commands, name, lines);
  else failWith(commands, answer.problem.detail);
}

function complainAll(
  commands: ConfigurationCommands,
  name: string,
  lines: readonly string[],
): void {
  for (const line of lines) commands.complain(line);
  const count = lines.length === 1 ? '1 mistake' : `${lines.length.toString()} mistakes`;
  failWith(commands, `${name} has ${count}; nothing has been changed.`);
}

function failWith(commands: ConfigurationCommands, line: string): void {
  commands.complain(line);
  commands.fail(1);
}

function printChanges(
  { print }: ConfigurationCommands,
  { applied, changes }: ConfigurationApplied,
): void {
  for (const change of changes) print(changeLine(change));
  const count = changes.length === 1 ? '1 change' : `${changes.length.toString()} changes`;
  if (changes.length === 0) print('Nothing to change.');
  else print(applied ? `${count} made.` : `${count} would be made; nothing has been changed.`);
}

function changeLine({ kind, name, change, fields }: ConfigurationChange): string {
  const details = fields.map(({ field, from, to }) => `${field} ${from} → ${to}`);
  return `${change} ${kind} ${name}${details.length === 0 ? '' : `: ${details.join(', ')}`}`;
}
