import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Folders, run } from './programs.ts';

const folders = new Folders();
const BENCH = ['--expose-gc', resolve('dist/bench/main.js')];

/** What docs/operations/bench.md tells of the JSON. */
const FIGURE = z.strictObject({
  who: z.string(),
  value: z.number().positive(),
  details: z.record(z.string(), z.number()),
});
const LINE = z.strictObject({
  name: z.string(),
  what: z.string(),
  unit: z.string(),
  floor: FIGURE,
  product: FIGURE,
  rivals: z.array(FIGURE),
  ratio: z.number().positive(),
  target: z.strictObject({ kind: z.enum(['at-most', 'at-least']), ratio: z.number() }),
  remarks: z.array(z.string()),
});
const REPORT = z.strictObject({
  node: z.string(),
  cores: z.number(),
  sizes: z.record(z.string(), z.number()),
  lines: z.array(LINE),
  skipped: z.array(z.strictObject({ name: z.string(), why: z.string() })),
});

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
  const report = REPORT.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(report).toMatchObject({ node: process.version, sizes: { lives: 20 }, skipped: [] });
  expect(report.lines.map(({ name, unit }) => [name, unit])).toEqual([['lifecycle', 'a second']]);
});

test('a line that the bench does not have is refused with the names of those that it has', async () => {
  const { code, output } = await run(process.execPath, [...BENCH, '--only', 'lifecycle,speed']);
  expect(code).toBe(2);
  expect(output).toContain('There is no line "speed".');
  expect(output).toContain('dispatch, waiting-size, real-asterisk, lifecycle');
});
