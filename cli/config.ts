import type { Command } from 'commander';
import type { Environment } from './client.ts';
import type { Terminal } from './terminal.ts';
import { table } from './text.ts';

/** The settings of a node as a start in this environment would find them; secrets are masked. */
export interface SettingsReport {
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly from: 'environment' | 'file' | 'default';
  }[];
  /** A sentence each. */
  readonly problems: readonly string[];
}

/** Looks at the settings of this machine. It comes from outside: the command line itself is a client and knows none. */
export type CheckSettings = (environment: Environment) => SettingsReport;

/** `ringback config check` */
export function addConfigCommands(
  program: Command,
  terminal: Terminal,
  check: CheckSettings | undefined,
): void {
  program
    .command('config')
    .description('look at the settings of a node')
    .command('check')
    .description(
      'print the settings in force here and what is wrong with them; needs no running node',
    )
    .action((_: unknown, command: Command) => {
      const report = check?.(terminal.environment);
      if (report === undefined) {
        terminal.complain('The settings can be looked at only where Ringback is installed.');
        terminal.exitCode = 1;
        return;
      }
      if (terminal.wantsJson(command)) terminal.printJson(report);
      else for (const line of settingsText(report)) terminal.print(line);
      for (const problem of report.problems) terminal.complain(problem);
      if (report.problems.length > 0) terminal.exitCode = 1;
    });
}

function settingsText({ settings, problems }: SettingsReport): readonly string[] {
  return [
    ...table(
      ['SETTING', 'FROM', 'VALUE'],
      settings.map(({ name, value, from }) => [name, from, value]),
    ),
    '',
    problems.length === 0
      ? 'Nothing is wrong with them.'
      : `${problems.length.toString()} ${problems.length === 1 ? 'problem' : 'problems'}:`,
  ];
}
