import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataFolderError, DataFolderInUseError, takeDataFolder } from './data-folder.ts';

const HERE = 'http://127.0.0.1:4080';
const silent = async (): Promise<boolean> => Promise.resolve(false);
const answering = async (): Promise<boolean> => Promise.resolve(true);
const refusing = async (): Promise<boolean> => Promise.reject(new Error('connection refused'));

let parent = '';
let folder = '';
let file = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ringback-folder-'));
  folder = join(parent, 'data');
  file = join(folder, 'instance.json');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

/** A folder whose Ringback was killed; its process number now belongs to this test. */
async function leaveBehind(changes: object): Promise<void> {
  await takeDataFolder(folder, HERE, silent);
  const left: unknown = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(Object.assign({}, left, changes)));
}

test('the folder is open to its owner alone, and free again once released', async () => {
  const held = await takeDataFolder(folder, HERE, silent);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  held.release();
  held.release();
  const again = await takeDataFolder(folder, HERE, silent);
  again.release();
});

test('a second start is told what runs, where and since when', async () => {
  await takeDataFolder(folder, HERE, silent);
  const second = takeDataFolder(folder, 'http://127.0.0.1:4081', silent);
  await expect(second).rejects.toThrow(DataFolderInUseError);
  await expect(second).rejects.toThrow(
    new RegExp(`process ${process.pid.toString()}, ${HERE}, since \\d{4}-\\d\\d-\\d\\dT`),
  );
});

test('a killed Ringback does not lock its folder, even when its number went to somebody else', async () => {
  await leaveBehind({ processStart: 'another life' });
  const held = await takeDataFolder(folder, HERE, refusing);
  held.release();
});

test('a Ringback that answers holds its folder whatever its process number says', async () => {
  await leaveBehind({ pid: 4_194_999, processStart: 'elsewhere' });
  await expect(takeDataFolder(folder, HERE, answering)).rejects.toThrow(DataFolderInUseError);
});

test('a file without content is respected while young and replaced when old', async () => {
  (await takeDataFolder(folder, HERE, silent)).release();
  writeFileSync(file, '');
  await expect(takeDataFolder(folder, HERE, silent)).rejects.toThrow(/just starting/);
  utimesSync(file, 1, 1);
  const held = await takeDataFolder(folder, HERE, silent);
  held.release();
});

test('of many starts after a kill exactly one gets the folder', async () => {
  await leaveBehind({ processStart: 'another life' });
  const starts = [1, 2, 3, 4, 5].map(async () => takeDataFolder(folder, HERE, silent));
  const ends = await Promise.allSettled(starts);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a release leaves the file of a successor alone', async () => {
  const held = await takeDataFolder(folder, HERE, silent);
  writeFileSync(file, '{"of":"somebody else"}');
  held.release();
  expect(readFileSync(file, 'utf8')).toContain('somebody else');
});

test('a folder that cannot be made is named', async () => {
  writeFileSync(join(parent, 'data'), 'a file, not a folder');
  await expect(takeDataFolder(folder, HERE, silent)).rejects.toThrow(DataFolderError);
});
