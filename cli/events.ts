import type { EventView } from '../contract/events.ts';
import { spanText, timeText } from './text.ts';

/** A life as a timeline: when it began, then each step with the time since the first. */
export function storyText(events: readonly EventView[]): readonly string[] {
  const [first] = events;
  if (first === undefined) return ['Nothing has happened yet.'];
  const beganMs = Date.parse(first.at);
  return [
    `${first.queue ?? 'A queue'}, ${timeText(first.at)}`,
    '',
    ...events.map(({ at, text }) => {
      const since = spanText((Date.parse(at) - beganMs) / 1000);
      return `  ${`+ ${since}`.padEnd(14)}${text}`;
    }),
  ];
}

/** The last events, newest first, a line each. */
export function eventsText(events: readonly EventView[]): readonly string[] {
  if (events.length === 0) return ['Nothing has happened yet.'];
  return events.map(({ at, queue, text }) => {
    const clock = at.slice('2026-01-01T'.length, '2026-01-01T00:00:00'.length);
    return `${clock}  ${(queue ?? '').padEnd(12)}  ${text}`;
  });
}
