import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { assert } from '../core/prelude/assert.ts';

/** A number of a configuration that has been checked. */
export function checkedNumber(text: string): PhoneNumber {
  const number = phoneNumber(text);
  assert(number !== null, 'a checked configuration has E.164 numbers only');
  return number;
}

/** The same, where it may be left out. */
export function optionalNumber(text: string | undefined): PhoneNumber | null {
  return text === undefined ? null : checkedNumber(text);
}

/** Inside names tell unit and bound; outside, durations carry their unit and the page tells the bounds. */
export function fieldName(field: string): string {
  return field.replace(/^(?:settings|behaviour)\./, '').replace(/(?:Seconds|Max)(?=\.|$)/, '');
}
