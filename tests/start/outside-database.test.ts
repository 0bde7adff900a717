import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClient } from '../../store/embedded/login.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { type OutsideServer, outsideVersions } from './outside-servers.ts';
import { Folders, run, SERVE, start } from './programs.ts';

const folders = new Folders();
afterAll(async () => folders.clear());

describe.each(outsideVersions())('$name behind DATABASE_URL', ({ start: startServer }) => {
  let server: OutsideServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => server.stop());

  const administer = async (statements: readonly string[]): Promise<void> =>
    withClient(server.administratorUrl, async (client) => {
      for (const statement of statements) await client.query(statement);
    });

  const urlOf = (login: string, database: string): string => {
    const url = new URL(server.administratorUrl);
    url.username = login;
    url.password = 'secret';
    url.pathname = `/${database}`;
    return url.href;
  };

  const refusal = async (url: string): Promise<string> => {
    const environment = { RINGBACK_DATA: folders.dataFolder(), DATABASE_URL: url };
    const { code, output } = await run(process.execPath, [SERVE], { environment });
    expect(code, output).toBe(1);
    return output;
  };

  /** Starts a node, asks for everything there is and stops it. */
  const works = async (url: string): Promise<string> => {
    const port = (await freeTcpPort()).toString();
    const environment = {
      RINGBACK_DATA: folders.dataFolder(),
      RINGBACK_PORT: port,
      DATABASE_URL: url,
    };
    const program = start(process.execPath, [SERVE], { environment });
    await program.says('ready: ');
    for (const path of ['readyz', 'api/v1/status', 'api/v1/callbacks']) {
      const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
      expect(answer.status, `${path}: ${await answer.text()}`).toBe(200);
    }
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
    return program.output();
  };

  test('a login that may create no roles is told what to run, and works after it', async () => {
    await administer([
      `create role plain login password 'secret'`,
      'create database plain owner plain',
    ]);
    const url = urlOf('plain', 'plain');
    const said = await refusal(url);
    expect(said).toBe(
      'plain may not take the roles that Ringback works under. Let an administrator run: create role ringback_engine ' +
        'nologin; create role ringback_app nologin; grant ringback_engine, ringback_app to plain;\n',
    );
    await administer(said.slice(said.indexOf('run: ') + 5).split(/(?<=;)/));
    const output = await works(url);
    expect(output).toMatch(
      /^database: the PostgreSQL 1\d[.\d]* of DATABASE_URL\nschema: \d+ steps/,
    );
    expect(await works(url)).toContain('schema: up to date');
  });

  test('a login that may create roles needs nothing else', async () => {
    await administer([
      'drop database if exists plain',
      'drop role if exists ringback_engine, ringback_app',
      `create role maker login createrole password 'secret'`,
      'create database made owner maker',
    ]);
    expect(await works(urlOf('maker', 'made'))).toContain('ready: ');
  });

  test('a login that does not own the database is told what to run, and works after it', async () => {
    await administer([
      `create role guest login password 'secret'`,
      'grant ringback_engine, ringback_app to guest',
      'create database foreign_one',
    ]);
    const url = urlOf('guest', 'foreign_one');
    const said = await refusal(url);
    expect(said).toBe(
      'guest may not create tables in database foreign_one. Let an administrator run: alter database foreign_one owner to guest;\n',
    );
    await administer([said.slice(said.indexOf('run: ') + 5)]);
    expect(await works(url)).toContain('ready: ');
  });
});
