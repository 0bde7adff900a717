import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './tools/closing-line-reporter.ts';
import { StillRunningReporter } from './tools/still-running-reporter.ts';

/**
 * Unit, property and database tests run side by side. Telephone tests share one PBX and run one after the other, and so do
 * those that start whole programs.
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
          globalSetup: ['tests/support/global-database.ts'],
          include: ['tests/start/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'telephone',
          globalSetup: ['tests/support/global-database.ts'],
          include: ['tests/telephone/**/*.test.ts', 'tests/nodes/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
