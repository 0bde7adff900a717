import { z } from 'zod';

/* Kinds of fields of requests and answers. The messages of these schemas say what is allowed: what was found is put in front. */

/** A point in time as ISO 8601 in UTC, e.g. `2027-03-01T09:30:00.000Z`. */
export const moment: z.ZodISODateTime = z.iso.datetime(
  'a moment in UTC such as 2027-03-01T09:30:00Z',
);

const E164 = 'a phone number such as +12025550123';

/** A phone number in E.164: a plus and 7 to 15 digits. */
export const e164: z.ZodString = z.string(E164).regex(/^\+[1-9]\d{6,14}$/, E164);

/** Text of so many characters, both bounds included. */
export function textOf([min, max]: readonly [number, number]): z.ZodString {
  const allowed = `${min.toString()} to ${max.toString()} characters`;
  return z.string(allowed).min(min, allowed).max(max, allowed);
}

/** The same, with spaces at both ends cut off before they are counted. */
export function trimmedTextOf([min, max]: readonly [number, number]): z.ZodString {
  const allowed = `${min.toString()} to ${max.toString()} characters`;
  return z.string(allowed).trim().min(min, allowed).max(max, allowed);
}

/** A whole number of a query, within bounds, both included. */
export function countOf([min, max]: readonly [number, number]): z.ZodCoercedNumber<
  string | number
> {
  const allowed = `${min.toString()} to ${max.toString()}`;
  return z.coerce.number<string | number>(allowed).int(allowed).min(min, allowed).max(max, allowed);
}

/** The name of something that an administrator set up. */
export const aNameOf: z.ZodString = textOf([1, 64]);

/** The same as part of an address. */
export const nameParams: z.ZodObject<{ name: z.ZodString }> = z.object({ name: aNameOf });

/** How many items a page of a list has at most. */
const PAGE_ITEMS_MAX = 200;

/** What every list takes: where to go on, and how many items at most. */
export const page = {
  cursor: textOf([1, 200])
    .optional()
    .meta({ description: 'The `nextCursor` of the page before; its content means nothing.' }),
  limit: countOf([1, PAGE_ITEMS_MAX]).default(50).meta({ description: 'How many items at most.' }),
};

/** Where the next page begins; null on the last page. */
export const nextCursor: z.ZodNullable<z.ZodString> = z.string().nullable();

/** One reason of an explanation. */
export const reasonView = z
  .object({
    code: z.string().meta({ description: 'Stable, for programs.' }),
    text: z.string().meta({ description: 'A sentence for people.' }),
    until: moment.nullable().meta({ description: 'When this may change at the latest.' }),
  })
  .meta({ id: 'Reason', description: 'One reason of an explanation.' });
export type ReasonView = z.output<typeof reasonView>;

/** Who does it, for the record; a name as it is given, since there are no log-ins yet. */
export const by: z.ZodString = textOf([1, 64]).meta({
  description: 'Who does it, for the record.',
});
