import pg from 'pg';

/** Major versions of PostgreSQL that Ringback is tried with. */
const OLDEST_MAJOR = 15;
const NEWEST_MAJOR = 18;
const CONNECT_MS_MAX = 5_000;
/** The roles that the login takes for its transactions; migrations/000001_tenants_and_roles.sql makes them. */
const ROLES = ['ringback_engine', 'ringback_app'] as const;

/** The database server cannot be used; the message says why and what would be right. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

/** What a server and a login say of themselves. */
interface Standing {
  readonly version_number: number;
  readonly version: string;
  readonly login: string;
  readonly database: string;
  readonly creates_roles: boolean;
  readonly creates_tables: boolean;
  /** Of our roles: those that exist, and whether the login is a member. */
  readonly roles: readonly { readonly name: string; readonly member: boolean }[];
}

const STANDING = `
  select current_setting('server_version_num')::int as version_number,
         split_part(current_setting('server_version'), ' ', 1) as version,
         quote_ident(current_user) as login, quote_ident(current_database()) as database,
         (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as creates_roles,
         has_schema_privilege('public', 'create') as creates_tables,
         coalesce((select json_agg(json_build_object('name', rolname, 'member', pg_has_role(oid, 'member')))
                     from pg_roles where rolname = any ($1)), '[]'::json) as roles`;

/**
 * Looks whether the server answers, is of a version that Ringback runs on, and lets the login set the schema up.
 * @returns The version, for example `15.14`.
 * @throws DatabaseUnusable
 */
export async function checkServer(url: string): Promise<string> {
  return connected({ connectionString: url }, async (client) => {
    const { rows } = await client.query<Standing>(STANDING, [ROLES]);
    const [standing] = rows;
    if (standing === undefined) throw new DatabaseUnusable('The database says nothing of itself.');
    const problem = problemOf(standing);
    if (problem !== null) throw new DatabaseUnusable(problem);
    return standing.version;
  });
}

/**
 * Looks whether a connection gets the role that it asks for: without it the rows of one tenant are not kept from another.
 * To be called when the schema is up to date.
 * @throws DatabaseUnusable
 */
export async function checkRoles(url: string): Promise<void> {
  for (const role of ROLES) {
    const config = { connectionString: url, options: `-c role=${role}` };
    const got = await connected(config, async (client) => {
      const { rows } = await client.query<{ role: string }>('select current_user as role');
      return rows[0]?.role;
    });
    if (got === role) continue;
    throw new DatabaseUnusable(
      `The database does not give connections the role ${role} that they ask for. Is a pooler such as pgbouncer in ` +
        'between? Let DATABASE_URL lead to the server itself (docs/operations/database.md).',
    );
  }
}

function problemOf(standing: Standing): string | null {
  const { login, database, version } = standing;
  const major = Math.floor(standing.version_number / 10_000);
  if (major < OLDEST_MAJOR || major > NEWEST_MAJOR) {
    return `The database is PostgreSQL ${version}; Ringback runs on ${OLDEST_MAJOR.toString()} to ${NEWEST_MAJOR.toString()}.`;
  }
  if (!standing.creates_tables) {
    return `${login} may not create tables in database ${database}. Let an administrator run: alter database ${database} owner to ${login};`;
  }
  const missing = ROLES.filter((role) => !standing.roles.some(({ name }) => name === role));
  const foreign = standing.roles.filter(({ member }) => !member).map(({ name }) => name);
  if (standing.creates_roles || missing.length + foreign.length === 0) return null;
  const commands = [
    ...missing.map((role) => `create role ${role} nologin;`),
    `grant ${[...missing, ...foreign].join(', ')} to ${login};`,
  ];
  return `${login} may not take the roles that Ringback works under. Let an administrator run: ${commands.join(' ')}`;
}

async function connected<Result>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => undefined); // What breaks afterwards is told by the next query.
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (error instanceof DatabaseUnusable) throw error;
    throw new DatabaseUnusable(
      `The database cannot be used: ${reasonOf(error)}. Check DATABASE_URL (server, login, database) and that the server runs.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  // A name with several addresses fails with one error for each, and no sentence of its own.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(reasonOf).join(', ');
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('client password must be a string')
    ? 'the server asks for a password, and none is given'
    : message;
}
