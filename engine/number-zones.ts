import type { PhoneNumber } from '../core/numbers/number.ts';
import { NUMBER_ZONES } from './generated/number-zones.ts';

const ZONES_OF_PREFIX: ReadonlyMap<string, readonly string[]> = new Map(
  NUMBER_ZONES.trim()
    .split('\n')
    .flatMap((line) => {
      const [zones = '', prefixes = ''] = line.split(': ');
      const names = zones.split(' ');
      return prefixes.split(' ').map((prefix) => [prefix, names] as const);
    }),
);
const DIGITS_MAX = Math.max(...[...ZONES_OF_PREFIX.keys()].map((prefix) => prefix.length));

/**
 * The time zones that the owner of a number may live in: of the longest prefix that is known, in a country of several
 * zones without telling prefixes all of them. Empty for numbers of no country, such as those of satellite telephones.
 */
export function zonesOfNumber(number: PhoneNumber): readonly string[] {
  const digits = number.slice(1);
  for (let length = DIGITS_MAX; length > 0; length -= 1) {
    const zones = ZONES_OF_PREFIX.get(digits.slice(0, length));
    if (zones !== undefined) return zones;
  }
  return [];
}
