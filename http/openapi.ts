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

/** The OpenAPI document with the schemas that it refers to, and no others. */
function describe({ app }: Api): Record<string, unknown> {
  const document = swaggerDocument.parse(app.swagger());
  const text = JSON.stringify(document);
  // The library describes every schema twice, as it is read and as it is written; most are only written.
  const schemas = Object.entries(document.components.schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return {
    ...document,
    components: {
      schemas: Object.fromEntries(schemas.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}
