import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phoneNumber } from './number.ts';

describe('E.164 to the letter', () => {
  test.each(['+1202555', '+12025550120', '+491701234567', '+123456789012345'])(
    '%s is a number',
    (text) => {
      expect(phoneNumber(text)).toBe(text);
    },
  );

  test.each([
    ['', 'nothing'],
    ['+', 'a plus alone'],
    ['12025550120', 'no plus'],
    ['0012025550120', 'an international prefix'],
    ['+02025550120', 'a country code that begins with zero'],
    ['+120255', 'six digits'],
    ['+1234567890123456', 'sixteen digits'],
    ['+1 202 555 0120', 'spaces'],
    ['+1-202-555-0120', 'dashes'],
    ['+12025550120\n', 'a line break at the end'],
    ['\n+12025550120', 'a line break at the beginning'],
    ['+12025550120;ext=1', 'an extension'],
    ['+1202555012&', 'a character that dials a second phone'],
    ['+١٢٠٢٥٥٥٠١٢٠', 'digits of another script'],
    ['++12025550120', 'two pluses'],
    ['anonymous', 'a word'],
  ])('%j is none: %s', (text) => {
    expect(phoneNumber(text)).toBeNull();
  });

  test('whatever passes has a plus and 7 to 15 plain digits, and is handed back as it came', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9]{5,17}$/)), (text) => {
        const number = phoneNumber(text);
        if (number === null) return;
        expect(number).toBe(text);
        const digits = text.slice(1);
        expect(text.startsWith('+')).toBe(true);
        expect(digits.startsWith('0')).toBe(false);
        expect(digits.length).toBeGreaterThanOrEqual(7);
        expect(digits.length).toBeLessThanOrEqual(15);
        expect(digits.split('').every((digit) => digit >= '0' && digit <= '9')).toBe(true);
      }),
    );
  });
});
