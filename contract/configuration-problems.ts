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

/** The problems that zod's issues tell about `document`, the first hundred. */
export function problemsOf(
  document: unknown,
  issues: readonly z.core.$ZodIssue[],
): readonly ConfigurationProblem[] {
  const problems = issues
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
        found: `the unknown setting ${shown(key)}`,
        allowed: allowed[at] ?? '',
      }));
    });
  return problems.slice(0, PROBLEMS_MAX);
}

/** A value that may have two shapes: where one of them was plainly meant, what is wrong within it is told. */
function inTheShapeMeant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((inner) =>
    inner.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return meant?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
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

/** A value in a message: short, on one line, and without what an address may carry of passwords. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return value.toString();
  if (Array.isArray(value)) return 'a list';
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'string') return 'a group of settings';
  const text = JSON.stringify(value.replace(/\/\/[^/\s]*@/, '//…@'));
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}
