import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ALWAYS_REFUSED_CLASSES, type NumberClass } from '../core/numbers/classes.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS } from '../core/numbers/policy.ts';
import { judgeNumber, type NumberVerdict } from '../core/numbers/verdict.ts';
import { present } from '../core/prelude/assert.ts';
import { countriesOf, planOf } from './number-facts.ts';

/** What is used of Google's library, which brings no types; libphonenumber-js ships mobile examples only. */
interface GoogleLibrary {
  readonly PhoneNumberUtil: { getInstance(): GoogleNumbers };
  readonly PhoneNumberFormat: { readonly E164: number };
  readonly PhoneNumberType: Readonly<Record<string, number>>;
  readonly ShortNumberInfo: { getInstance(): GoogleShortNumbers };
}
interface GoogleNumbers {
  getSupportedRegions(): readonly string[];
  getSupportedGlobalNetworkCallingCodes(): readonly number[];
  getExampleNumberForType(region: string, type: number): object | null;
  getExampleNumberForNonGeoEntity(code: number): object | null;
  getNumberType(number: object): number;
  getCountryCodeForRegion(region: string): number;
  format(number: object, format: number): string;
}
interface GoogleShortNumbers {
  getSupportedRegions(): readonly string[];
  getExampleShortNumber(region: string): string;
}

const loaded: unknown = createRequire(import.meta.url)('google-libphonenumber');
if (!isGoogleLibrary(loaded)) throw new Error('google-libphonenumber is not what it was');
const google = loaded;
const numbers = google.PhoneNumberUtil.getInstance();

interface Example {
  readonly text: string;
  readonly type: string;
}

function isGoogleLibrary(thing: unknown): thing is GoogleLibrary {
  return typeof thing === 'object' && thing !== null && 'ShortNumberInfo' in thing;
}

/** Every example in the metadata: of each region and type, and of the codes that belong to no country. */
function examples(): readonly Example[] {
  const types = Object.entries(google.PhoneNumberType).filter(([, type]) => type >= 0);
  const nameOf = (type: number): string => types.find(([, one]) => one === type)?.[0] ?? 'UNKNOWN';
  const textOf = (number: object): string => numbers.format(number, google.PhoneNumberFormat.E164);
  const regional = numbers.getSupportedRegions().flatMap((region) =>
    types.flatMap(([type, code]) => {
      const example = numbers.getExampleNumberForType(region, code);
      return example === null ? [] : [{ text: textOf(example), type }];
    }),
  );
  const global = numbers.getSupportedGlobalNetworkCallingCodes().map((code) => {
    const example = present(numbers.getExampleNumberForNonGeoEntity(code), code.toString());
    return { text: textOf(example), type: nameOf(numbers.getNumberType(example)) };
  });
  return [...regional, ...global];
}

/** The word of a policy that calls every country and is otherwise as it ships. Null for what is no number to us. */
function verdictOn(text: string): NumberVerdict | null {
  const number = phoneNumber(text);
  if (number === null) return null;
  return judgeNumber(
    { ...NUMBER_POLICY_DEFAULTS, countries: ['all'] },
    {
      ...planOf(number),
      ownCountries: [],
      optedOut: false,
      requests: { count: 0, oldestAt: null },
      velocities: [],
      spent: { units: 0, oldestAt: null },
      callUnits: 0,
    },
  );
}

const isRefused = ({ text }: Example): boolean => verdictOn(text)?.allowed !== true;
const REFUSED_TYPES = ['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER', 'UAN'];

describe('P22: the example numbers of every country', () => {
  test('P22: all 351 of the refused classes are refused in a tenant that calls every country', () => {
    const refusable = examples().filter(({ type }) => REFUSED_TYPES.includes(type));
    expect(refusable).toHaveLength(351);
    expect(refusable.filter((example) => !isRefused(example))).toEqual([]);
  });

  test('all fixed and mobile ones are accepted there, but for those of satellites', () => {
    const callable = examples().filter(({ type }) => ['FIXED_LINE', 'MOBILE'].includes(type));
    const isSatellite = ({ text }: Example): boolean => /^\+(?:870|881|882)/.test(text);
    expect(callable).toHaveLength(492);
    expect(callable.filter(isSatellite)).toHaveLength(3);
    expect(callable.filter((one) => isRefused(one) !== isSatellite(one))).toEqual([]);
  });

  test('P22: no short number of any country passes behind its country code, emergency numbers included', () => {
    const short = google.ShortNumberInfo.getInstance();
    const codes = short.getSupportedRegions().flatMap((region) => {
      const country = numbers.getCountryCodeForRegion(region);
      const local = [short.getExampleShortNumber(region), '112', '911', '999', '110'];
      return local.map((code) => ({ text: `+${country.toString()}${code}`, type: 'SHORT' }));
    });
    expect(codes.length).toBeGreaterThan(1000);
    expect(codes.filter((code) => !isRefused(code))).toEqual([]);
  });
});

describe('what a number is', () => {
  test.each<readonly [string, string | null, NumberClass]>([
    ['+4930123456', 'DE', 'fixed-line'],
    ['+4915123456789', 'DE', 'mobile'],
    ['+12025550001', 'US', 'fixed-line-or-mobile'],
    ['+19002345678', 'US', 'premium-rate'],
    ['+18764123456', 'JM', 'mobile'],
    ['+8816123456789', null, 'satellite'],
    ['+88216123456', null, 'satellite'],
    ['+870301234567', null, 'satellite'],
    ['+4911833', 'DE', 'short'],
    ['+49116117', 'DE', 'short'],
    ['+9991234567', null, 'impossible'],
  ])('%s belongs to %s and is %s', (text, country, numberClass) => {
    expect(planOf(number(text))).toEqual({ country, numberClass });
  });

  test('own countries are those of the own numbers, each once', () => {
    const own = ['+4930123456', '+4930123457', '+12025550120', '+80012345678'].map(number);
    expect(countriesOf(own)).toEqual(['DE', 'US']);
    expect(countriesOf([])).toEqual([]);
  });

  test('what is always refused cannot be let through', () => {
    expect(ALWAYS_REFUSED_CLASSES).toEqual(['short', 'impossible']);
  });
});

function number(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}
