import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { duration, formatDuration, parseDuration } from './durations.ts';

describe('durations', () => {
  test.each([
    ['PT10M', 600],
    ['PT1H30M', 5400],
    ['P1D', 86_400],
    ['P2W', 1_209_600],
    ['P1DT1S', 86_401],
    ['PT90S', 90],
    ['PT0S', 0],
  ])('%s is understood', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    ...['', 'P', 'PT', 'P1', '10M', 'PT10', 'pt10m', 'P1Y', 'P1M', 'PT1.5S', 'PT-1S', '-PT1S'],
    ...['P1DT', 'PT10M ', 'PT1M1H', `PT${'9'.repeat(30)}S`],
  ])('"%s" is not taken for some other time', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test.each([
    [0, 'PT0S'],
    [600, 'PT10M'],
    [5400, 'PT1H30M'],
    [86_400, 'P1D'],
    [90_061, 'P1DT1H1M1S'],
  ])('%i seconds are printed for people', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test('what is printed is read back as the same time', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });
});

describe('a duration field', () => {
  const field = duration(10, 600);

  test('takes both ways of writing and prints one', () => {
    expect(field.parse('PT1M30S')).toBe(90);
    expect(field.parse(90)).toBe(90);
    expect(z.encode(field, 90)).toBe('PT1M30S');
  });

  test.each(['PT9S', 'PT10M1S', 9, 601, 10.5, 'soon', null, true, ['PT10S']])(
    'tells what is allowed instead of %j',
    (value) => {
      const { error } = field.safeParse(value);
      expect(error?.issues.map(({ message }) => message)).toEqual([
        'PT10S to PT10M (or 10 to 600 seconds)',
      ]);
    },
  );
});
