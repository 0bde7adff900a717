import { type Command, Option } from 'commander';
import { z } from 'zod';
import { listCallbacks } from '../contract/callbacks.ts';
import { pathText } from '../contract/configuration-problems.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { type Finding, SEVERITIES } from '../contract/lint/finding.ts';
import { lint } from '../contract/lint/lint.ts';
import { SET_ASIDE_COUNTED_MAX, setAsideFindings } from '../contract/lint/running-rules.ts';
import { readCentreFile } from './centre-file.ts';
import type { Terminal } from './terminal.ts';

/** What the process ends with when something was found, so that CI tells it from a file that could not be looked at. */
export const EXIT_FOUND = 2;

const lintOptions = z.object({ failOn: z.enum([...SEVERITIES, 'never']).default('warning') });
type LintOptions = z.output<typeof lintOptions>;

/** What was looked at, and where its parts stand. */
interface Linted {
  readonly findings: readonly Finding[];
  /** `centre.yaml:12:7`, or the path alone where there are no lines. */
  readonly placeOf: (finding: Finding) => string;
}

/** `ringback lint [file]` */
export function addLintCommand(program: Command, terminal: Terminal): void {
  program
    .command('lint')
    .description('look for what is allowed in a centre and could be better')
    .argument('[file]', 'a YAML file, or - for standard input; without it, what is set up now')
    .addOption(
      new Option('--fail-on <severity>', 'end with 2 from this severity on')
        .choices([...SEVERITIES, 'never'])
        .default('warning'),
    )
    .action(async (file: string | undefined, options: unknown, command: Command) => {
      const linted =
        file === undefined ? await lintRunning(terminal, command) : lintFile(terminal, file);
      if (linted === null) terminal.exitCode = 1;
      else tell(terminal, linted, command, lintOptions.parse(options));
    });
}

function lintFile(terminal: Terminal, path: string): Linted | null {
  const read = readCentreFile(path);
  if (!read.ok) {
    for (const mistake of read.mistakes) terminal.complain(mistake);
    terminal.complain(read.unreadable ?? `${read.name} has mistakes; mend them first.`);
    return null;
  }
  const { configuration, name, place } = read.file;
  return {
    findings: lint(configuration),
    placeOf: (finding) => `${name}:${place(finding.path)} ${pathText(finding.path)}`,
  };
}

async function lintRunning(terminal: Terminal, command: Command): Promise<Linted | null> {
  const answer = await terminal.api(command).exportConfiguration();
  if (!answer.ok) {
    terminal.refuse(answer.problem);
    return null;
  }
  const reading = readConfiguration(answer.value);
  if (!reading.ok) {
    terminal.complain('What is set up cannot be read by this version of the command line.');
    return null;
  }
  const aside = await terminal
    .api(command)
    .ask(listCallbacks, { query: { state: 'poisoned', limit: SET_ASIDE_COUNTED_MAX } });
  if (!aside.ok) {
    terminal.refuse(aside.problem);
    return null;
  }
  return {
    findings: [...lint(reading.configuration), ...setAsideFindings(aside.value.items.length)],
    placeOf: ({ path }) => pathText(path),
  };
}

function tell(terminal: Terminal, linted: Linted, command: Command, { failOn }: LintOptions): void {
  if (terminal.wantsJson(command)) terminal.printJson(asJson(linted));
  else for (const line of asText(linted)) terminal.print(line);
  const worstFirst: readonly string[] = SEVERITIES;
  const limit = worstFirst.indexOf(failOn);
  const fails = linted.findings.some(({ severity }) => worstFirst.indexOf(severity) <= limit);
  if (fails) terminal.exitCode = EXIT_FOUND;
}

function asJson({ findings, placeOf }: Linted): object {
  return {
    findings: findings.map((finding) => ({
      ...finding,
      path: pathText(finding.path),
      place: placeOf(finding),
    })),
  };
}

function asText({ findings, placeOf }: Linted): readonly string[] {
  if (findings.length === 0) return ['Nothing to improve.'];
  const count = findings.length === 1 ? '1 finding' : `${findings.length.toString()} findings`;
  return [
    ...findings.flatMap((finding) => [
      `${placeOf(finding)}: ${finding.severity} ${finding.rule}: ${finding.found}`,
      `    ${finding.why} Better: ${finding.better}`,
    ]),
    `${count}.`,
  ];
}
