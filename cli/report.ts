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

function reportText({ from, to, queue, metrics, ...times }: ReportView): readonly string[] {
  const lines = timeLines(times);
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
    ...(lines.length === 0 ? [] : ['', ...lines]),
  ];
}

function timeLines({
  timeToCallbackSeconds: gross,
  netTimeToCallbackSeconds: net,
  punctualityMinutes: punctuality,
}: Times): readonly string[] {
  return [
    ...(gross === null ? [] : [`Time to the first call (gross): ${withinText(gross)}.`]),
    ...(net === null ? [] : [`From the present place to the last call (net): ${withinText(net)}.`]),
    ...(punctuality === null
      ? []
      : [
          `After the agreed time, in minutes: half within ${punctuality.p50.toFixed(1)}, 90 % within ${punctuality.p90.toFixed(1)}; early is negative.`,
        ]),
  ];
}

type Times = Pick<
  ReportView,
  'timeToCallbackSeconds' | 'netTimeToCallbackSeconds' | 'punctualityMinutes'
>;

function withinText({ p50, p90, p99 }: NonNullable<Times['timeToCallbackSeconds']>): string {
  return `half within ${spanText(p50)}, 90 % within ${spanText(p90)}, 99 % within ${spanText(p99)}`;
}

/** Figures that are told as a count although they have a denominator. */
const COUNTS = new Set(['dialled-outside-hours', 'dialled-twice']);

function valueText({ name, value, denominator }: ReportView['metrics'][number]): string {
  if (value === null) return '-';
  if (denominator === null || COUNTS.has(name)) return value.toString();
  return name === 'attempts-per-connect' ? value.toFixed(2) : `${(value * 100).toFixed(1)} %`;
}
