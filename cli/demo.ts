import { setTimeout as pause } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import {
  type CallerView,
  removeDemo,
  resetDemo,
  sendCaller,
  showCaller,
  whenCalled,
} from '../contract/demo.ts';
import type { Terminal } from './terminal.ts';

/** How often the caller is looked at, in milliseconds. */
const LOOK_MS = 250;
/** A caller who hears the offer does so within a minute; who waits longer is not waited for here. */
const FATE_MS_MAX = 60_000;

const callerOptions = z.object({
  presses: z.string().default('1'),
  waits: z.boolean().default(false),
  after: z.number().nullable().default(null),
  hangsUpAfter: z.number().nullable().default(null),
  whenCalled: whenCalled.default('answers'),
});

/** `ringback demo reset|remove|caller` */
export function addDemoCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('demo')
    .description('the practice centre, where nobody is really called');

  group
    .command('reset')
    .description('put it back to its beginning, or bring it back')
    .action(async (_: unknown, command: Command) => {
      await terminal.tell(command, { route: resetDemo, asked: {} }, ({ queues, agents }) => [
        `The practice centre begins anew: ${queues.join(', ')}, ${agents.toString()} agents.`,
      ]);
    });

  group
    .command('remove')
    .description('remove it with its history; nothing else is touched')
    .action(async (_: unknown, command: Command) => {
      await terminal.tell(command, { route: removeDemo, asked: {} }, () => [
        'The practice centre is removed. Bring it back with: ringback demo reset',
      ]);
    });

  addCaller(group, terminal);
}

function addCaller(group: Command, terminal: Terminal): void {
  group
    .command('caller <queue>')
    .description('send one caller to a queue: support, sales or billing')
    .option('--presses <digit>', 'what they press (default: 1)')
    .option('--after <time>', 'when they press, such as 10s (default: on hearing the offer)', span)
    .option('--waits', 'they press nothing and wait to be served')
    .option('--hangs-up-after <time>', 'when they hang up, such as 30s (default: they stay)', span)
    .addOption(
      group
        .createOption('--when-called <how>', 'what they do when called back (default: answers)')
        .choices(whenCalled.options),
    )
    .action(async (queue: string, options: unknown, command: Command) => {
      const { presses, waits, after, ...rest } = callerOptions.parse(options);
      const body = {
        queue,
        presses: waits ? null : presses,
        afterSeconds: after,
        hangsUpAfterSeconds: rest.hangsUpAfter,
        whenCalled: rest.whenCalled,
      };
      const sent = await terminal.api(command).ask(sendCaller, { body });
      if (!sent.ok) {
        terminal.refuse(sent.problem);
        return;
      }
      const { number, interactionId } = sent.value;
      if (!terminal.wantsJson(command)) {
        terminal.print(`${number} calls ${queue} (interaction ${interactionId}).`);
      }
      const fate = await fateOf(interactionId, command, terminal);
      if (terminal.wantsJson(command)) terminal.printJson({ number, interactionId, ...fate });
      else for (const line of fateText(fate)) terminal.print(line);
    });
}

/** Looks until it is decided: promised a call, talking, or gone. Null when they still wait after a minute. */
async function fateOf(
  id: string,
  command: Command,
  terminal: Terminal,
): Promise<CallerView | null> {
  const endMs = performance.now() + FATE_MS_MAX;
  while (performance.now() < endMs) {
    const seen = await terminal.api(command).ask(showCaller, { params: { id } });
    if (!seen.ok) return null;
    const { state, callbackId } = seen.value;
    if (callbackId !== null || (state !== 'waiting' && state !== 'offered')) return seen.value;
    await pause(LOOK_MS);
  }
  return null;
}

function fateText(fate: CallerView | null): readonly string[] {
  if (fate === null) return ['They wait on the line. See them in: ringback status --watch'];
  const { callbackId, state, ending } = fate;
  if (callbackId !== null) {
    return [
      'They asked for a callback and may hang up. Follow it with:',
      `  ringback callback story ${callbackId}`,
      `  ringback callback show ${callbackId}`,
    ];
  }
  if (state === 'ended') return [ENDINGS[ending ?? ''] ?? 'Their call is over.'];
  return ['An agent was free and talks with them: no callback was needed.'];
}

/** How a call can end without a callback of its own. */
const ENDINGS: Readonly<Record<string, string>> = {
  abandoned: 'They hung up without asking for a callback.',
  duplicate: 'This number had a callback already, and keeps it.',
  answered: 'They have been served already.',
};

const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `10s`, `2m` or plain seconds. */
function span(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?) ?([smh])?$/.exec(text) ?? [];
  if (amount === '') throw new InvalidArgumentError('Such as 10s or 2m.');
  return Number(amount) * (SECONDS_PER[unit] ?? 1);
}
