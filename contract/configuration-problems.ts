import { z } from 'zod';
import type { Mistake } from './problem.ts';

/** Where something stands in a configuration: keys of groups and indices of lists. */
export type ConfigurationPath = readonly (string | number)[];

/** One mistake in a configuration: where it is, what was found there, and what is allowed. */
export interface ConfigurationProblem {
  readonly path: ConfigurationPath;
  readonly found: string;
  readonly allowed: string;
}

/** Something allowed that is likely not meant. */
export const configurationWarning = z
  .object({
    path: z.string().meta({ description: 'Where it is, such as queues[0].callback.ringCustomer.' }),
    message: z.string(),
  })
  .meta({ id: 'ConfigurationWarning', description: 'Something allowed that is likely not meant.' });
export type ConfigurationWarning = z.output<typeof configurationWarning>;

/** The sentence for people: `found 40, allowed 1 to 21`. */
export function problemSentence({ found, allowed }: Omit<ConfigurationProblem, 'path'>): string {
  return `found ${found}, allowed ${allowed}`;
}

/** The mistake as the API tells it. */
export function asMistake(problem: ConfigurationProblem): Mistake {
  const { path, found, allowed } = problem;
  return { path: pathText(path), message: problemSentence(problem), found, allowed };
}

/** A path for people: `queues[0].callback.attempts`. */
export function pathText(path: ConfigurationPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step.toString()}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The path that `pathText` wrote. */
export function readPath(text: string): ConfigurationPath {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key = '']) =>
    index === undefined ? key : Number(index),
  );
}

/** More would help nobody, and working out hints for each would keep the server busy. */
export const PROBLEMS_MAX = 100;

/**
 * The problems that zod's issues tell about `document`, the first hundred.
 * @param field what a key is called there: a setting of a file, a field of a request
 */
export function problemsOf(
  document: unknown,
  issues: readonly z.core.$ZodIssue[],
  field: 'setting' | 'field' = 'setting',
): readonly ConfigurationProblem[] {
  const problems = [...issues.filter(isLength), ...issues.filter((issue) => !isLength(issue))]
    .slice(0, PROBLEMS_MAX)
    .flatMap(inTheShapeMeant)
    .flatMap((issue) => {
      const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
      if (issue.code !== 'unrecognized_keys') {
        return { path, found: shown(valueAt(document, path)), allowed: issue.message };
      }
      const allowed = issue.message.split('\n');
      return issue.keys.map((key, at) => ({
        path: [...path, key],
        found: `the unknown ${field} ${shown(key)}`,
        allowed: allowed[at] ?? '',
      }));
    });
  return problems.slice(0, PROBLEMS_MAX);
}

/** A list that is too long is told before what is wrong in it, which may be too much to be told at all. */
function isLength(issue: z.core.$ZodIssue): boolean {
  return (issue.code === 'too_big' || issue.code === 'too_small') && issue.origin === 'array';
}

/** A value that may have two shapes: where one of them was plainly meant, what is wrong within it is told. */
function inTheShapeMeant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inner = issue.errors.find((errors) => errors.every(({ path }) => path.length > 0));
  const alike = issue.errors.filter((errors) =>
    errors.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const meant = inner ?? (alike.length === 1 ? alike[0] : undefined);
  return meant?.map((error) => ({ ...error, path: [...issue.path, ...error.path] })) ?? [issue];
}

function valueAt(document: unknown, path: ConfigurationPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (Object.getOwnPropertyDescriptor(value, step)?.value as unknown) // Untyped in the library; unknown is the truth.
        : undefined,
    document,
  );
}

const SHOWN_LENGTH_MAX = 60;
/** From here on the length of a list is likely what is wrong with it. */
const LONG_LIST_MIN = 20;

/** A value in a message: short, on one line, and without what an address may carry of passwords. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return value.toString();
  if (Array.isArray(value)) {
    return value.length > LONG_LIST_MIN ? `a list of ${value.length.toString()} entries` : 'a list';
  }
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'string') return 'a group of settings';
  const text = JSON.stringify(value.replace(/\/\/[^/\s]*@/, '//…@'));
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}
