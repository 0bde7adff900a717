import { expect, test } from 'vitest';
import { StillRunning } from './still-running-reporter.ts';

test('what began at least a minute ago and has not ended is named, with its minutes', () => {
  const running = new StillRunning();
  running.begin('old.test.ts', 0);
  running.begin('old.test.ts > hangs', 5_000);
  running.begin('old.test.ts > ends', 5_000);
  running.begin('new.test.ts', 100_000);
  running.end('old.test.ts > ends');
  expect(running.lines(125_000)).toEqual([
    'still running after 2 min: old.test.ts',
    'still running after 2 min: old.test.ts > hangs',
  ]);
});
