import { z } from 'zod';
import { openapi } from '../contract/status.ts';
import { type Api, reply, serve } from './serve.ts';

/** What the API description says about the API as a whole. */
export const API_DESCRIPTION = {
  title: 'Ringback',
  description:
    'Callers hang up and keep their place in line; Ringback calls them back when an agent is ready. ' +
    'Times are ISO 8601 in UTC, phone numbers E.164. Everything but success is a problem document (RFC 9457) ' +
    'with a stable `code`.',
} as const;

/** The description of this API, made from the routes that are served. */
export function registerOpenapiRoute(api: Api): void {
  serve(api, openapi, async () => Promise.resolve(reply(200, describe(api))));
}

const swaggerDocument = z.looseObject({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/**
 * The OpenAPI document with the schemas that it refers to, and no others: the library describes every schema twice, as
 * it is read and as it is written, and most are only written.
 */
function describe({ app }: Api): Record<string, unknown> {
  const { components, ...document } = swaggerDocument.parse(app.swagger());
  const kept = new Set<string>();
  keepReferred(document, components.schemas, kept);
  const schemas = Object.fromEntries(
    [...kept].sort().map((name) => [name, components.schemas[name]] as const),
  );
  return { ...document, components: { schemas } };
}

/** Adds the names that `value` refers to, and those that their schemas refer to. */
function keepReferred(
  value: unknown,
  schemas: Readonly<Record<string, unknown>>,
  kept: Set<string>,
): void {
  for (const [, name = ''] of JSON.stringify(value).matchAll(
    /"#\/components\/schemas\/([^"]+)"/g,
  )) {
    if (kept.has(name)) continue;
    kept.add(name);
    keepReferred(schemas[name] ?? null, schemas, kept);
  }
}
