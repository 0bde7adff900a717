import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { REFUSALS } from '../contract/refusals.ts';
import { GENERAL_REFUSALS } from '../contract/route.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
let server: TestServer;

beforeAll(async () => {
  server = await openTestServer({ version: manifest.version });
});
afterAll(async () => server.close());

/** The paths by address and method, as far as these tests look. */
const described = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
        responses: z.record(z.string(), z.object({ description: z.string() })),
      }),
    ),
  ),
});

async function describedApi(): Promise<unknown> {
  const response = await server.app.inject('/api/v1/openapi.json');
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}

test('docs/reference/openapi.json is what the server says of itself (npx vitest run -u writes it)', async () => {
  await expect(`${JSON.stringify(await describedApi(), null, 2)}\n`).toMatchFileSnapshot(
    '../docs/reference/openapi.json',
  );
});

test('every operation has a name of its own and names all parameters of its address', async () => {
  const { paths } = described.parse(await describedApi());
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, ...operation })),
  );
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { path, parameters } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((it) => it.in === 'path').map(({ name }) => name)).toEqual(named);
  }
});

test('every schema that is referred to is there', async () => {
  const text = JSON.stringify(await describedApi());
  const { components } = z
    .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
    .parse(JSON.parse(text));
  const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect(new Set(referred)).toEqual(new Set(Object.keys(components.schemas)));
});

test('docs/reference/errors.md lists every code (npx vitest run -u writes it)', async () => {
  const { paths } = described.parse(await describedApi());
  const used = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ description }) => description.split(', ')),
    ),
  );
  const codes = Object.entries(REFUSALS);
  const general: readonly string[] = GENERAL_REFUSALS;
  // A code that no route can answer with would be a promise nobody keeps.
  expect(
    codes.map(([code]) => code).filter((code) => !used.includes(code) && !general.includes(code)),
  ).toEqual([]);
  const page = [
    '# Problems and their codes',
    '',
    'Whatever is not done is answered with a problem document (RFC 9457, `application/problem+json`): `type`, `title`,',
    '`status`, `code`, `detail` and, where several places of a request are wrong, `mistakes`. Programs go by `code`. Codes',
    'are promises: never renamed, never reused. `detail` is a sentence for people and may change.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...codes.map(([code, { status, text }]) => `| \`${code}\` | ${status.toString()} | ${text} |`),
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot('../docs/reference/errors.md');
});
