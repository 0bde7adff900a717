import { z } from 'zod';
import { nearest } from './nearest.ts';

/* What is allowed, in words, where a schema does not say so itself. */

/**
 * The error map of requests: a mistake reads `found X, allowed Y`, so the message of an issue is that Y. Bounds are said by the
 * schemas themselves (values.ts), since an issue knows only the one that was passed.
 */
export const allowedInWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String));
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code !== 'unrecognized_keys') return undefined;
  const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
  return knownKeys(issue.keys, known);
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

/** For each unknown key the known ones, and the nearest of them: one line each, see `problemsOf`. */
export function knownKeys(keys: readonly string[], known: readonly string[]): string {
  const list = known.join(', ');
  return keys
    .map((key) => {
      const meant = nearest(key, known);
      return meant === null ? list : `${list} (did you mean ${meant}?)`;
    })
    .join('\n');
}
