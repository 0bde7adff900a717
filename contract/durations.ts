import { z } from 'zod';

const SECONDS_PER = { week: 604_800, day: 86_400, hour: 3600, minute: 60 } as const;

/** Weeks stand alone or with days; at least one part, and after the `T` at least one more. Capitals only, as ISO 8601 has it. */
const ISO_DURATION =
  /^P(?=[\dT])(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * The whole seconds in an ISO 8601 duration such as `PT1H30M` or `P1D`; null when `text` is none. A day is 24 hours.
 * Years and months have no fixed length and fractions no use here: both are refused.
 */
export function parseDuration(text: string): number | null {
  const parts = ISO_DURATION.exec(text)?.slice(1);
  if (parts === undefined) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(
    (part: string | undefined) => Number(part ?? 0), // A part that is absent is undefined.
  );
  const total =
    weeks * SECONDS_PER.week +
    days * SECONDS_PER.day +
    hours * SECONDS_PER.hour +
    minutes * SECONDS_PER.minute +
    seconds;
  return Number.isSafeInteger(total) ? total : null;
}

/** Whole seconds as the shortest ISO 8601 duration in days, hours, minutes and seconds. */
export function formatDuration(wholeSeconds: number): string {
  const days = Math.floor(wholeSeconds / SECONDS_PER.day);
  const hours = Math.floor((wholeSeconds % SECONDS_PER.day) / SECONDS_PER.hour);
  const minutes = Math.floor((wholeSeconds % SECONDS_PER.hour) / SECONDS_PER.minute);
  const seconds = wholeSeconds % SECONDS_PER.minute;
  const date = part(days, 'D');
  const time = part(hours, 'H') + part(minutes, 'M') + part(seconds, 'S');
  if (date === '' && time === '') return 'PT0S';
  return time === '' ? `P${date}` : `P${date}T${time}`;
}

function part(count: number, letter: string): string {
  return count === 0 ? '' : `${count.toString()}${letter}`;
}

/** What a duration field allows, in words: `PT10S to PT10M (10 to 600 seconds)`. */
export function durationRange(secondsMin: number, secondsMax: number): string {
  const [min, max] = [formatDuration(secondsMin), formatDuration(secondsMax)];
  return `${min} to ${max} (or ${secondsMin.toString()} to ${secondsMax.toString()} seconds)`;
}

/** A field that takes an ISO 8601 duration or plain seconds, is whole seconds inside, and is shown as ISO 8601. */
export type DurationSchema = z.ZodCodec<z.ZodUnion<readonly [z.ZodString, z.ZodInt]>, z.ZodNumber>;

/** The schema of a duration within the bounds, both included. */
export function duration(secondsMin: number, secondsMax: number): DurationSchema {
  const allowed = durationRange(secondsMin, secondsMax);
  const outside = z.union(
    [
      z.string().regex(ISO_DURATION, allowed),
      z.int().min(secondsMin, allowed).max(secondsMax, allowed),
    ],
    { error: allowed },
  );
  const inside = z.number().min(secondsMin, allowed).max(secondsMax, allowed);
  return z.codec(outside, inside, {
    decode: (value) => (typeof value === 'number' ? value : (parseDuration(value) ?? Number.NaN)),
    encode: formatDuration,
  });
}
