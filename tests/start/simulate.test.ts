import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { run } from './programs.ts';

const SIMULATE = resolve('dist/sim/main.js');

test('npm run simulate tells the story of one seed, and what many have covered', async () => {
  const one = await run(process.execPath, [SIMULATE, '--seed', '3', '--fault', 'pbx-restart']);
  expect(one.output).toMatch(/callback\.requested .*\n[\s\S]*event hash [0-9a-f]{64}/);
  expect(one.code).toBe(0);
  const many = await run(process.execPath, [SIMULATE, '--seeds', '2', '--workers', '2']);
  expect(many.output).toMatch(
    /crash points {6}before commit \d+[\s\S]*2 schedules in .*: 0 broken/,
  );
  expect(many.code).toBe(0);
});

test('npm run simulate refuses a fault that it does not know, and says which there are', async () => {
  const refused = await run(process.execPath, [SIMULATE, '--seed', '3', '--fault', 'locusts']);
  expect(refused.code).toBe(2);
  expect(refused.output).toContain('connection-lost');
});
