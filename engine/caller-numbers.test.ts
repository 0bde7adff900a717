import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { normalizeNumber } from './caller-numbers.ts';

const US = phoneNumber('+12025550120');
const BERLIN = phoneNumber('+493012345678');
const ROME = phoneNumber('+390612345678');

describe('a number as a PBX gave it', () => {
  test.each([
    ['+12025550123', US, '+12025550123', 'already in E.164'],
    ['+491701234567', US, '+491701234567', 'of another country'],
    ['2025550123', US, '+12025550123', 'national'],
    ['12025550123', US, '+12025550123', 'with the country code'],
    ['030 1234567', BERLIN, '+49301234567', 'national with its prefix and a space'],
    ['0170/1234567', BERLIN, '+491701234567', 'with a slash'],
    ['0049301234567', BERLIN, '+49301234567', 'with an international prefix'],
    ['00493012345678', US, '+493012345678', 'with an international prefix that is none at home'],
    ['0612345678', ROME, '+390612345678', 'of a country that keeps its zero'],
    ['00493012345678', null, '+493012345678', 'with an international prefix and no number of ours'],
  ])('%s, for %s, is %s: %s', (text, own, expected) => {
    expect(normalizeNumber(text, own)).toBe(expected);
  });

  test.each<[text: string | null, own: PhoneNumber | null, why: string]>([
    [null, US, 'withheld'],
    ['', US, 'empty'],
    ['anonymous', US, 'a word'],
    ['Anonymous <sip:anonymous@anonymous.invalid>', US, 'an address'],
    ['101', US, 'an extension'],
    ['911', US, 'a service'],
    ['+', US, 'a plus'],
    ['+1', US, 'a country alone'],
    ['2025550123', null, 'national, and nobody knows of which country'],
    ['+99912345678901234567', US, 'too long'],
    ['00', US, 'a prefix alone'],
  ])('%j, for %s, is none: %s', (text, own, _why) => {
    expect(normalizeNumber(text, own)).toBeNull();
  });

  test('whatever comes is E.164 afterwards or nothing, never an error, and stays as it is when it comes again', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[+0]{0,2}[0-9 ()/.-]{0,20}$/),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(US, BERLIN, ROME, null), (given, own) => {
        const number = normalizeNumber(given, own);
        if (number === null) return;
        expect(phoneNumber(number)).toBe(number);
        expect(normalizeNumber(number, own)).toBe(number);
      }),
      { numRuns: 1_000 },
    );
  });
});
