import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { callbackRequest } from '../contract/callback-requests.ts';
import { configurationJsonSchema } from '../contract/configuration-schema.ts';
import { type Limit, limitsOf } from '../tests/support/limits.ts';
import { readCallbackFile } from './callback-file.ts';
import { readCentreFile } from './centre-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringback-limits-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A list of a hundred thousand is told like one of a hundred, and takes a second to read. */
const LIST_MAX = 1000;

function isHandy(value: unknown): boolean {
  return !Array.isArray(value) || value.length <= LIST_MAX;
}

/** What must stand in a file of callbacks. */
const RIGHT = { queue: 'support', number: '+12025550123' };

/** What is wrong with how a value was refused; null when nothing is. */
function lackOf(lines: readonly string[], place: string, { allowed }: Limit): string | null {
  const told = lines.find((line) => line.includes(` ${place}: found `));
  if (told === undefined) return `not told: ${lines.join(' | ')}`;
  const range = told.split(', allowed ').slice(1).join(', allowed ');
  const missing = allowed.filter((word) => !range.includes(word));
  return range !== '' && missing.length === 0
    ? null
    : `${told} does not name ${missing.join(', ')}`;
}

test('every limit of the configuration is refused in a file, with place, field, value and what is allowed', () => {
  const file = join(folder, 'centre.yaml');
  const limits = limitsOf(configurationJsonSchema());
  expect(limits.length).toBeGreaterThan(200);
  const failures = limits.flatMap((limit) =>
    limit.beyond.filter(isHandy).flatMap((value) => {
      writeFileSync(file, JSON.stringify(limit.documentWith(value)));
      const read = readCentreFile(file);
      const lack = lackOf(read.ok ? [] : read.mistakes, limit.path, limit);
      return lack === null
        ? []
        : [`${limit.path} = ${JSON.stringify(value).slice(0, 40)}: ${lack}`];
    }),
  );
  expect(failures).toEqual([]);
});

test('every limit of a callback is refused in a file of callbacks, with line, column, field, value and what is allowed', () => {
  const described = z.toJSONSchema(callbackRequest, { io: 'input' });
  const columns = Object.keys(callbackRequest.shape);
  // A cell holds text and no groups.
  const limits = limitsOf(described, described.$defs).filter(({ path }) => columns.includes(path));
  expect(limits.length).toBeGreaterThan(5);
  const failures = limits.flatMap((limit) =>
    limit.beyond
      .filter((value) => value !== '' && String(value).trim() !== '')
      .flatMap((value) => {
        const others = Object.entries(RIGHT).filter(([column]) => column !== limit.path);
        const cells = [[limit.path, `"${String(value)}"`], ...others];
        const text = [0, 1].map((at) => cells.map((cell) => cell[at]).join(',')).join('\n');
        const read = readCallbackFile(text);
        const told = read.ok
          ? []
          : read.mistakes.map(({ place, message }) => `${place} ${message}`);
        const lack = lackOf(told, limit.path, limit);
        return lack === null ? [] : [`${limit.path} = ${String(value)}: ${lack}`];
      }),
  );
  expect(failures).toEqual([]);
});
