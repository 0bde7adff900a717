import { allowedInWords } from '../contract/allowed.ts';
import {
  type CallbackRequest,
  callbackRequest,
  IMPORT_LINES_MAX,
} from '../contract/callback-requests.ts';
import { nearest } from '../contract/nearest.ts';
import { type Cell, readCsv } from './csv.ts';

/** The columns of a file of callbacks; the first two must be there. */
const COLUMNS = [
  'queue',
  'number',
  'at',
  'timeZone',
  'customerTimeZone',
  'attempts',
  'retryAfter',
  'callerId',
] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['queue', 'number'];

/** A mistake in a file: `place` is line and column, counted from 1. */
export interface FileMistake {
  readonly place: string;
  readonly message: string;
}

/** What a file comes to. */
export type CallbackFile =
  | {
      readonly ok: true;
      readonly callbacks: readonly CallbackRequest[];
      /** Where a field of the callback with this index stands; without a field, where the callback does. */
      readonly placeOf: (index: number, field: string) => string;
    }
  | { readonly ok: false; readonly mistakes: readonly FileMistake[] };

/** Reads a file of callbacks, one a line, under a line of column names. Every mistake is told, not only the first. */
export function readCallbackFile(text: string): CallbackFile {
  const csv = readCsv(text);
  if (!csv.ok) return { ok: false, mistakes: [{ place: placeOf(csv), message: csv.message }] };
  const [header, ...rows] = csv.rows;
  if (header === undefined || rows.length === 0) return { ok: false, mistakes: [EMPTY] };
  const wrong = headerMistakes(header);
  if (wrong.length > 0) return { ok: false, mistakes: wrong };
  const excess = rows[IMPORT_LINES_MAX]?.[0];
  if (excess !== undefined) return { ok: false, mistakes: [tooMany(excess, rows.length)] };
  const names = header.map(({ text: name }) => name);
  const read = rows.map((row) => readRow(row, names));
  const mistakes = read.flatMap((one) => one.mistakes);
  if (mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    callbacks: read.flatMap(({ callback }) => (callback === null ? [] : [callback])),
    placeOf: (index, field) => cellPlace(rows[index] ?? [], names, field),
  };
}

const EMPTY: FileMistake = {
  place: '1:1',
  message: `found no callbacks, allowed a line with the columns ${COLUMNS.join(',')} and below it a line for each callback`,
};

function tooMany(cell: Cell, count: number): FileMistake {
  const message = `found ${count.toString()} callbacks, allowed at most ${IMPORT_LINES_MAX.toString()} in one file: make several of it`;
  return { place: placeOf(cell), message };
}

function headerMistakes(header: readonly Cell[]): readonly FileMistake[] {
  const names = header.map(({ text }) => text);
  const unknown = header.flatMap((cell, at): readonly FileMistake[] => {
    const { text } = cell;
    if (!isColumn(text)) return [{ place: placeOf(cell), message: unknownColumn(text) }];
    if (names.indexOf(text) === at) return [];
    return [
      { place: placeOf(cell), message: `found "${text}" a second time, allowed each column once` },
    ];
  });
  const missing = REQUIRED.filter((name) => !names.includes(name)).map((name) => ({
    place: '1:1',
    message: `found no column "${name}", allowed the columns ${COLUMNS.join(',')}, of which queue and number must be there`,
  }));
  return [...unknown, ...missing];
}

function isColumn(text: string): text is Column {
  return COLUMNS.some((name) => name === text);
}

function unknownColumn(text: string): string {
  const meant = nearest(text, COLUMNS);
  const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
  return `found the unknown column "${text}", allowed ${COLUMNS.join(', ')}${hint}`;
}

function readRow(
  row: readonly Cell[],
  names: readonly string[],
): { readonly callback: CallbackRequest | null; readonly mistakes: readonly FileMistake[] } {
  const beyond = row[names.length];
  if (beyond !== undefined) {
    const message = `found ${row.length.toString()} cells, allowed ${names.length.toString()}, one for each column; a cell with a comma stands in quotes`;
    return { callback: null, mistakes: [{ place: placeOf(beyond), message }] };
  }
  // An empty cell is one that was left out.
  const given = Object.fromEntries(
    row.flatMap(({ text }, at) => (text === '' ? [] : [[names[at] ?? '', text] as const])),
  );
  const read = callbackRequest.safeParse(
    { ...given, ...numberOf(given['attempts']) },
    { error: allowedInWords },
  );
  if (read.success) return { callback: read.data, mistakes: [] };
  const mistakes = read.error.issues.map(({ path, message }) => {
    const field = String(path[0] ?? '');
    const found = given[field];
    return {
      place: cellPlace(row, names, field),
      message: `${field}: found ${found === undefined ? 'nothing' : JSON.stringify(found)}, allowed ${message}`,
    };
  });
  return { callback: null, mistakes };
}

/** A cell is text; what is no number in it stays text, and is told as it stands there. */
function numberOf(attempts: string | undefined): { readonly attempts?: number } {
  return attempts !== undefined && /^-?\d+$/.test(attempts) ? { attempts: Number(attempts) } : {};
}

function cellPlace(row: readonly Cell[], names: readonly string[], field: string): string {
  const cell = row[names.indexOf(field)] ?? row[0];
  return cell === undefined ? '1:1' : placeOf(cell);
}

function placeOf({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line.toString()}:${column.toString()}`;
}
