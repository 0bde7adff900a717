import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { listCallbacks } from '../contract/callbacks.ts';
import { type EventView, listEvents } from '../contract/events.ts';
import { showStatus } from '../contract/status.ts';
import { NoAnswer } from './client.ts';
import { eventLine } from './events.ts';
import { statusText } from './status-text.ts';
import type { Terminal } from './terminal.ts';
import { type Centre, OPEN_STATES, picture } from './watch-picture.ts';

/** How often is looked, in milliseconds. */
const LOOK_MS = 1_000;
/** More than fit on a screen, and more than happen in a second. */
const EVENTS_MAX = 100;
/** More than fit on a screen; the queues tell how many there are. */
const CALLBACKS_MAX = 100;

/**
 * Looks at the centre again and again until Ctrl-C. On a terminal the picture is drawn in place; into a pipe or a file
 * go the status once and then every new event as a line. A server that is away is said, and looked for again.
 */
export async function watchStatus(command: Command, terminal: Terminal): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => {
    stopped.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const show = terminal.screen() === null ? lineByLine(terminal) : onScreen(terminal);
  try {
    while (!stopped.signal.aborted) {
      show.next(await lookAt(command, terminal));
      await pause(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  } finally {
    show.end();
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
  }
}

/** What was seen, or why nothing was. */
type Seen = Centre | { readonly problem: string };

/** One way to show what is seen. */
interface Show {
  next(seen: Seen): void;
  end(): void;
}

function onScreen(terminal: Terminal): Show {
  terminal.beginPicture();
  return {
    next: (seen) => {
      const screen = terminal.screen() ?? { columns: 80, rows: 24 };
      terminal.draw('problem' in seen ? [seen.problem, '', TRIES_ON] : picture(seen, screen));
    },
    end: () => {
      terminal.endPicture();
    },
  };
}

const TRIES_ON = 'It is looked for every second. Ctrl-C ends this view.';

function lineByLine(terminal: Terminal): Show {
  let known: ReadonlySet<string> | null = null;
  let problem: string | null = null;
  return {
    next: (seen) => {
      if ('problem' in seen) {
        if (problem !== seen.problem) terminal.complain(seen.problem);
        problem = seen.problem;
        return;
      }
      problem = null;
      if (known === null) for (const line of statusText(seen.status)) terminal.print(line);
      if (known === null) terminal.print('');
      const lines = seen.events.map(keyOf);
      const fresh = seen.events.filter((event) => known?.has(keyOf(event)) === false);
      for (const event of fresh.toReversed()) terminal.print(eventLine(event));
      known = new Set(lines);
    },
    end: () => undefined,
  };
}

function keyOf(event: EventView): string {
  return JSON.stringify(event);
}

async function lookAt(command: Command, terminal: Terminal): Promise<Seen> {
  try {
    const api = terminal.api(command);
    const [status, events, callbacks] = await Promise.all([
      api.ask(showStatus, {}),
      api.ask(listEvents, { query: { limit: EVENTS_MAX } }),
      api.ask(listCallbacks, { query: { state: [...OPEN_STATES], limit: CALLBACKS_MAX } }),
    ]);
    if (!status.ok) return { problem: status.problem.detail };
    if (!events.ok) return { problem: events.problem.detail };
    if (!callbacks.ok) return { problem: callbacks.problem.detail };
    return {
      status: status.value,
      events: events.value.events,
      callbacks: callbacks.value.items,
    };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { problem: error.message };
  }
}
