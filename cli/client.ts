import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  applyConfiguration,
  type ConfigurationApplied,
  exportConfiguration,
} from '../contract/configuration-routes.ts';
import { type Problem, readProblem } from '../contract/problem.ts';
import { type Asked, addressOf, type Reply, type Route } from '../contract/route.ts';

/** What was asked for, or why not. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** There is no Ringback to ask, or what answers is none. The message is a line for people. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A server that is that slow is asked in vain. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Asks a running Ringback over HTTP, by the routes of the contract. */
export class ApiClient {
  private readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
  }

  /** @throws NoAnswer */
  async ask<const Declared extends Route>(
    route: Declared,
    asked: Asked<Declared>,
  ): Promise<Answer<Reply<Declared>['body']>> {
    const { params, query, body, headers }: Parts = asked;
    const address = `${this.baseUrl}${addressOf(route.path, params ?? {})}${queryText(query)}`;
    const response = await this.send(address, route.method, { body, headers });
    const data = await readJson(response);
    const schema = route.replies[response.status];
    if (schema === undefined) {
      const problem = readProblem(data);
      if (problem === null) throw this.stranger(`status ${response.status.toString()}`);
      return { ok: false, problem };
    }
    const read = schema.safeParse(data);
    if (!read.success) throw this.stranger(z.prettifyError(read.error));
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- parsed by the schema of this very status just before
    return { ok: true, value: read.data as Reply<Declared>['body'] };
  }

  /** Everything that is set up. @throws NoAnswer */
  async exportConfiguration(): Promise<Answer<unknown>> {
    return this.ask(exportConfiguration, {});
  }

  /** Makes what is set up equal to the document. @throws NoAnswer */
  async applyConfiguration(
    document: unknown,
    dryRun: boolean,
  ): Promise<Answer<ConfigurationApplied>> {
    return this.ask(applyConfiguration, {
      query: { dryRun: dryRun ? 'true' : 'false' },
      body: document,
    });
  }

  private async send(
    address: string,
    method: string,
    { body, headers }: { readonly body: unknown; readonly headers: Parts['headers'] | undefined },
  ): Promise<Response> {
    const content =
      body === undefined
        ? { headers: textsOf(headers) }
        : {
            body: JSON.stringify(body),
            headers: { ...textsOf(headers), 'content-type': 'application/json' },
          };
    try {
      return await fetch(address, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...content,
      });
    } catch (error) {
      const line = `Ringback does not answer at ${this.baseUrl}; start it with npm start.`;
      throw new NoAnswer(line, { cause: error });
    }
  }

  private stranger(why: string): NoAnswer {
    return new NoAnswer(
      `What answers at ${this.baseUrl} is no Ringback, or one of another version (${why}).`,
    );
  }
}

/** The parts of any request. */
interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Headers are text; what was left out is not sent. */
function textsOf(headers: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

/** `?a=1&b=2&b=3`, or nothing. A list is written once for each of its items. */
function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (typeof one === 'string' || typeof one === 'number') text.append(name, one.toString());
    }
  }
  return text.size === 0 ? '' : `?${text.toString()}`;
}

/** Undefined when it is no JSON. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown; // Untyped in the library; unknown is the truth.
  } catch {
    return undefined;
  }
}

/** The variables that say where the server is. */
export type Environment = Readonly<Record<string, string | undefined>>;

const instance = z.object({ address: z.url() });

/**
 * Where the server is: `RINGBACK_URL`, else what the Ringback on the data folder wrote down, else the address it has
 * unless told otherwise.
 */
export function baseUrlFrom(environment: Environment): string {
  const told = environment['RINGBACK_URL'] ?? '';
  if (told !== '') return told;
  const given = environment['RINGBACK_DATA'] ?? '';
  const file = join(resolve(given === '' ? 'data' : given), 'instance.json');
  try {
    return instance.parse(JSON.parse(readFileSync(file, 'utf8'))).address;
  } catch {
    return 'http://127.0.0.1:4080'; // None runs here, or it is just starting.
  }
}
