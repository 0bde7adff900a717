import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Environment, readSettings, SettingsError, secretOf } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringback-settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function problemsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test('without any setting Ringback keeps to this machine', () => {
  expect(readSettings({ PATH: '/bin', RINGBACK_PORT: '' })).toEqual({
    dataFolder: resolve('data'),
    host: '127.0.0.1',
    port: 4080,
    localUrl: 'http://127.0.0.1:4080',
    publicUrl: 'http://127.0.0.1:4080',
    secret: undefined,
    databaseUrl: undefined,
  });
});

test('a value can come from a file, without the newline editors put at its end', () => {
  const file = join(folder, 'url');
  writeFileSync(file, 'postgres://ringback@db/ringback\n');
  const settings = readSettings({ DATABASE_URL_FILE: file });
  expect(settings.databaseUrl).toBe('postgres://ringback@db/ringback');
});

test('a value given twice, or from a file that is not there, is refused', () => {
  const missing = join(folder, 'missing');
  expect(problemsOf({ RINGBACK_PORT: '1', RINGBACK_PORT_FILE: missing })).toEqual([
    'RINGBACK_PORT and RINGBACK_PORT_FILE are both given; give one of them.',
  ]);
  expect(problemsOf({ RINGBACK_SECRET_FILE: missing })).toEqual([
    expect.stringMatching(/^RINGBACK_SECRET_FILE names a file that cannot be read \(ENOENT/),
  ]);
});

test('a mistyped name does not silently leave the default in force', () => {
  expect(problemsOf({ RINGBACK_PROT: '4080', RINGBACK_SECRETFILE: 'x', OTHER: 'y' })).toEqual([
    'RINGBACK_PROT is not a setting of Ringback. Did you mean RINGBACK_PORT?',
    'RINGBACK_SECRETFILE is not a setting of Ringback. Did you mean RINGBACK_SECRET_FILE?',
  ]);
});

test('the address that the command line was told does not stop a node from starting', () => {
  expect(problemsOf({ RINGBACK_URL: 'http://127.0.0.1:4080' })).toEqual([]);
});

test('the address of this machine can be asked, also under IPv6', () => {
  expect(readSettings({ RINGBACK_HOST: '::1' }).localUrl).toBe('http://[::1]:4080');
});

test('every bad value is reported in one go, and no secret is repeated', () => {
  const problems = problemsOf({
    RINGBACK_HOST: '0.0.0.0',
    RINGBACK_PORT: '70000',
    RINGBACK_PUBLIC_URL: 'ringback.example.com',
    RINGBACK_SECRET: 'hunter2',
    DATABASE_URL: 'mysql://root:hunter2@db/x',
  });
  expect(problems.map((line) => line.split(' ')[0])).toEqual([
    'RINGBACK_HOST',
    'RINGBACK_PORT',
    'RINGBACK_PUBLIC_URL',
    'RINGBACK_SECRET',
    'DATABASE_URL',
  ]);
  expect(problems[0]).toContain('no user accounts yet');
  expect(problems.join()).not.toContain('hunter2');
});

test.each(['localhost', '::1', '127.0.0.2'])('%s stays on this machine', (host) => {
  expect(readSettings({ RINGBACK_HOST: host }).host).toBe(host);
});

test.each(['127.evil.example', '192.168.1.4', '::'])('%s is refused', (host) => {
  expect(problemsOf({ RINGBACK_HOST: host })).toHaveLength(1);
});

test('a drawn secret stays the same and is readable by its owner alone', () => {
  const settings = { secret: undefined, dataFolder: join(folder, 'data') };
  mkdirSync(settings.dataFolder);
  const secret = secretOf(settings);
  expect(secretOf(settings)).toBe(secret);
  expect(readFileSync(join(folder, 'data/secret'), 'utf8').trim()).toBe(secret);
  expect(statSync(join(folder, 'data/secret')).mode & 0o077).toBe(0);
});

test('a secret file that was cut short is refused', () => {
  writeFileSync(join(folder, 'secret'), '');
  expect(() => secretOf({ secret: undefined, dataFolder: folder })).toThrow(SettingsError);
});
