import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './tools/closing-line-reporter.ts';
import { StillRunningReporter } from './tools/still-running-reporter.ts';

/**
 * Unit, property and database tests run side by side, as many as there are cores. Then those that start whole programs run
 * one after the other, because they measure what a person sees, and so do telephone tests, each file with an Asterisk of
 * its own: two at once have met on a port.
 */
export default defineConfig({
  test: {
    reporters: ['default', new StillRunningReporter(), new ClosingLineReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['tests/support/global-database.ts'],
          include: ['**/*.test.ts'],
          exclude: [
            'node_modules/**',
            'dist/**',
            'tests/telephone/**',
            'tests/nodes/**',
            'tests/start/**',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'start',
          sequence: { groupOrder: 1 },
          globalSetup: ['tests/support/global-database.ts'],
          include: ['tests/start/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'telephone',
          sequence: { groupOrder: 2 },
          globalSetup: ['tests/support/global-database.ts'],
          include: ['tests/telephone/**/*.test.ts', 'tests/nodes/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
