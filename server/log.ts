import { pino } from 'pino';
import { maskNumbers } from '../core/numbers/masked.ts';
import type { Log } from '../core/prelude/log.ts';

/** Keys of secrets, wherever they stand. */
const SECRETS = ['password', '*.password', 'url', '*.url', 'databaseUrl', 'secret'];
const HIDDEN = '[hidden]';

/** Takes the finished lines, a JSON document each. */
export interface Lines {
  write(line: string): void;
}

/**
 * The log of this node: a line of JSON each, on standard error unless told otherwise, so that standard output stays for
 * people. What belongs to a person has a key that begins with `pii.` and is replaced before it leaves the process; of an
 * error only what should not hold such a thing is written, and numbers in it are masked all the same.
 */
export function openLog(level: 'debug' | 'info' | 'warn', lines: Lines = standardError()): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, censor: HIDDEN },
      formatters: { level: (label) => ({ level: label }), log: withoutPersonalData },
      serializers: { err: errorFields },
    },
    lines,
  );
}

/** A reader that goes away (a closed terminal, `| head`) must not end the calls. */
function standardError(): Lines {
  const destination = pino.destination({ dest: 2, sync: true });
  destination.on('error', () => undefined);
  return destination;
}

function withoutPersonalData(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      key.startsWith('pii.') ? HIDDEN : FOREIGN_WORDS.has(key) ? masked(value) : value,
    ]),
  );
}

/** Fields that repeat what others said: a PBX, a database. */
const FOREIGN_WORDS = new Set(['problem', 'reason']);

function masked(value: unknown): unknown {
  return typeof value === 'string' ? maskNumbers(value) : value;
}

/** Not the rest of a database's error: its `detail` and `where` repeat values, such as phone numbers. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const constraint = 'constraint' in error ? error.constraint : undefined;
  return {
    name,
    message: maskNumbers(message),
    code,
    constraint,
    stack: masked(stack),
    cause: errorFields(cause),
  };
}
