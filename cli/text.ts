import type { ReasonView } from '../contract/values.ts';

/** Rows under headings, each column as wide as its widest cell. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values, one pair a line. */
export function pairs(entries: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

/** A span of time as a clock shows it: `0:07`, `12:30`, `1:02:05`. */
export function clockSpan(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = two(whole % 60);
  return hours === 0
    ? `${minutes.toString()}:${tail}`
    : `${hours.toString()}:${two(minutes)}:${tail}`;
}

/** The time of day where the reader is: `14:07:31`. */
export function clockText(moment: string): string {
  return new Date(moment).toLocaleTimeString('en-GB');
}

/** A span of time in words that fit a column: `45 s`, `12 min`, `2 h 5 min`. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds).toString()} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes.toString()} min`;
  return `${Math.floor(minutes / 60).toString()} h ${(minutes % 60).toString()} min`;
}

/** An ISO 8601 time without its fraction; a dash for none. */
export function timeText(moment: string | null): string {
  return moment === null ? '-' : moment.replace(/\.\d+Z$/, 'Z');
}

/** A reason, with the time until when it may hold. */
export function reasonText({ text, until }: ReasonView): string {
  return until === null ? text : `${text} At the latest at ${timeText(until)}.`;
}
