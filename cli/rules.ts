import type { Command } from 'commander';
import { z } from 'zod';
import { listRules, type RuleView } from '../contract/rules.ts';
import type { Terminal } from './terminal.ts';
import { pairs, table } from './text.ts';

const rulesOptions = z.object({ queue: z.string().optional() });

/** `ringback rules` */
export function addRulesCommand(program: Command, terminal: Terminal): void {
  program
    .command('rules')
    .description('list the rules; of one queue, with what they come to')
    .option('--queue <name>', 'only this queue, with every value and who says it')
    .action(async (options: unknown, command: Command) => {
      const { queue } = rulesOptions.parse(options);
      const question = { route: listRules, asked: { query: { queue } } };
      await terminal.tell(command, question, ({ items }) => {
        if (items.length === 0) return ['No rules: there is no queue.'];
        return queue === undefined ? overview(items) : items.flatMap(details);
      });
    });
}

function overview(items: readonly RuleView[]): readonly string[] {
  return table(
    ['RULE', 'TYPE', 'QUEUE', 'NUMBER', 'STATE', 'DELAY', 'ATTEMPTS', 'PROFILE'],
    items.map((rule) => [
      rule.own ? `${rule.name} (its own settings)` : rule.name,
      rule.type,
      rule.queue,
      rule.number ?? '-',
      stateText(rule),
      rule.delay,
      rule.values.find(({ setting }) => setting === 'attempts')?.value ?? '-',
      rule.profile ?? '-',
    ]),
  );
}

function stateText({ inForce, switchedOff }: RuleView): string {
  return inForce ? 'in force' : `off (${switchedOff.join(', ')})`;
}

function details(rule: RuleView): readonly string[] {
  return [
    ...pairs([
      ['Rule', rule.own ? `${rule.name} (made by the settings of the queue)` : rule.name],
      ['Type', rule.type],
      ['Source', rule.number ?? `queue ${rule.queue}`],
      ['State', stateText(rule)],
      ['Profile', rule.profile ?? '-'],
      ['Delay', rule.delay],
      ['Minimum wait', rule.minimumWait ?? '-'],
      ['Look-back', rule.lookBack ?? '-'],
    ]),
    '',
    ...table(
      ['SETTING', 'VALUE', 'FROM'],
      rule.values.map(({ setting, value, from }) => [setting, value, from]),
    ),
    '',
  ];
}
