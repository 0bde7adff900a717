import type { FastifyInstance, FastifyReply } from 'fastify';
import { PROBLEM_TYPE, problem, problemOf, type Refused } from '../contract/problem.ts';
import { REFUSALS } from '../contract/refusals.ts';
import type { ReadPart, Reply, Route } from '../contract/route.ts';

/** The server under construction: routes are added with `serve`. */
export interface Api {
  readonly app: FastifyInstance;
  /** The routes so far; an address that is known for another method is told apart from an unknown one. */
  readonly routes: Route[];
}

/** A request whose parts have been checked against the route. */
export interface ReadRequest<Declared extends Route> {
  readonly params: ReadPart<Declared, 'params'>;
  readonly query: ReadPart<Declared, 'query'>;
  readonly body: ReadPart<Declared, 'body'>;
  readonly headers: ReadPart<Declared, 'headers'>;
}

/** What a handler comes to: one of the replies that the route promises, or why not. */
export type Answer<Declared extends Route> = Reply<Declared> | { readonly refused: Refused };

/** Done: a status of the route and its body. */
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
): { readonly status: Status; readonly body: Body } {
  return { status, body };
}

/** Not done, and why. */
export function refuse(refused: Refused): { readonly refused: Refused } {
  return { refused };
}

/** Serves a route. A status or body that the route does not promise does not compile. */
export function serve<const Declared extends Route>(
  { app, routes }: Api,
  route: Declared,
  handle: (request: ReadRequest<Declared>) => Promise<Answer<Declared>>,
): void {
  routes.push(route);
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(route),
    handler: async (request, response) => {
      const { params, query, body, headers } = request;
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- parsed by the schemas of this very route just before
      const answer = await handle({ params, query, body, headers } as ReadRequest<Declared>);
      // The union is over a type parameter, which `in` cannot narrow.
      const told: { status?: unknown; body?: unknown; refused?: Refused } = answer;
      if (told.refused === undefined) {
        response.code(Number(told.status)).type(route.mediaType ?? JSON_TYPE);
        return response.send(told.body);
      }
      sendProblem(response, told.refused);
      return response;
    },
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with a problem document. */
export function sendProblem(response: FastifyReply, refused: Refused): void {
  const document = problemOf(refused);
  response
    .code(document.status)
    .type(PROBLEM_TYPE)
    // Our own text, whole and checked by its type: the schemas of the route are for its replies.
    .serializer((payload: unknown) => JSON.stringify(payload));
  void response.send(document);
}

function schemaOf(route: Route): Record<string, unknown> {
  const { params, query, body, headers } = route;
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
    response: { ...repliesOf(route), ...refusalsOf(route) },
  };
}

function repliesOf({ replies, mediaType }: Route): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(replies).map(([status, schema]) => [
      status,
      { description: 'Done', content: { [mediaType ?? 'application/json']: { schema } } },
    ]),
  );
}

/** The refusals of the route by status, and one entry for those that can meet any request. */
function refusalsOf({ refusals }: Route): Record<string, unknown> {
  const content = { [PROBLEM_TYPE]: { schema: problem } };
  const own = [...new Set(refusals.map((code) => REFUSALS[code].status))].map(
    (status): [string, unknown] => {
      const codes = refusals.filter((code) => REFUSALS[code].status === status);
      return [status.toString(), { description: codes.join(', '), content }];
    },
  );
  const general: Record<string, unknown> = {
    default: { description: 'Any other problem, see docs/reference/errors.md', content },
  };
  return Object.assign(general, Object.fromEntries<unknown>(own));
}
