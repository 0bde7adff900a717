import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskNumbers } from './masked.ts';

describe('a number in a text', () => {
  test.each([
    ['"+12025550123"', '"+120…23"'],
    ['found 12025550123 and 4930123456', 'found 120…23 and 493…56'],
    ['tel:+12025550123;ext=7', 'tel:+120…23;ext=7'],
    ['2027-03-04T15:00', '2027-03-04T15:00'],
    ['ticket 12345678-0000-4000-8000-123456789012', 'ticket 12345678-0000-4000-8000-123456789012'],
    ['86401', '86401'],
  ])('%s is told as %s', (text, told) => {
    expect(maskNumbers(text)).toBe(told);
  });

  test('is never told whole, wherever it stands', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
    fc.assert(
      fc.property(digits, fc.string(), fc.string(), (number, before, after) => {
        expect(maskNumbers(`${before}+${number}${after}`)).not.toContain(number);
      }),
    );
  });
});
