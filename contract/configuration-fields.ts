import { z } from 'zod';
import { knownKeys } from './allowed.ts';
import { nearest } from './nearest.ts';

/* The kinds of fields of configuration.ts. Each says with its error message what it allows. */

/** What stands in place of settings whose unknown name gives away what was meant. */
const INSTEAD: Readonly<Record<string, string>> = {
  password: 'passwordFile, the path of a file that holds the password',
};

/** A group of settings that knows no others. An unknown one is met with the nearest known name. */
export function aSection<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? // One line for each key: configuration-problems.ts makes a problem of each.
          issue.keys.map((key) => insteadOf(key, known)).join('\n')
        : `the settings ${known.join(', ')}`,
  });
}

function insteadOf(key: string, known: readonly string[]): string {
  const instead = Object.hasOwn(INSTEAD, key) ? INSTEAD[key] : undefined;
  if (instead !== undefined) return instead;
  return knownKeys([key], known);
}

/** Text of one pattern. */
export function aText(pattern: RegExp, allowed: string): z.ZodString {
  return z
    .string({ error: allowed })
    .max(TEXT_LENGTH_MAX, `${allowed}, at most ${TEXT_LENGTH_MAX.toString()} characters`)
    .regex(pattern, allowed)
    .meta({ errorMessage: allowed });
}
const TEXT_LENGTH_MAX = 200;

/** The name of another thing; whether it exists is checked later. */
export function aWord(allowed: string): z.ZodString {
  return z
    .string({ error: allowed })
    .max(64, `${allowed}, at most 64 characters`)
    .meta({ errorMessage: allowed });
}

const NAME =
  'lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 characters';

/** The name by which other things refer to this one. */
export function aName(description: string): z.ZodString {
  return z
    .string({ error: NAME })
    .max(64, NAME)
    .regex(/^[a-z0-9][a-z0-9._-]*$/, NAME)
    .meta({ description, errorMessage: NAME });
}

/** A whole number within bounds, both included. */
export function aNumber(bounds: readonly [number, number], description: string): z.ZodInt {
  const [min, max] = bounds;
  const allowed = `${min.toString()} to ${max.toString()}`;
  return z
    .int({ error: allowed })
    .min(min, allowed)
    .max(max, allowed)
    .meta({ description, errorMessage: allowed });
}

/** A switch. */
export function aFlag(preset: boolean, description: string): z.ZodDefault<z.ZodBoolean> {
  return z
    .boolean({ error: 'true or false' })
    .default(preset)
    .meta({ description, errorMessage: 'true or false' });
}

const PHONE = 'a number in E.164 within quotes: "+", then 7 to 15 digits, such as "+12025550100"';

function phone(description: string): z.ZodString {
  return z
    .string({ error: PHONE })
    .regex(/^\+[1-9]\d{6,14}$/, PHONE)
    .meta({ description, errorMessage: PHONE });
}

const DAYS = 'some of mo, tu, we, th, fr, sa, su, each at most once';

function days(description: string): z.ZodArray<z.ZodEnum<{ [Day in DayName]: Day }>> {
  return z
    .array(z.enum(DAY_NAMES, { error: `one of ${DAY_NAMES.join(', ')}` }), { error: DAYS })
    .min(1, DAYS)
    .max(7, `${DAYS}: at most 7`)
    .refine((found) => new Set(found).size === found.length, DAYS)
    .meta({ description, errorMessage: DAYS });
}
const DAY_NAMES = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
type DayName = (typeof DAY_NAMES)[number];

const ZONE = 'a time zone of the IANA database, such as Europe/Berlin';

function timeZone(description: string): z.ZodString {
  return z
    .string({ error: ZONE })
    .refine(isTimeZone, {
      error: ({ input }) => {
        const meant = nearest(String(input), Intl.supportedValuesOf('timeZone'));
        return meant === null ? ZONE : `${ZONE} (did you mean ${meant}?)`;
      },
    })
    .meta({ description, errorMessage: ZONE });
}

function isTimeZone(text: string): boolean {
  // Intl takes offsets and any spelling of the case as well; other time zone libraries may not.
  if (!/^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false; // A RangeError: the zone is unknown.
  }
}

const DATE = 'a date of the calendar in quotes, from "2000-01-01" to "2199-12-31"';

function date(description: string): z.ZodString {
  return z
    .string({ error: DATE })
    .regex(/^2[01]\d\d-\d\d-\d\d$/, DATE)
    .refine(isDate, DATE)
    .meta({ description, errorMessage: DATE });
}

/** False for the 30th of February: JavaScript would silently go on to March. */
function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const URL = 'an address such as http://127.0.0.1:8088, without user name and password';

/** No user, password, query or fragment: they would be printed in messages and lost on the way. */
function url(description: string): z.ZodString {
  return z
    .string({ error: URL })
    .max(500, `${URL}, at most 500 characters`)
    .regex(
      /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:\/[A-Za-z0-9_./-]*)?$/,
      URL,
    )
    .meta({ description, errorMessage: URL });
}

const FILE = 'the absolute path of a file that holds the password';

/** Editors let relative paths pass: `ringback apply` makes them absolute before they are checked. */
function secretFile(description: string): z.ZodString {
  return z
    .string({ error: FILE })
    .max(1000, `${FILE}, at most 1000 characters`)
    .refine((path) => /^(?:\/|[A-Za-z]:[\\/])./.test(path) && !path.includes('\0'), FILE)
    .meta({ description, errorMessage: FILE });
}

/** Fields that need more than a pattern. */
export const aField = { phone, days, date, timeZone, url, secretFile } as const;
