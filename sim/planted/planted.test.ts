import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { present } from '../../core/prelude/assert.ts';
import { TEST_DATABASE_URL } from '../../tests/support/database.ts';
import { PLANTED_BUGS } from './bugs.ts';
import { hunt } from './hunt.ts';
import { fits } from './planting.ts';

const ROOT = resolve('.');

describe('the simulation sees', () => {
  test('there are at least thirty planted bugs, each under a name of its own', () => {
    expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(30);
  });

  test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    '%s still fits its file',
    (_name, bug) => {
      expect(fits(ROOT, bug), `${bug.find} does not stand once in ${bug.file}`).toBe(true);
    },
  );

  test.each(['ticket-forgotten', 'last-come-first-served', 'attempts-not-counted'])(
    '%s is seen within a few schedules',
    async (name) => {
      const bug = present(
        PLANTED_BUGS.find((one) => one.name === name),
        name,
      );
      const { seeds } = await hunt(bug, {
        root: ROOT,
        server: present(process.env[TEST_DATABASE_URL], 'test server'),
        workers: availableParallelism(),
        from: 1,
        seedsMax: 6,
      });
      expect(seeds).not.toBeNull();
    },
    180_000,
  );
});
