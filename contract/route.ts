import type { z } from 'zod';
import type { RefusalCode } from './refusals.ts';

/** One thing that can be asked over HTTP. Server, API description and command line all derive from this one value. */
export interface Route {
  /** Unique; becomes the `operationId`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` where a parameter stands. */
  readonly path: `/${string}`;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly tag:
    | 'callbacks'
    | 'callers'
    | 'tickets'
    | 'stops'
    | 'queues'
    | 'agents'
    | 'opt-outs'
    | 'pbxs'
    | 'configuration'
    | 'demo'
    | 'reports'
    | 'status';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Headers that mean something to this route, in lower case; others are let pass. */
  readonly headers?: z.ZodObject;
  /** What is answered on success, by status. Everything else is a problem document. */
  readonly replies: Readonly<Record<number, z.ZodType>>;
  /** The media type of the replies, where it is not JSON. */
  readonly mediaType?: string;
  /** The refusals that belong to this route; those that can meet any request are not repeated. */
  readonly refusals: readonly RefusalCode[];
}

/** Declares a route and keeps its exact type, by which handlers and callers are checked. */
export function route<const Declared extends Route>(declared: Declared): Declared {
  return declared;
}

/** The refusals that can meet any request. */
export const GENERAL_REFUSALS = [
  'REQUEST_INVALID',
  'BODY_UNREADABLE',
  'HOST_REFUSED',
  'ORIGIN_REFUSED',
  'ROUTE_UNKNOWN',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'ADDRESS_TOO_LONG',
  'MEDIA_TYPE_UNSUPPORTED',
  'DATABASE_UNAVAILABLE',
  'UNEXPECTED',
] as const satisfies readonly RefusalCode[];

/** A part of a request as the server reads it, with defaults filled in; undefined when the route has no such part. */
export type ReadPart<Declared extends Route, Part extends 'params' | 'query' | 'body' | 'headers'> =
  Declared extends Readonly<Record<Part, infer Schema extends z.ZodType>>
    ? z.output<Schema>
    : undefined;

/** What a caller hands over: each part that the route has, as it is before defaults are filled in. */
export type Asked<Declared extends Route> = {
  readonly [Part in 'params' | 'query' | 'body' | 'headers' as Declared extends Readonly<
    Record<Part, z.ZodType>
  >
    ? Part
    : never]: Declared extends Readonly<Record<Part, infer Schema extends z.ZodType>>
    ? z.input<Schema>
    : never;
};

/** A status of the route together with a body that it promises. */
export type Reply<Declared extends Route> = {
  readonly [Status in keyof Declared['replies']]: Declared['replies'][Status] extends z.ZodType
    ? { readonly status: Status; readonly body: z.output<Declared['replies'][Status]> }
    : never;
}[keyof Declared['replies']];

/** The names of the parameters in a path: `['id']` of `/callbacks/:id`. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}

/** The address of a route with its parameters put in, each encoded. */
export function addressOf(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
