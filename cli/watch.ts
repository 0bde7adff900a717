import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { listEvents } from '../contract/events.ts';
import { showStatus } from '../contract/status.ts';
import { eventsText } from './events.ts';
import { statusText } from './status-text.ts';
import type { Terminal } from './terminal.ts';

/** How often the picture is drawn anew, in milliseconds. */
const LOOK_MS = 1_000;
/** How many of the last events are shown. */
const EVENTS_SHOWN = 12;

/** Draws the centre again and again until Ctrl-C. A server that is away is said, and looked for again. */
export async function watchStatus(command: Command, terminal: Terminal): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => {
    stopped.abort();
  };
  process.once('SIGINT', stop);
  try {
    while (!stopped.signal.aborted) {
      terminal.redraw(await picture(command, terminal));
      await pause(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

async function picture(command: Command, terminal: Terminal): Promise<readonly string[]> {
  const api = terminal.api(command);
  const [status, events] = await Promise.all([
    api.ask(showStatus, {}),
    api.ask(listEvents, { query: { limit: EVENTS_SHOWN } }),
  ]);
  if (!status.ok) return [status.problem.detail];
  const latest = events.ok ? eventsText(events.value.events) : [events.problem.detail];
  return [...statusText(status.value), '', 'LATEST', ...latest, '', 'Ctrl-C ends this view.'];
}
