import { type PhoneNumberType, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { NumberClass } from '../core/numbers/classes.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';

/** What the numbering plans say of a number. */
export interface NumberPlan {
  /** ISO 3166; null for what belongs to no country, such as +800. */
  readonly country: string | null;
  readonly numberClass: NumberClass;
}

/** Satellite systems, by the codes that the ITU gave them: numbering plans call most of their numbers mobile. */
const SATELLITE_CODES = ['+870', '+881', '+882'] as const;

/**
 * What is this short behind its country code, and in no plan, is an emergency or service code. Those of three digits, such as
 * 112, are too short for E.164 and come no further than that.
 */
const SHORT_DIGITS_MAX = 6;

const CLASSES: Readonly<Record<PhoneNumberType, NumberClass>> = {
  FIXED_LINE: 'fixed-line',
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'fixed-line-or-mobile',
  TOLL_FREE: 'toll-free',
  VOIP: 'voip',
  PREMIUM_RATE: 'premium-rate',
  SHARED_COST: 'shared-cost',
  PERSONAL_NUMBER: 'personal',
  UAN: 'uan',
  PAGER: 'pager',
  VOICEMAIL: 'voicemail',
};

/** Country and class of a number, by the metadata of libphonenumber and our own table of satellite codes. */
export function planOf(number: PhoneNumber): NumberPlan {
  const parsed = parsePhoneNumberFromString(number);
  const country = parsed?.country ?? null;
  if (SATELLITE_CODES.some((code) => number.startsWith(code))) {
    return { country, numberClass: 'satellite' };
  }
  if (parsed === undefined) return { country: null, numberClass: 'impossible' };
  const type = parsed.getType();
  if (type !== undefined) return { country, numberClass: CLASSES[type] };
  if (parsed.nationalNumber.length <= SHORT_DIGITS_MAX) return { country, numberClass: 'short' };
  return { country, numberClass: parsed.isPossible() ? 'unknown' : 'impossible' };
}

/** Countries of the tenants' own numbers that were worked out already, by the numbers. */
const known = new Map<string, readonly string[]>();
/** More tenants than one server has; what is forgotten is worked out anew. */
const KNOWN_MAX = 1000;

/** The countries that a tenant's own numbers belong to. */
export function countriesOf(ownNumbers: readonly PhoneNumber[]): readonly string[] {
  const key = ownNumbers.join(' ');
  const found = known.get(key);
  if (found !== undefined) return found;
  const all = ownNumbers.map((number) => planOf(number).country);
  const countries = [...new Set(all.filter((country) => country !== null))];
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, countries);
  return countries;
}
