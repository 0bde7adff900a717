import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Folders, run } from './programs.ts';

const folders = new Folders();
const BENCH = ['--expose-gc', resolve('dist/bench/main.js')];

afterAll(async () => folders.clear());

test('npm run bench prints a line with its floor, and writes the same as JSON', async () => {
  const file = join(folders.folder(), 'bench.json');
  const options = ['--quick', '--only', 'lifecycle', '--lives', '20', '--json', file];
  const { code, output } = await run(process.execPath, [...BENCH, ...options]);
  expect(code, output).toBe(0);
  expect(output).toMatch(
    /\nlifecycle: [^\n]+\n {2}floor +[\d,.]+ a second [^\n]+\n {2}Ringback +[\d,.]+ a second /,
  );
  expect(output).toMatch(/\n {2}ratio +[\d.]+ \(target: at least 0\.5\): (?:met|MISSED)\n/);
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const [text, number, object]: readonly unknown[] = [String, Number, Object].map((kind): unknown =>
    expect.any(kind),
  );
  const figure = { who: text, value: number, details: object };
  expect(report).toMatchObject({
    node: process.version,
    sizes: { lives: 20 },
    lines: [{ name: 'lifecycle', unit: 'a second', floor: figure, product: figure, rivals: [] }],
    skipped: [],
  });
});

test('a line that the bench does not have is refused with the names of those that it has', async () => {
  const { code, output } = await run(process.execPath, [...BENCH, '--only', 'lifecycle,speed']);
  expect(code).toBe(2);
  expect(output).toContain('There is no line "speed".');
  expect(output).toContain('dispatch, waiting-size, real-asterisk, lifecycle');
});
