import { z } from 'zod';

/** A point in time as ISO 8601 in UTC, e.g. `2027-03-01T09:30:00.000Z`. */
export const moment: z.ZodISODateTime = z.iso.datetime();

/** A phone number in E.164: a plus and 7 to 15 digits. */
export const e164: z.ZodString = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'a phone number such as +12025550123');

/** The name of something that an administrator set up, as part of an address. */
export const nameParams: z.ZodObject<{ name: z.ZodString }> = z.object({
  name: z.string().min(1).max(64),
});

/** How many items a page of a list has at most. */
const PAGE_ITEMS_MAX = 200;

/** What every list takes: where to go on, and how many items at most. */
export const page = {
  cursor: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The `nextCursor` of the page before; its content means nothing.' }),
  limit: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(PAGE_ITEMS_MAX)
    .default(50)
    .meta({ description: 'How many items at most.' }),
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
export const by: z.ZodString = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Who does it, for the record.' });
