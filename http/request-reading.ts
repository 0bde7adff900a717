import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { allowedInWords } from '../contract/allowed.ts';
import {
  type ConfigurationProblem,
  pathText,
  problemSentence,
  problemsOf,
} from '../contract/configuration-problems.ts';
import type { Mistake, Refused } from '../contract/problem.ts';
import { maskNumbers } from '../core/numbers/masked.ts';

/** The parts of a request as people know them. */
const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' };

/** A part of a request that is not as its route describes it: each place with what was found and what is allowed. */
export class RequestMistakes extends Error {
  override readonly name = 'RequestMistakes';
  readonly mistakes: readonly Mistake[];

  constructor(part: string, problems: readonly ConfigurationProblem[]) {
    super('a part of a request is not as its route describes it');
    this.mistakes = problems.map(({ path, found, allowed }) => {
      // What was sent may be somebody's number, and problem documents end up in other people's logs.
      const told = { found: maskNumbers(found), allowed };
      const place = maskNumbers(pathText([PARTS[part] ?? part, ...path]));
      return { path: place, message: problemSentence(told), ...told };
    });
  }

  refused(): Refused {
    const { mistakes } = this;
    const detail = mistakes.map(({ path, message }) => `${path}: ${message}`).join('; ');
    return { code: 'REQUEST_INVALID', detail, mistakes };
  }
}

/** Checks one part of a request by the schema of its route, and fills in the defaults. */
export const readPart: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const read = schema.safeParse(data, { error: allowedInWords });
    if (read.success) return { value: read.data };
    const problems = problemsOf(data, read.error.issues, 'field');
    return { error: new RequestMistakes(httpPart ?? 'request', problems) };
  };
};
