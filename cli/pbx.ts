import type { Command } from 'commander';
import { checkPbx, type FindingView } from '../contract/pbxs.ts';
import type { Terminal } from './terminal.ts';

/** `ringback pbx check NAME` */
export function addPbxCommands(program: Command, terminal: Terminal): void {
  program
    .command('pbx')
    .description('look at a PBX')
    .command('check <name>')
    .description('say what is missing on the PBX, and print the lines to add; changes nothing')
    .action(async (name: string, _: unknown, command: Command) => {
      const question = { route: checkPbx, asked: { params: { name } } };
      const answer = await terminal.tell(command, question, ({ findings }) => [
        ...findings.flatMap(findingText),
        summary(name, findings),
      ]);
      if (answer?.findings.some(({ ok }) => !ok) === true) terminal.exitCode = 1;
    });
}

function findingText({ what, ok, problem, remedy }: FindingView): readonly string[] {
  if (ok) return [`ok       ${what}`];
  return [
    `MISSING  ${what}: ${problem ?? 'not as it should be'}`,
    ...remedy.flatMap(({ file, lines }) => [
      `         Add to ${file}:`,
      ...lines.map((line) => `             ${line}`),
    ]),
  ];
}

function summary(name: string, findings: readonly FindingView[]): string {
  const missing = findings.filter(({ ok }) => !ok).length;
  if (missing === 0) return `PBX ${name} has everything that Ringback needs.`;
  return `PBX ${name} lacks ${missing.toString()} of ${findings.length.toString()} things.`;
}
