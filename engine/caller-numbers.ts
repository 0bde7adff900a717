import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';

/**
 * A number as a PBX gave it, in E.164. A national number is read as one of the country that `own` belongs to, since the
 * caller and the number they dialled usually share it. Null for what cannot be a number: withheld, a name, an extension.
 */
export function normalizeNumber(text: string | null, own: PhoneNumber | null): PhoneNumber | null {
  if (text === null) return null;
  const exact = phoneNumber(text);
  if (exact !== null) return exact;
  const country = own === null ? undefined : parsePhoneNumberFromString(own)?.country;
  const international = text.startsWith('00') ? `+${text.slice(2)}` : text;
  const parsed = parsePhoneNumberFromString(
    international,
    country === undefined ? {} : { defaultCountry: country },
  );
  return parsed?.isPossible() === true ? phoneNumber(parsed.number) : null;
}
