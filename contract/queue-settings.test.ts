import { describe, expect, test } from 'vitest';
import { pathText } from './configuration-problems.ts';
import { readConfiguration } from './configuration-reading.ts';

const DAY = 86_400;

/** Every number of a queue's callbacks with its least and its greatest value; durations in seconds. */
const LIMITS: readonly (readonly [setting: string, least: number, greatest: number])[] = [
  ['offerEvery', 10, 600],
  ['attempts', 1, 21],
  ['retryAfter', 1, DAY],
  ['retryAfterBusy', 1, DAY],
  ['minimumGap', 1, DAY],
  ['ringCustomer', 5, 120],
  ['ringAgent', 5, 120],
  ['successAfter', 0, 600],
  ['expiresAfter', 60, 30 * DAY],
  ['wrapUp', 0, 600],
];

/** Reads a centre with one queue of these settings. */
function reading(
  callback: Readonly<Record<string, unknown>>,
): ReturnType<typeof readConfiguration> {
  return readConfiguration({
    pbxs: [{ name: 'main', driver: 'sandbox' }],
    hours: [],
    queues: [{ name: 'support', callback }],
    agents: [],
    numbers: [],
  });
}

/** The places of what is refused; empty when nothing is. */
function refusedPaths(callback: Readonly<Record<string, unknown>>): readonly string[] {
  const read = reading(callback);
  return read.ok ? [] : read.problems.map(({ path }) => pathText(path));
}

describe('what a queue allows', () => {
  test.each(LIMITS)('%s: %d to %d and nothing beyond', (setting, least, greatest) => {
    const path = `queues[0].callback.${setting}`;
    for (const value of [least, greatest]) expect(refusedPaths({ [setting]: value })).toEqual([]);
    for (const value of [least - 1, greatest + 1, least + 0.5, Number.NaN, -1, '', null, [], {}]) {
      expect(refusedPaths({ [setting]: value }), JSON.stringify(value)).toEqual([path]);
    }
  });

  test('no number is left out here', () => {
    const read = reading({});
    const callback = read.ok ? (read.configuration.queues[0]?.callback ?? {}) : {};
    const numbers = Object.entries(callback).flatMap(([setting, value]) =>
      typeof value === 'number' ? [setting] : [],
    );
    expect(numbers).toEqual(LIMITS.map(([setting]) => setting));
  });
});
