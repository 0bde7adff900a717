declare const brand: unique symbol;

/** A telephone number in E.164: a plus, then 7 to 15 digits that do not begin with zero. */
export type PhoneNumber = string & { readonly [brand]: 'PhoneNumber' };

const E164 = /^\+[1-9]\d{6,14}$/;

/** The number, if `text` is E.164 to the letter; null otherwise. Nothing is stripped or guessed here. */
export function phoneNumber(text: string): PhoneNumber | null {
  return E164.test(text) ? (text as PhoneNumber) : null; // The pattern was just checked.
}
