import type { Command } from 'commander';
import { z } from 'zod';
import { type ReportView, reportCallbacks } from '../contract/reports.ts';
import type { Terminal } from './terminal.ts';
import { spanText, table } from './text.ts';

const DAY_MS = 86_400_000;

const reportOptions = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  queue: z.string().optional(),
});

/** `ringback report` */
export function addReportCommand(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description('report how callbacks have gone, each figure with what it is measured against')
    .option(
      '--from <time>',
      'the first moment, such as 2027-03-01T00:00:00Z; else a day before --to',
    )
    .option('--to <time>', 'the first moment after it; else now')
    .option('--queue <name>', 'only this queue')
    .action(async (options: unknown, command: Command) => {
      const { queue, ...given } = reportOptions.parse(options);
      const to = given.to ?? new Date().toISOString();
      // A time that is none is refused by the server, which says what one looks like.
      const from =
        given.from ??
        new Date((Number.isNaN(Date.parse(to)) ? 0 : Date.parse(to)) - DAY_MS).toISOString();
      const query = { from, to, ...(queue === undefined ? {} : { queue }) };
      await terminal.tell(command, { route: reportCallbacks, asked: { query } }, reportText);
    });
}

function reportText({
  from,
  to,
  queue,
  metrics,
  timeToCallbackSeconds,
}: ReportView): readonly string[] {
  const times = timeToCallbackSeconds;
  return [
    `${queue ?? 'All queues'}, from ${from} to ${to}`,
    '',
    ...table(
      ['METRIC', 'VALUE', 'OF', 'MEANS'],
      metrics.map((metric) => [
        metric.name,
        valueText(metric),
        metric.denominator?.toString() ?? '-',
        metric.means,
      ]),
    ),
    ...(times === null
      ? []
      : [
          '',
          `Time to the first call: half within ${spanText(times.p50)}, 90 % within ${spanText(times.p90)}, 99 % within ${spanText(times.p99)}.`,
        ]),
  ];
}

function valueText({ name, value, denominator }: ReportView['metrics'][number]): string {
  if (value === null) return '-';
  if (denominator === null) return value.toString();
  return name === 'attempts-per-connect' ? value.toFixed(2) : `${(value * 100).toFixed(1)} %`;
}
