import { Command } from 'commander';
import { stringify } from 'yaml';
import type { ConfigurationCommands } from './apply.ts';

/** `ringback export` */
export function exportCommand(commands: ConfigurationCommands): Command {
  return new Command('export')
    .description('print what is set up, as YAML that apply accepts and that changes nothing')
    .action(async (_options: unknown, command: Command) => {
      const answer = await commands.api(command).exportConfiguration();
      if (answer.ok) {
        commands.print(configurationYaml(answer.value).trimEnd());
        return;
      }
      commands.complain(answer.problem.detail);
      commands.fail(1);
    });
}

/** The document as YAML 1.2, quoted so that readers of YAML 1.1 understand the same. */
export function configurationYaml(document: unknown): string {
  return stringify(document, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
