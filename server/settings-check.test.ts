import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSettings } from './settings-check.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringback-check-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is told of one setting. */
function told(environment: Record<string, string>, name: string): readonly [string, string] {
  const found = checkSettings({ RINGBACK_DATA: folder, ...environment }).settings.find(
    (setting) => setting.name === name,
  );
  return [found?.value ?? '', found?.from ?? ''];
}

test('each setting is told with its value and where it came from', () => {
  const file = join(folder, 'port');
  writeFileSync(file, '4090\n');
  expect(told({}, 'RINGBACK_PORT')).toEqual(['4080', 'default']);
  expect(told({ RINGBACK_PORT: '4081' }, 'RINGBACK_PORT')).toEqual(['4081', 'environment']);
  expect(told({ RINGBACK_PORT_FILE: file }, 'RINGBACK_PORT')).toEqual(['4090', 'file']);
  expect(told({}, 'RINGBACK_DATA')).toEqual([folder, 'environment']);
  expect(told({}, 'DATABASE_URL')[0]).toContain('ships with Ringback');
});

test('no secret is shown, wherever it stands', () => {
  const report = JSON.stringify([
    checkSettings({
      RINGBACK_SECRET: 'hunter2-hunter2-hunter2-hunter2-hunter2',
      DATABASE_URL: 'postgres://ada:hunter2@db/x?password=hunter2&sslkey=hunter2&sslmode=require',
    }),
    checkSettings({ DATABASE_URL: 'mysql://ada:hunter2@db/x', RINGBACK_SECRET: 'hunter2' }),
    checkSettings({
      DATABASE_URL: 'ada:hunter2 at db',
      RINGBACK_PUBLIC_URL: 'https://ada:hunter2@x',
    }),
  ]);
  expect(report).not.toContain('hunter2');
  expect(report).toContain('postgres://ada:***@db/x?password=***&sslkey=***&sslmode=require');
});

test('a mistyped name, a bad value and a folder that is a file are all problems', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { problems } = checkSettings({
    RINGBACK_PROT: '1',
    RINGBACK_PORT: 'http',
    RINGBACK_DATA: join(file, 'data'),
  });
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'RINGBACK_PROT',
    'RINGBACK_PORT',
    'RINGBACK_DATA',
  ]);
});

test('a data folder that will be made is no problem, and is not made', () => {
  const data = join(folder, 'some/where/data');
  expect(checkSettings({ RINGBACK_DATA: data }).problems).toEqual([]);
  mkdirSync(data, { recursive: true }); // Fails if it had been made as a file.
  chmodSync(data, 0o700);
});
