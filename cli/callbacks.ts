import { Argument, type Command } from 'commander';
import { z } from 'zod';
import {
  type AttemptView,
  type CallbackView,
  callbackState,
  callNext,
  cancelCallback,
  closeCallback,
  explainCallback,
  listCallbacks,
  notedOutcome,
  noteOutcome,
  resumeCallback,
  showCallback,
} from '../contract/callbacks.ts';
import { tellCallback } from '../contract/events.ts';
import { actor, withBy } from './acting.ts';
import { addRequestCommands } from './callback-requests.ts';
import { storyText } from './events.ts';
import type { Terminal } from './terminal.ts';
import { pairs, reasonText, spanText, table, timeText } from './text.ts';

const listOptions = z.object({
  state: z.array(callbackState).optional(),
  queue: z.string().optional(),
  number: z.string().optional(),
  limit: z.string().optional(),
  cursor: z.string().optional(),
});

const storyOptions = z.object({ details: z.boolean().default(false) });

/** `ringback callback create|import|list|show|explain|story|cancel|next|resume|close|outcome` */
export function addCallbackCommands(program: Command, terminal: Terminal): void {
  const group = program.command('callback').description('look at callbacks and change them');
  addList(group, terminal);
  addRequestCommands(group, terminal);

  group
    .command('show <id>')
    .description('show one callback with its attempts')
    .action(async (id: string, _: unknown, command: Command) => {
      const question = { route: showCallback, asked: { params: { id } } };
      await terminal.tell(command, question, callbackText);
    });

  group
    .command('explain <id>')
    .description('say why a callback stands where it stands, and when that may change')
    .action(async (id: string, _: unknown, command: Command) => {
      const question = { route: explainCallback, asked: { params: { id } } };
      await terminal.tell(command, question, ({ state, reasons, agents }) => [
        `The callback is ${state}.`,
        ...reasons.map(reasonText),
        ...agents.map(({ name, reasons: why }) => `${name}: ${why.map(reasonText).join(' ')}`),
      ]);
    });

  group
    .command('story <id>')
    .description('tell its life from the first call to the end')
    .option('--details', 'with the inner steps')
    .action(async (id: string, options: unknown, command: Command) => {
      const details = storyOptions.parse(options).details ? 'true' : 'false';
      const question = {
        route: tellCallback,
        asked: { params: { id }, query: { details } },
      } as const;
      await terminal.tell(command, question, ({ events }) => storyText(events));
    });

  group
    .command('cancel <id>')
    .description('cancel a callback whose customer is not being called yet')
    .action(async (id: string, _: unknown, command: Command) => {
      const question = { route: cancelCallback, asked: { params: { id } } };
      await terminal.tell(command, question, ({ state }) => [`The callback is ${state}.`]);
    });

  addSupervision(group, terminal);

  group
    .command('outcome <id>')
    .description('note how the current or just finished conversation really went')
    .addArgument(new Argument('<outcome>', 'how it went').choices(notedOutcome.options))
    .action(async (id: string, word: string, _: unknown, command: Command) => {
      const body = { outcome: notedOutcome.parse(word) };
      const question = { route: noteOutcome, asked: { params: { id }, body } };
      await terminal.tell(command, question, ({ state }) => [
        `Noted: ${body.outcome}. The callback is ${state}.`,
      ]);
    });
}

/** What a supervisor asks of one callback, by a name that is recorded. */
const SUPERVISION = [
  { word: 'next', route: callNext, does: 'call this callback next, before all others in its line' },
  { word: 'resume', route: resumeCallback, does: 'let a callback that was set aside go on' },
  {
    word: 'close',
    route: closeCallback,
    does: 'end a callback that was set aside, with its ticket',
  },
] as const;

function addSupervision(group: Command, terminal: Terminal): void {
  for (const { word, route, does } of SUPERVISION) {
    withBy(group.command(`${word} <id>`).description(does)).action(
      async (id: string, _: unknown, command: Command) => {
        const asked = { params: { id }, body: { by: actor(command, terminal) } };
        await terminal.tell(command, { route, asked }, ({ state, position }) => [
          position === null
            ? `The callback is ${state}.`
            : `The callback is ${state}, at position ${position.toString()}.`,
        ]);
      },
    );
  }
}

function addList(group: Command, terminal: Terminal): void {
  const states = callbackState.options;
  group
    .command('list')
    .description('list callbacks, newest first')
    .addOption(group.createOption('--state <state...>', 'only these states').choices(states))
    .option('--queue <name>', 'only this queue')
    .option('--number <number>', 'only this customer, such as +12025550123')
    .option('--limit <count>', 'how many at most, 1 to 200')
    .option('--cursor <cursor>', 'where the list before ended')
    .action(async (options: unknown, command: Command) => {
      const question = { route: listCallbacks, asked: { query: listOptions.parse(options) } };
      await terminal.tell(command, question, ({ items, nextCursor }) => [
        ...(items.length === 0 ? ['No callbacks.'] : listText(items)),
        ...(nextCursor === null ? [] : [`More: add --cursor ${nextCursor}`]),
      ]);
    });
}

function listText(items: readonly CallbackView[]): readonly string[] {
  return table(
    ['ID', 'QUEUE', 'NUMBER', 'STATE', 'POSITION', 'DUE', 'ATTEMPTS', 'REQUESTED'],
    items.map((item) => [
      item.id,
      item.queue,
      item.number,
      item.state,
      item.position?.toString() ?? '-',
      timeText(item.dueAt),
      attemptsText(item),
      timeText(item.requestedAt),
    ]),
  );
}

function attemptsText({ attemptsUsed, attemptsMax }: CallbackView): string {
  return `${attemptsUsed.toString()} of ${attemptsMax.toString()}`;
}

function callbackText(callback: CallbackView): readonly string[] {
  const { ticket, attempts } = callback;
  return [
    ...pairs([
      ['Callback', callback.id],
      ['Interaction', callback.interactionId],
      ['Queue', callback.queue],
      ['Number', callback.number],
      ['State', callback.state],
      ['Origin', `${callback.origin}, ${callback.strategy}`],
      ['Position', callback.position?.toString() ?? '-'],
      ['Came', timeText(callback.firstEnteredAt)],
      ['Place counts from', timeText(callback.enteredAt)],
      ['Waited', waitText(callback)],
      ['Requested', timeText(callback.requestedAt)],
      ['Due', timeText(callback.dueAt)],
      ['Ended', timeText(callback.endedAt)],
      ['Attempts', attemptsText(callback)],
      ['Ticket', ticket === null ? '-' : `${ticket.id}, ${ticket.reason}`],
    ]),
    ...(attempts.length === 0 ? [] : ['', ...attemptTable(attempts)]),
  ];
}

/** Gross and net, where they differ. */
function waitText({ grossWaitSeconds: gross, netWaitSeconds: net }: CallbackView): string {
  const all = spanText(gross);
  return gross === net ? all : `${all}, ${spanText(net)} of it at the present place`;
}

function attemptTable(attempts: readonly AttemptView[]): readonly string[] {
  return table(
    ['ATTEMPT', 'STATE', 'OUTCOME', 'STARTED', 'DIALLED', 'ANSWERED', 'ENDED'],
    attempts.map((attempt) => [
      attempt.id,
      attempt.state,
      attempt.outcome ?? '-',
      timeText(attempt.startedAt),
      timeText(attempt.dialedAt),
      timeText(attempt.answeredAt),
      timeText(attempt.endedAt),
    ]),
  );
}
