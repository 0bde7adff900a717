import { z } from 'zod';
import { REFUSALS, type RefusalCode } from './refusals.ts';

/** The media type of problem documents (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** One place of a request that is not as described. */
export const mistake = z
  .object({
    path: z.string().meta({
      description: 'Where it is, such as query.limit or queues[0].callback.attempts.',
    }),
    message: z.string().meta({ description: 'The whole sentence for people.' }),
    found: z.string().optional(),
    allowed: z.string().optional(),
  })
  .meta({ id: 'Mistake', description: 'One place of a request that is not as described.' });
export type Mistake = z.output<typeof mistake>;

/** Every answer that is no success, after RFC 9457. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'The kind of problem as a URI; it ends in the code.' }),
    title: z.string().meta({ description: 'What this kind of problem means in general.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    code: z.string().meta({
      description: 'The stable code that programs go by, see docs/reference/errors.md.',
    }),
    detail: z.string().meta({ description: 'What was wrong with this very request.' }),
    mistakes: z.array(mistake).optional(),
  })
  .meta({ id: 'Problem', description: 'Why something was not done (RFC 9457).' });
export type Problem = z.output<typeof problem>;

/** What was wrong with one request; without `detail` the general text of the code is all there is to say. */
export interface Refused {
  readonly code: RefusalCode;
  readonly detail?: string;
  readonly mistakes?: readonly Mistake[];
}

/** The problem document that tells a refusal. */
export function problemOf({ code, detail, mistakes }: Refused): Problem {
  const { status, text } = REFUSALS[code];
  return {
    type: `urn:ringback:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: text,
    status,
    code,
    detail: detail ?? text,
    ...(mistakes === undefined ? {} : { mistakes: [...mistakes] }),
  };
}

/** The problem document in `data`; null when it is none, e.g. because a proxy answered. */
export function readProblem(data: unknown): Problem | null {
  const read = problem.safeParse(data);
  return read.success ? read.data : null;
}
