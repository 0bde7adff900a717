import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { Command } from 'commander';
import {
  type ConfigurationPath,
  pathText,
  problemSentence,
  readPath,
} from '../contract/configuration-problems.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import type {
  ConfigurationApplied,
  ConfigurationChange,
} from '../contract/configuration-routes.ts';
import type { Problem } from '../contract/problem.ts';
import { readYaml } from './yaml-problems.ts';

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
      const text = readText(file);
      if (typeof text !== 'string') {
        failWith(commands, text.problem);
        return;
      }
      const { dryRun } = options;
      await apply(commands, { file, text, dryRun, api: commands.api(command) });
    });
}

function readText(file: string): string | { readonly problem: string } {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: `${file} cannot be read: ${why}` };
  }
}

interface Applying {
  readonly file: string;
  readonly text: string;
  readonly dryRun: boolean;
  readonly api: ConfigurationApi;
}

async function apply(commands: ConfigurationCommands, applying: Applying): Promise<void> {
  const { file, dryRun, api } = applying;
  const name = file === '-' ? 'standard input' : file;
  const yaml = readYaml(applying.text);
  if (!yaml.ok) {
    const lines = yaml.mistakes.map(({ place, message }) => `${name}:${place} ${message}`);
    complainAll(commands, name, lines);
    return;
  }
  const line = (path: ConfigurationPath, message: string): string =>
    [
      `${name}:${yaml.place(path)}`,
      path.length === 0 ? '' : ` ${pathText(path)}:`,
      ` ${message}`,
    ].join('');
  const document = withAbsolutePaths(yaml.document, file === '-' ? '.' : dirname(file));
  // The server checks it too, but only here can a mistake be told while there is no server.
  const reading = readConfiguration(document);
  if (!reading.ok) {
    const lines = reading.problems.map((problem) => line(problem.path, problemSentence(problem)));
    complainAll(commands, name, lines);
    return;
  }
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

/** Secrets lie beside the file that names them, wherever the server runs from. */
function withAbsolutePaths(document: unknown, folder: string): unknown {
  if (!isGroup(document) || !Array.isArray(document['pbxs'])) return document;
  const pbxs: readonly unknown[] = document['pbxs'];
  return {
    ...document,
    pbxs: pbxs.map((pbx) => {
      if (!isGroup(pbx) || typeof pbx['passwordFile'] !== 'string') return pbx;
      const path = pbx['passwordFile'];
      return path === '' || isAbsolute(path)
        ? pbx
        : { ...pbx, passwordFile: resolve(folder, path) };
    }),
  };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
