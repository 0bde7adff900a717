import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../store/migrate.ts';
import { type CentreRows, insertCentre } from '../support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually, type RingbackNode, startRingback } from '../support/ringback-node.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, run } from './programs.ts';

const folders = new Folders();
const folder = folders.folder();
let own: TestDatabase;
let pool: pg.Pool;
let rows: CentreRows;
let node: RingbackNode;

beforeAll(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  pool = new pg.Pool({ connectionString: own.url, max: 1 });
  rows = await insertCentre(pool);
  node = await startRingback(own.url);
});

afterAll(async () => {
  await node.kill('SIGTERM');
  await pool.end();
  await own.drop();
  await folders.clear();
});

/** Runs a command line as people do, in the folder with the files. */
async function ringback(line: string): Promise<{ code: number; output: string }> {
  const program = resolve('bin/ringback.js');
  const environment = { RINGBACK_URL: node.url };
  return run(process.execPath, [program, ...line.split(' ')], { cwd: folder, environment });
}

/** What a command prints when it succeeds. */
async function says(line: string): Promise<string> {
  const { code, output } = await ringback(line);
  expect(code, output).toBe(0);
  return output;
}

/** The centre of README.md, with its PBX replaced when told. */
function centre(pbx?: string): string {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(example).toContain('driver: asterisk');
  return pbx === undefined ? example : example.replace(/pbxs:\n[\s\S]*?\n\n/, `${pbx}\n\n`);
}

const ROUTES = 'routes: [{ name: carrier, dial: "PJSIP/{number}@carrier", lines: 30 }]';

describe('the centre of README.md', () => {
  test('is understood as it stands there, and a dry run changes nothing', async () => {
    writeFileSync(join(folder, 'centre.yaml'), centre());
    const before = await says('export');
    expect(await says('apply centre.yaml --dry-run')).toMatch(/would be made; nothing has been/);
    expect(await says('export')).toBe(before);
  });

  test('a mistake is told with its line and what is allowed, and changes nothing', async () => {
    const before = await says('export');
    writeFileSync(join(folder, 'wrong.yaml'), centre().replace('attempts: 3', 'attempts: often'));
    const { code, output } = await ringback('apply wrong.yaml');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^wrong\.yaml:\d+:\d+ queues\[0\]\.callback\.attempts: found "often", allowed /,
    );
    expect(output).toContain('wrong.yaml has 1 mistake; nothing has been changed.');
    expect(await says('export')).toBe(before);
  });

  test('an Asterisk that does not answer is told in words, with the lines to add', async () => {
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets/ari'), 'tests-only\n');
    const port = (await freeTcpPort()).toString();
    const asterisk = centre().replace('8088', port).replace('/run/secrets/ari', 'secrets/ari');
    writeFileSync(join(folder, 'asterisk.yaml'), asterisk);
    expect(await says('apply asterisk.yaml')).toMatch(/\d+ changes? made\./);
    const { code, output } = await ringback('pbx check main');
    expect(code, output).toBe(1);
    expect(output).toMatch(/^MISSING {2}connection: [^\n]+\n/);
    expect(output).toMatch(/Add to http\.conf:\n\s+\[general\]\n\s+enabled=yes\n/);
    expect(output).toContain(`bindport=${port}`);
    expect(output).toContain('PBX main lacks 1 of 1 things.');
    expect(output).not.toContain('tests-only');
    await eventually('status says why', async () => {
      const status = await says('status');
      return /main +connecting +\S+/.test(status) ? true : null;
    });
  });

  test('a password file that is not there is told as well', async () => {
    const lost = readFileSync(join(folder, 'asterisk.yaml'), 'utf8').replace('ari,', 'lost,');
    writeFileSync(join(folder, 'lost.yaml'), lost.replace('secrets/ari', 'secrets/lost'));
    await says('apply lost.yaml');
    const { code, output } = await ringback('pbx check main');
    expect(code).toBe(1);
    expect(output).toMatch(/^MISSING {2}password file: The password file of PBX main cannot be/);
  });

  test('is applied on the sandbox; once more, and its own export, change nothing', async () => {
    const sandbox = `pbxs:\n  - { name: main, driver: sandbox, ${ROUTES} }`;
    writeFileSync(join(folder, 'centre.yaml'), centre(sandbox));
    expect(await says('apply centre.yaml')).toMatch(/\d+ changes? made\./);
    expect(await says('apply centre.yaml')).toBe('Nothing to change.\n');
    writeFileSync(join(folder, 'export.yaml'), await says('export'));
    expect(await says('apply export.yaml')).toBe('Nothing to change.\n');
  });

  test('the sandbox lacks nothing', async () => {
    expect(await says('pbx check main')).toBe('PBX main has everything that Ringback needs.\n');
    const { code, output } = await ringback('pbx check other');
    expect(code).toBe(1);
    expect(output).toBe('There is no PBX named "other". (PBX_UNKNOWN)\n');
  });
});

describe('a day at the centre', () => {
  test('status shows version, queues, agents and PBXs', async () => {
    await eventually('the sandbox is ready', async () =>
      /main +ready/.test(await says('status')) ? true : null,
    );
    const status = await says('status');
    const version = /"version": "([^"]+)"/.exec(readFileSync('package.json', 'utf8'))?.[1];
    expect(status).toMatch(new RegExp(`^Ringback ${String(version)}, node \\S+\n`));
    expect(status).toMatch(/\nsupport +0 +0 +0 +- +0 of 1 available\n/);
    expect(status).toMatch(/\ndesk-1 +offline +idle /);
  });

  test('an agent is made available, and goes away again', async () => {
    expect(await says('agent set desk-1 available')).toMatch(/^desk-1 is available/);
    expect(await says('agent list')).toMatch(/\ndesk-1 +available /);
    expect(await says('agent set desk-1 away')).toBe('desk-1 is away.\n');
  });

  test('a callback is listed, shown, explained and cancelled', async () => {
    expect(await says('callback list')).toBe('No callbacks.\n');
    const at = new Date().toISOString();
    const { id, number } = await rows.callback({ requestedAt: at, enteredAt: at });
    expect(await says('callback list')).toMatch(
      new RegExp(`\n${id} +support +\\${number} +waiting`),
    );
    expect(await says(`callback show ${id}`)).toMatch(/\nState +waiting\n/);
    expect(await says(`callback explain ${id}`)).toMatch(/^The callback is waiting\.\n\S/);
    expect(await says(`callback cancel ${id}`)).toBe('The callback is cancelled.\n');
    expect(await says('callback list --state cancelled')).toContain(id);
  });

  test('what cannot be done any more is refused in words', async () => {
    const { id } = await rows.callback({ state: 'cancelled' });
    for (const line of [`callback cancel ${id}`, `callback outcome ${id} voicemail`]) {
      const { code, output } = await ringback(line);
      expect(code, line).toBe(1);
      expect(output).toMatch(/^[A-Z][^\n]+\. \([A-Z_]+\)\n$/);
    }
  });
});

test('without a Ringback to ask, the command line says where it looked', async () => {
  const address = `http://127.0.0.1:${(await freeTcpPort()).toString()}`;
  const { code, output } = await ringback(`--url ${address} status`);
  expect(code).toBe(1);
  expect(output).toBe(`Ringback does not answer at ${address}; start it with npm start.\n`);
});
