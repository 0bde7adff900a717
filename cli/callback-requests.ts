import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import {
  createCallback,
  importCallbacks,
  type RequestAnswer,
} from '../contract/callback-requests.ts';
import { type CallbackFile, readCallbackFile } from './callback-file.ts';
import type { Terminal } from './terminal.ts';
import { timeText } from './text.ts';

const createOptions = z.object({
  queue: z.string(),
  number: z.string(),
  at: z.string().optional(),
  timeZone: z.string().optional(),
  customerTimeZone: z.string().optional(),
  attempts: z.coerce.number().optional(),
  retryAfter: z.string().optional(),
  callerId: z.string().optional(),
  key: z.string().optional(),
});

/** `ringback callback create` and `ringback callback import FILE` */
export function addRequestCommands(group: Command, terminal: Terminal): void {
  group
    .command('create')
    .description('ask for a callback, at a time or as soon as it is their turn')
    .requiredOption('--queue <name>', 'the queue that it shall stand in')
    .requiredOption('--number <number>', 'the number to call, such as +12025550123')
    .option(
      '--at <time>',
      'a wall time such as 2027-03-04T15:00, or a moment such as 2027-03-04T14:00:00Z',
    )
    .option('--time-zone <zone>', 'the zone of that wall time, such as Europe/Berlin')
    .option('--customer-time-zone <zone>', 'the zone that the customer says they are in')
    .option('--attempts <number>', 'how often the customer is tried at most, 1 to 21')
    .option('--retry-after <duration>', 'the wait before the next attempt, such as PT15M')
    .option('--caller-id <number>', 'the number that the customer sees, such as +12025550110')
    .option('--key <key>', 'the same key again gives the same callback, for 24 hours')
    .action(async (options: unknown, command: Command) => {
      const { key, ...body } = createOptions.parse(options);
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const question = { route: createCallback, asked: { body, headers } } as const;
      await terminal.tell(command, question, createdText);
    });

  group
    .command('import <file>')
    .description('ask for the callbacks of a CSV file: all of them, or none')
    .action(async (file: string, _: unknown, command: Command) =>
      importFile(file, command, terminal),
    );
}

function createdText({ callback, created, notes }: RequestAnswer): readonly string[] {
  const { id, state, dueAt, position } = callback;
  const when =
    dueAt === null
      ? `at position ${position?.toString() ?? '?'} of its line`
      : `due ${timeText(dueAt)}`;
  return [
    ...notes.map(({ text }) => text),
    `${created ? 'Created' : 'It is'} callback ${id}: ${state}, ${when}.`,
  ];
}

async function importFile(file: string, command: Command, terminal: Terminal): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  const read = readFile(file);
  if (!read.ok) {
    complainAll(
      terminal,
      name,
      read.mistakes.map(({ place, message }) => `${name}:${place} ${message}`),
    );
    return;
  }
  const answer = await terminal.api(command).ask(importCallbacks, {
    body: { callbacks: [...read.callbacks] },
  });
  if (terminal.wantsJson(command)) {
    terminal.printJson(answer.ok ? answer.value : answer.problem);
    if (!answer.ok) terminal.exitCode = 1;
    return;
  }
  if (!answer.ok) {
    const mistakes = answer.problem.mistakes ?? [];
    const lines = mistakes.map(({ path, message }) => placed(name, path, message, read.placeOf));
    if (lines.length > 0) complainAll(terminal, name, lines);
    else complainAll(terminal, name, [answer.problem.detail]);
    return;
  }
  const { created, openBefore, notes } = answer.value;
  for (const { index, text } of notes) {
    terminal.print(`${name}:${read.placeOf(index, 'at')} ${text}`);
  }
  terminal.print(
    `${created.toString()} created, ${openBefore.toString()} had an open callback already.`,
  );
}

function readFile(file: string): CallbackFile {
  try {
    return readCallbackFile(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, mistakes: [{ place: '1:1', message: `cannot be read: ${why}` }] };
  }
}

/** A mistake that the server found, at the cell where it is. */
function placed(
  name: string,
  path: string,
  message: string,
  placeOf: (index: number, field: string) => string,
): string {
  const [, index = '0', field = ''] = /^callbacks\[(\d+)\]\.(\w+)$/.exec(path) ?? [];
  return `${name}:${placeOf(Number(index), field)} ${field}: ${message}`;
}

function complainAll(terminal: Terminal, name: string, lines: readonly string[]): void {
  for (const line of lines) terminal.complain(line);
  const count = lines.length === 1 ? '1 mistake' : `${lines.length.toString()} mistakes`;
  terminal.complain(`${name} has ${count}; nothing has been imported.`);
  terminal.exitCode = 1;
}
