import { expect, test } from 'vitest';
import { closingLine, mustFail } from './closing-line-reporter.ts';

test('the closing line counts what passed and failed', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(closingLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
});

test('a skipped test does not pass for a shown one on the CI machine', () => {
  const tally = { passed: 12, failed: 0, skipped: 1 };
  expect(mustFail(tally, true)).toBe(true);
  expect(mustFail(tally, false)).toBe(false);
  expect(mustFail({ ...tally, failed: 1 }, false)).toBe(true);
});
