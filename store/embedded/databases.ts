import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Cluster } from './cluster.ts';
import { PasswordsLostError } from './errors.ts';
import {
  APPLICATION_ROLE,
  applicationLogin,
  superuserLogin,
  tryLogin,
  urlOf,
  withClient,
} from './login.ts';

/**
 * Makes the role `ringback` and its database where they are missing. Safe to repeat: an interrupted first start is
 * completed by the next one.
 *
 * @throws PasswordsLostError when neither role can log in with the passwords on file.
 */
export async function bootstrap(cluster: Cluster, port: number): Promise<void> {
  const answer = await tryLogin(applicationLogin(cluster, port));
  if (answer.kind === 'welcome') return;
  const superuser = superuserLogin(cluster, port);
  const check = await tryLogin(superuser);
  if (check.kind === 'refused') throw new PasswordsLostError(`${cluster.folder}/..`, check.reason);
  await withClient(urlOf(superuser), async (client) => {
    const role = escapeIdentifier(APPLICATION_ROLE);
    const exists = 'select 1 from pg_roles where rolname = $1';
    const { rowCount: roles } = await client.query(exists, [APPLICATION_ROLE]);
    const verb = roles === 0 ? 'create' : 'alter';
    const secret = escapeLiteral(cluster.passwords.application);
    await client.query(
      `${verb} role ${role} login nosuperuser createdb createrole password ${secret}`,
    );
    const { rowCount: databases } = await client.query(
      'select 1 from pg_database where datname = $1',
      [APPLICATION_ROLE],
    );
    if (databases === 0) await client.query(`create database ${role} owner ${role}`);
  });
}

/**
 * Makes a database, owned by the role of the given URL, and answers with its URL.
 *
 * @param url Any database of the server, with a role that may create databases.
 * @param name The new database's name; an existing one is an error.
 * @param template A database to copy; nobody may be connected to it meanwhile.
 */
export async function createDatabase(
  url: string,
  name: string,
  template = 'template1',
): Promise<string> {
  const source = escapeIdentifier(template);
  await withClient(url, async (client) =>
    client.query(`create database ${escapeIdentifier(name)} template ${source}`),
  );
  const made = new URL(url);
  made.pathname = `/${encodeURIComponent(name)}`;
  return made.href;
}

/**
 * Drops a database if it exists, and ends whoever is still connected to it.
 *
 * @param url Another database of the same server, with a role that owns the one to drop.
 */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    // Not `with (force)`: that refuses when autovacuum is at work there, whose sessions are not ours to end. A plain drop
    // sends autovacuum away by itself.
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and usename = current_user',
      [name],
    );
    await client.query(`drop database if exists ${escapeIdentifier(name)}`);
  });
}
