import { chmodSync, cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { files } from '../../tools/tree.ts';
import { freeTcpPort } from '../telephone/support/ports.ts';
import { Folders, NOBODY, run } from './programs.ts';

const folders = new Folders();
const clone = join(folders.folder(), 'ringback');

beforeAll(() => {
  // What a clone holds: no packages, nothing built.
  for (const path of [...files(), '.npmrc']) cpSync(path, join(clone, path));
});
afterAll(async () => folders.clear());

/** What the very first `npm start` says when it cannot be: the lines of npm itself left out. */
async function refusal(environment: Record<string, string>, uid?: number): Promise<string> {
  const own = { HOME: folders.folder(), npm_config_cache: folders.folder(), ...environment };
  for (const path of uid === undefined ? [] : [own.HOME, own.npm_config_cache]) {
    chmodSync(path, 0o777);
  }
  const how = { cwd: clone, environment: own, ...(uid === undefined ? {} : { uid }) };
  const { code, output } = await run('npm', ['start'], how);
  expect(code, output).toBe(1);
  expect(output).not.toContain('npm error');
  expect(existsSync(join(clone, 'data'))).toBe(false);
  return output.slice(output.indexOf('packages: ')).split('\n').slice(1).join('\n');
}

test('without a network the first start says in one sentence what is missing', async () => {
  const registry = `http://127.0.0.1:${(await freeTcpPort()).toString()}`;
  expect(await refusal({ npm_config_registry: registry })).toBe(
    `npm cannot reach the package registry ${registry} (ECONNREFUSED), and the first start needs it once. ` +
      'Check the network or the proxy of npm, then start again.\n',
  );
});

test('in a clone that belongs to somebody else it says that it cannot write there', async () => {
  chmodSync(clone, 0o555);
  expect(await refusal({}, NOBODY)).toMatch(
    /^npm cannot write where it must \(E\w+\): \S+\/ringback, or its own folder in your home\. Start as [^\n]+\n$/,
  );
});
