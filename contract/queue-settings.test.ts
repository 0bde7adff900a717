import { describe, expect, test } from 'vitest';
import { pathText, problemSentence } from './configuration-problems.ts';
import { readConfiguration } from './configuration-reading.ts';

const DAY = 86_400;

/** Every number of a queue's callbacks with its least and its greatest value; durations in seconds. */
const LIMITS: readonly (readonly [setting: string, least: number, greatest: number])[] = [
  ['offerEvery', 10, 600],
  ['attempts', 1, 21],
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

/** What is said of what is refused, each with its place. */
function sentencesFor(callback: Readonly<Record<string, unknown>>): readonly string[] {
  const read = reading(callback);
  if (read.ok) return [];
  return read.problems.map((problem) => `${pathText(problem.path)}: ${problemSentence(problem)}`);
}

describe('what a queue allows', () => {
  test.each(LIMITS)('%s: %d to %d and nothing beyond', (setting, least, greatest) => {
    const path = `queues[0].callback.${setting}`;
    for (const value of [least, greatest]) expect(refusedPaths({ [setting]: value })).toEqual([]);
    for (const value of [least - 1, greatest + 1, least + 0.5, Number.NaN, -1, '', null, [], {}]) {
      expect(refusedPaths({ [setting]: value }), JSON.stringify(value)).toEqual([path]);
    }
  });

  test('S4.41: 1 to 21 attempts, which are the first one and 0 to 20 retries; the message tells the range', () => {
    for (const attempts of [1, 2, 20, 21]) expect(refusedPaths({ attempts })).toEqual([]);
    for (const attempts of [0, 22]) {
      expect(sentencesFor({ attempts })).toEqual([
        `queues[0].callback.attempts: found ${attempts.toString()}, allowed 1 to 21`,
      ]);
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

describe('S4.42: the wait before a retry', () => {
  const OUTCOMES = ['no-answer', 'busy', 'rejected', 'voicemail', 'abandoned', 'short'];
  const DEFAULTS = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, outcome === 'busy' ? 300 : 600]),
  );

  function delays(retryAfter: unknown): unknown {
    const read = reading({ retryAfter });
    return read.ok ? read.configuration.queues[0]?.callback.retryAfter : read.problems;
  }

  test('is one duration for every outcome, or a group in which the others keep their defaults', () => {
    const all = (seconds: number): unknown =>
      Object.fromEntries(OUTCOMES.map((outcome) => [outcome, seconds]));
    expect(delays('PT15M')).toEqual(all(900));
    expect(delays(1)).toEqual(all(1));
    expect(delays(DAY)).toEqual(all(DAY));
    expect(delays({})).toEqual(DEFAULTS);
    expect(delays({ busy: 'PT2M', short: 86_400 })).toEqual({ ...DEFAULTS, busy: 120, short: DAY });
  });

  test.each(OUTCOMES)('after %s: one second to one day and nothing beyond', (outcome) => {
    const path = `queues[0].callback.retryAfter.${outcome}`;
    for (const value of [1, DAY, 'PT24H', 'P1D']) {
      expect(refusedPaths({ retryAfter: { [outcome]: value } })).toEqual([]);
    }
    for (const value of [0, DAY + 1, 'PT24H1S', 'P2D', 0.5, -1, null, true, []]) {
      expect(refusedPaths({ retryAfter: { [outcome]: value } }), String(value)).toEqual([path]);
    }
  });

  test('beyond a day is refused with the field, the value and what is allowed', () => {
    const range = 'PT1S to P1D (or 1 to 86400 seconds)';
    expect(sentencesFor({ retryAfter: { busy: 'PT25H' } })).toEqual([
      `queues[0].callback.retryAfter.busy: found "PT25H", allowed ${range}`,
    ]);
    const group = `${range}, or a group with one duration for each of ${OUTCOMES.join(', ')}`;
    for (const [value, found, allowed] of [
      [0, '0', group],
      [86_401, '86401', group],
      ['PT25H', '"PT25H"', range],
      ['soon', '"soon"', group],
      [null, 'nothing', group],
      [[], 'a list', group],
    ] as const) {
      expect(sentencesFor({ retryAfter: value })).toEqual([
        `queues[0].callback.retryAfter: found ${found}, allowed ${allowed}`,
      ]);
    }
    expect(sentencesFor({ retryAfter: { bussy: 60 } })).toEqual([
      `queues[0].callback.retryAfter.bussy: found the unknown setting "bussy", allowed ${OUTCOMES.join(', ')} (did you mean busy?)`,
    ]);
  });
});

test.each([
  ['reentry', ['front', 'back']],
  ['voicemail', ['retry', 'ticket', 'message']],
])('%s knows its words only', (setting, words) => {
  for (const word of words) expect(refusedPaths({ [setting]: word })).toEqual([]);
  for (const word of ['', 'Front', 'none', 1, null]) {
    expect(refusedPaths({ [setting]: word })).toEqual([`queues[0].callback.${setting}`]);
  }
});
