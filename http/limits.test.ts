import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problem } from '../contract/problem.ts';
import { isDescribed, type Limit, limitsOf } from '../tests/support/limits.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
  await server.emptyCentre();
});
afterAll(async () => server.close());

const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  schema: z.record(z.string(), z.unknown()),
});
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
    .optional(),
});
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

interface Tried {
  readonly title: string;
  readonly path: string;
  readonly limit: Limit;
  readonly send: (value: unknown) => Promise<{ readonly status: number; readonly body: string }>;
}

/** Every limit of every request, as the description of the interface states them. */
async function everyLimit(): Promise<readonly Tried[]> {
  const told = await server.app.inject('/api/v1/openapi.json');
  const { paths, components } = description.parse(told.json());
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters, requestBody }]) => {
      const title = `${method.toUpperCase()} ${path}`;
      const body = requestBody?.content['application/json'].schema;
      const inBody = isDescribed(body) ? limitsOf(body, components.schemas) : [];
      // The configuration is refused by rules of its own, and told without the part of the request.
      const prefix = path === '/api/v1/configuration' ? '' : 'body.';
      return [
        ...inBody.map(
          (limit): Tried => ({
            title: `${title} ${limit.path}`,
            path: `${prefix}${limit.path}`,
            limit,
            send: async (value) => send(method, path, { body: limit.documentWith(value) }),
          }),
        ),
        ...parameters.flatMap((one) => limitsOfParameter({ title, method, path }, one, components)),
      ];
    }),
  );
}

function limitsOfParameter(
  { title, method, path }: Readonly<Record<'title' | 'method' | 'path', string>>,
  { name, in: place, schema }: z.output<typeof parameter>,
  { schemas }: { readonly schemas: Readonly<Record<string, unknown>> },
): readonly Tried[] {
  return limitsOf(schema, schemas).map((limit) => {
    // A parameter that may be given several times is a list only then.
    const one = { ...limit, path: limit.path.replace(/^\[0\]/, '') };
    return {
      title: `${title} ${place} ${name}${one.path}`,
      path: `${place === 'header' ? 'headers' : place}.${name}`,
      limit: one,
      send: async (value) => send(method, path, { [place]: { [name]: String(value) } }),
    };
  });
}

const METHODS = z.enum(['GET', 'POST', 'PUT', 'DELETE']);

interface Parts {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A body that the one route with a header takes: its headers are looked at last. */
const RIGHT_BODY = { queue: 'support', number: '+12025550123' };

async function send(
  method: string,
  path: string,
  parts: Parts,
): Promise<{ readonly status: number; readonly body: string }> {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parts.path?.[name] ?? '00000000-0000-4000-8000-000000000000'),
  );
  const query = new URLSearchParams(parts.query).toString();
  const answer = await server.app.inject({
    method: METHODS.parse(method.toUpperCase()),
    url: query === '' ? filled : `${filled}?${query}`,
    headers: { ...parts.header, 'content-type': 'application/json' },
    ...(method === 'get' ? {} : { payload: JSON.stringify(parts.body ?? RIGHT_BODY) }),
  });
  return { status: answer.statusCode, body: answer.body };
}

/** Addresses cannot hold nothing, and headers hold visible characters only. */
function canBeSent({ title }: Tried, value: unknown): boolean {
  if (title.includes(' path ')) return value !== '' && !String(value).includes('\u0001');
  return !title.includes(' header ') || /^[\x20-\x7e]*$/.test(String(value));
}

describe('over HTTP', () => {
  test('every limit that the interface states is refused with field, value and what is allowed', async () => {
    const tried = await everyLimit();
    // A description that has lost its limits would make this test pass.
    expect(tried.length).toBeGreaterThan(300);
    const failures: string[] = [];
    for (const one of tried) {
      for (const value of one.limit.beyond.filter((beyond) => canBeSent(one, beyond))) {
        const complaint = complaintAbout(one, await one.send(value));
        if (complaint !== null) failures.push(`${one.title} = ${shortly(value)}: ${complaint}`);
      }
    }
    expect(failures).toEqual([]);
  });
});

/** What is wrong with how a value beyond a limit was refused; null when nothing is. */
function complaintAbout(
  { path, limit }: Pick<Tried, 'path' | 'limit'>,
  { status, body }: { readonly status: number; readonly body: string },
): string | null {
  if (status !== 400 && status !== 422) return `answered with ${status.toString()}`;
  const { mistakes = [] } = problem.parse(JSON.parse(body));
  // Where a group can be one of several, what fits none of them is told of the group.
  const told =
    mistakes.find((mistake) => mistake.path === path) ??
    mistakes.find((mistake) => path.startsWith(`${mistake.path}.`));
  if (told === undefined) return `not among ${mistakes.map((mistake) => mistake.path).join(', ')}`;
  return lackOf(told, limit);
}

function lackOf(
  told: { readonly found?: string | undefined; readonly allowed?: string | undefined },
  limit: Limit,
): string | null {
  const { found = '', allowed = '' } = told;
  if (found === '' || allowed === '') return 'told without value or without what is allowed';
  if (/^(?:Invalid|Too|Expected)/.test(allowed)) return `in the words of a library: ${allowed}`;
  const missing = limit.allowed.filter((word) => !allowed.includes(word));
  return missing.length === 0 ? null : `"${allowed}" does not name ${missing.join(', ')}`;
}

function shortly(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}
