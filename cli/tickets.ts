import type { Command } from 'commander';
import { z } from 'zod';
import {
  assignTicket,
  callTicketAgain,
  closeTicket,
  listTickets,
  noteOnTicket,
  readTicket,
  type TicketView,
  ticketState,
} from '../contract/tickets.ts';
import { actor, withBy } from './acting.ts';
import type { Terminal } from './terminal.ts';
import { pairs, table, timeText } from './text.ts';

const listOptions = z.object({
  state: ticketState.optional(),
  assignee: z.string().optional(),
  queue: z.string().optional(),
  unread: z.literal(true).optional(),
  limit: z.string().optional(),
  cursor: z.string().optional(),
});

/** `ringback ticket list|show|assign|note|call-again|close` */
export function addTicketCommands(program: Command, terminal: Terminal): void {
  const group = program.command('ticket').description('work on what callbacks have left to people');
  addList(group, terminal);
  addShow(group, terminal);
  addAssign(group, terminal);
  addNote(group, terminal);
  addCallAgain(group, terminal);
  addClose(group, terminal);
}

function addList(group: Command, terminal: Terminal): void {
  group
    .command('list')
    .description('list tickets, newest first, and say how many nobody has looked at')
    .addOption(group.createOption('--state <state>', 'only these').choices(ticketState.options))
    .option('--assignee <name>', 'only those of this person')
    .option('--queue <name>', 'only this queue')
    .option('--unread', 'only those that nobody has looked at')
    .option('--limit <count>', 'how many at most, 1 to 200')
    .option('--cursor <cursor>', 'where the list before ended')
    .action(async (options: unknown, command: Command) => {
      const { unread, ...rest } = listOptions.parse(options);
      const query = { ...rest, ...(unread === undefined ? {} : { unread: 'true' as const }) };
      const question = { route: listTickets, asked: { query } };
      await terminal.tell(command, question, ({ items, nextCursor, counts }) => [
        ...(items.length === 0 ? ['No tickets.'] : listText(items)),
        `${counts.open.toString()} open, ${counts.unread.toString()} unread.`,
        ...(nextCursor === null ? [] : [`More: add --cursor ${nextCursor}`]),
      ]);
    });
}

/** Whoever looks at a ticket has read it. */
function addShow(group: Command, terminal: Terminal): void {
  withBy(group.command('show <id>'))
    .description('show one ticket with its notes, and mark it as read')
    .action(async (id: string, _: unknown, command: Command) => {
      const asked = { params: { id }, body: { by: actor(command, terminal) } };
      await terminal.tell(command, { route: readTicket, asked }, ticketText);
    });
}

function addAssign(group: Command, terminal: Terminal): void {
  withBy(group.command('assign <id> [assignee]'))
    .description('give a ticket to somebody; without a name, back to everybody')
    .action(async (id: string, assignee: string | undefined, _: unknown, command: Command) => {
      const body = { assignee: assignee ?? null, by: actor(command, terminal) };
      const question = { route: assignTicket, asked: { params: { id }, body } };
      await terminal.tell(command, question, (ticket) => [
        ticket.assignee === null ? 'Nobody has the ticket.' : `${ticket.assignee} has the ticket.`,
      ]);
    });
}

function addNote(group: Command, terminal: Terminal): void {
  withBy(group.command('note <id> <text>'))
    .description('add a note to a ticket')
    .action(async (id: string, text: string, _: unknown, command: Command) => {
      const asked = { params: { id }, body: { text, by: actor(command, terminal) } };
      await terminal.tell(command, { route: noteOnTicket, asked }, () => ['Noted.']);
    });
}

function addCallAgain(group: Command, terminal: Terminal): void {
  withBy(group.command('call-again <id>'))
    .description('promise the customer another call')
    .action(async (id: string, _: unknown, command: Command) => {
      const asked = { params: { id }, body: { by: actor(command, terminal) } };
      const question = { route: callTicketAgain, asked };
      await terminal.tell(command, question, ({ callbackId, created }) => [
        created
          ? `Callback ${callbackId} is in line.`
          : `The number has callback ${callbackId} in line already; that one stands.`,
      ]);
    });
}

function addClose(group: Command, terminal: Terminal): void {
  withBy(group.command('close <id>'))
    .description('close a ticket: nothing is left to do')
    .action(async (id: string, _: unknown, command: Command) => {
      const asked = { params: { id }, body: { by: actor(command, terminal) } };
      await terminal.tell(command, { route: closeTicket, asked }, () => ['The ticket is closed.']);
    });
}

function listText(items: readonly TicketView[]): readonly string[] {
  return table(
    ['ID', 'QUEUE', 'NUMBER', 'REASON', 'STATE', 'UNREAD', 'ASSIGNEE', 'OPENED'],
    items.map((item) => [
      item.id,
      item.callback.queue,
      item.callback.number,
      item.reason,
      item.state,
      item.unread ? 'yes' : 'no',
      item.assignee ?? '-',
      timeText(item.openedAt),
    ]),
  );
}

function ticketText(ticket: TicketView): readonly string[] {
  const { callback, notes, calledAgain } = ticket;
  return [
    ...pairs([
      ['Ticket', ticket.id],
      ['State', ticket.state],
      ['Reason', ticket.reason],
      ['Assignee', ticket.assignee ?? '-'],
      ['Opened', timeText(ticket.openedAt)],
      ['Closed', timeText(ticket.closedAt)],
      ['Queue', callback.queue],
      ['Number', callback.number],
      ['Callback', `${callback.id}, ${callback.state}`],
      ...calledAgain.map(
        ({ callbackId, state }) => ['Called again', `${callbackId}, ${state}`] as const,
      ),
    ]),
    ...notes.map(({ at, author, text }) => `${timeText(at)}  ${author}: ${text}`),
  ];
}
