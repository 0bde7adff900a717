import { Client } from 'pg';
import type { Cluster } from './cluster.ts';

/** The role that owns the database and under which everything runs; it is no superuser. */
export const APPLICATION_ROLE = 'ringback';

/** The role PostgreSQL starts its life with; used only to make the other one. */
export const SUPERUSER_ROLE = 'postgres';

/** One way into one server: whom to log in as, and to which database. */
export interface Login {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** What a server said when we tried to log in. */
export type LoginAnswer =
  | { readonly kind: 'welcome'; readonly systemIdentifier: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'not-now'; readonly reason: string };

/** The application's way in to the server of a cluster. */
export function applicationLogin(cluster: Cluster, port: number): Login {
  const password = cluster.passwords.application;
  return { port, user: APPLICATION_ROLE, password, database: APPLICATION_ROLE };
}

/** The way in that exists from the first moment of a cluster on. */
export function superuserLogin(cluster: Cluster, port: number): Login {
  const password = cluster.passwords.superuser;
  return { port, user: SUPERUSER_ROLE, password, database: 'postgres' };
}

/** The connection string of a login, for DATABASE_URL and for pools. */
export function urlOf({ port, user, password, database }: Login): string {
  return `postgres://${user}:${password}@127.0.0.1:${port.toString()}/${database}`;
}

/** Logs in once and asks which cluster it met. Never throws: every answer of a server is one of three. */
export async function tryLogin(login: Login): Promise<LoginAnswer> {
  try {
    return await withClient(urlOf(login), async (client) => {
      const sql = 'select system_identifier::text as id from pg_control_system()';
      const { rows } = await client.query<{ id: string }>(sql);
      return { kind: 'welcome', systemIdentifier: rows[0]?.id ?? '' };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: isForGood(error) ? 'refused' : 'not-now', reason };
  }
}

/**
 * Runs some work on a connection of its own and closes it whatever happens.
 *
 * @throws What the connection or the work throws.
 */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that dies between two statements raises an event; without a listener it would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * 28xxx: the role or password is unknown; 3D000: there is no such database. Anything else passes: a server that
 * starts, recovers, stops or is full says so for a while, and one that is gone does not answer at all.
 */
function isForGood(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('28') || code === '3D000';
}
