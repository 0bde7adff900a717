/** So many digits in a row may be a telephone number; ids are told apart, lest they be mistaken for one. */
const NUMBER_OR_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{7,}/gi;
const SHOWN_FIRST = 3;
const SHOWN_LAST = 2;

/**
 * Text with every telephone number in it shortened to its first and last digits, such as `+120…23`: enough to recognise the
 * number that one has sent oneself, too little to call it. For what is told in errors, which others may keep.
 */
export function maskNumbers(text: string): string {
  return text.replace(NUMBER_OR_ID, (found) =>
    found.includes('-') ? found : `${found.slice(0, SHOWN_FIRST)}…${found.slice(-SHOWN_LAST)}`,
  );
}
