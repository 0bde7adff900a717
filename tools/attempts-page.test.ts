import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attemptOutcome } from '../contract/callbacks.ts';
import { formatDuration } from '../contract/durations.ts';
import { afterAttempt, retryDelaySeconds } from '../core/callbacks/policy.ts';
import { ATTEMPT_OUTCOMES } from '../core/callbacks/states.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';

const PAGE = 'docs/operations/attempts.md';
const THEN = {
  complete: 'the callback is completed',
  'give-up': 'a ticket at once',
  'retry-later': 'retry',
  'back-to-line': 'back to the line',
} as const;

/** The row of an outcome as the code has it, without the sentence of what happened. */
function rowOf([outcome, counting]: readonly [string, { readonly counts: boolean }]): string {
  const known = attemptOutcome.parse(outcome);
  const then = afterAttempt(known, 1, CALLBACK_DEFAULTS);
  const delay = formatDuration(retryDelaySeconds(known, CALLBACK_DEFAULTS));
  const counts = counting.counts ? 'yes' : 'no';
  return [outcome, counts, THEN[then], then === 'retry-later' ? delay : '–'].join(' | ');
}

test('the page on attempts has the table of outcomes that the code has', () => {
  const rows = readFileSync(PAGE, 'utf8').matchAll(
    /^\| `([a-z-]+)` \| [^|]+ \| (yes|no) \| ([^|]+) \| ([^|]+) \|$/gm,
  );
  const told = [...rows].map(([, ...cells]) => cells.join(' | '));
  expect(told.toSorted()).toEqual(Object.entries(ATTEMPT_OUTCOMES).map(rowOf).toSorted());
});
