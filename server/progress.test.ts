import { expect, test } from 'vitest';
import { progressTo } from './progress.ts';

test('a message cannot break out of its line or steer the terminal', () => {
  let written = '';
  const progress = progressTo((text) => {
    written += text;
  });
  progress.say('one\ntwo \u001b[2Jthree');
  progress.list('Two things:', ['first', 'second']);
  expect(written).toBe('one two  [2Jthree\nTwo things:\n  first\n  second\n');
});
