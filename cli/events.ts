import type { EventView } from '../contract/events.ts';
import { clockSpan, clockText } from './text.ts';

/** A life as a timeline: the day, then each step with its time and the time since the first. */
export function storyText(events: readonly EventView[]): readonly string[] {
  const [first] = events;
  if (first === undefined) return ['Nothing has happened yet.'];
  const began = new Date(first.at);
  const day = began.toLocaleDateString('en-GB', { dateStyle: 'full' });
  return [
    `${day}, ${first.queue ?? 'a queue'}`,
    '',
    ...events.map(({ at, text }) => {
      const since = clockSpan((Date.parse(at) - began.getTime()) / 1000);
      return `${clockText(at)}  ${`+${since}`.padStart(8)}  ${text}`;
    }),
  ];
}

/** The last events, newest first, a line each. */
export function eventsText(events: readonly EventView[]): readonly string[] {
  if (events.length === 0) return ['Nothing has happened yet.'];
  return events.map(eventLine);
}

/** One event, a line. */
export function eventLine({ at, queue, text }: EventView): string {
  return `${clockText(at)}  ${(queue ?? '').padEnd(12)}  ${text}`;
}
