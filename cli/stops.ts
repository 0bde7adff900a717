import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { listStops, resume, type StopView, stop, stoppable } from '../contract/stops.ts';
import { actor, withBy } from './acting.ts';
import type { Terminal } from './terminal.ts';
import { table, timeText } from './text.ts';

const options = z.object({
  queue: z.string().optional(),
  pbx: z.string().optional(),
  all: z.literal(true).optional(),
  reason: z.string(),
});

/** `ringback stop|resume requests|dialling` and `ringback stops` */
export function addStopCommands(program: Command, terminal: Terminal): void {
  addSwitch(program, terminal, 'stop', 'hold requests or dialling back; calls that are up go on');
  addSwitch(program, terminal, 'resume', 'let requests or dialling go on');
  program
    .command('stops')
    .description('list what is stopped, or with --history all that ever was')
    .option('--history', 'also what has been resumed')
    .action(async (given: unknown, command: Command) => {
      const { history } = z.object({ history: z.boolean().default(false) }).parse(given);
      const asked = { query: { history: history ? ('true' as const) : ('false' as const) } };
      await terminal.tell(command, { route: listStops, asked }, ({ items }) => stopsText(items));
    });
}

function addSwitch(
  program: Command,
  terminal: Terminal,
  name: 'stop' | 'resume',
  description: string,
): void {
  withBy(program.command(name))
    .description(description)
    .addArgument(new Argument('<what>', 'what').choices(stoppable.options))
    .option('--queue <name>', 'of this queue')
    .option('--pbx <name>', 'of this PBX')
    .option('--all', 'of everything')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(async (word: string, given: unknown, command: Command) => {
      const { reason, ...scopes } = options.parse(given);
      const scope = scopeOf(scopes);
      if (scope === null) {
        terminal.complain('Name one of --queue, --pbx and --all.');
        terminal.exitCode = 1;
        return;
      }
      const body = { what: stoppable.parse(word), scope, by: actor(command, terminal), reason };
      const route = name === 'stop' ? stop : resume;
      await terminal.tell(command, { route, asked: { body } }, ({ items }) => stopsText(items));
    });
}

function scopeOf({ queue, pbx, all }: Omit<z.output<typeof options>, 'reason'>) {
  const named = [
    ...(queue === undefined ? [] : [{ queue }]),
    ...(pbx === undefined ? [] : [{ pbx }]),
    ...(all === undefined ? [] : [{ all }]),
  ];
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** What is stopped, a row each. */
export function stopsText(stops: readonly StopView[]): readonly string[] {
  if (stops.length === 0) return ['Nothing is stopped.'];
  return table(
    ['STOPPED', 'FOR', 'SINCE', 'BY', 'REASON', 'RESUMED'],
    stops.map((one) => [
      one.what,
      one.kind === 'all' ? 'everything' : `${one.kind} ${one.scope}`,
      timeText(one.stoppedAt),
      one.stoppedBy,
      one.reason,
      one.resumedAt === null
        ? '-'
        : `${timeText(one.resumedAt)} by ${one.resumedBy ?? '-'}: ${one.resumeReason ?? '-'}`,
    ]),
  );
}
