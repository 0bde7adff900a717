import type { AgentView } from '../contract/agents.ts';
import type { CallbackState, CallbackView } from '../contract/callbacks.ts';
import type { EventView } from '../contract/events.ts';
import type { StatusView } from '../contract/status.ts';
import { eventsText } from './events.ts';
import { queuesText } from './status-text.ts';
import type { Screen } from './terminal.ts';
import { clockText, table } from './text.ts';

/** The centre as it was at one look. */
export interface Centre {
  readonly status: StatusView;
  /** Newest first. */
  readonly events: readonly EventView[];
  /** Those that are open. */
  readonly callbacks: readonly CallbackView[];
}

/** Callbacks that are not over, in the order in which they are shown: what moves comes first. */
export const OPEN_STATES = [
  'connected',
  'dialing',
  'holding',
  'accepted',
  'offered',
  'poisoned',
  'waiting',
  'retry-wait',
  'scheduled',
  'wrapping-up',
] as const satisfies readonly CallbackState[];

/** As many callbacks as are shown at most, and what is left to the events at least. */
const CALLBACKS_SHOWN_MAX = 10;
const EVENTS_SHOWN_MIN = 3;
const EVENTS_SHOWN_MAX = 14;
/** On a lower screen the agents are only counted. */
const ROWS_FOR_AGENTS_MIN = 34;
/** The name of an agent and what they do. */
const AGENT_WIDTH = 26;

/** The centre on one screen. Every part keeps its place as long as the set-up does not change. */
export function picture(centre: Centre, screen: Screen): readonly string[] {
  const { status, events, callbacks } = centre;
  const above = [
    headline(status),
    '',
    ...queuesText(status.queues),
    '',
    ...agentsPicture(status.agents, screen),
    '',
  ];
  const pbxs = troubles(status);
  // Two headings, two blank lines, the last line.
  const left = screen.rows - 1 - above.length - pbxs.length - 5;
  const callbackRows = Math.max(1, Math.min(CALLBACKS_SHOWN_MAX, left - EVENTS_SHOWN_MIN));
  const eventRows = Math.max(1, Math.min(EVENTS_SHOWN_MAX, left - callbackRows));
  return [
    ...above,
    ...callbacksPicture(callbacks, callbackRows),
    '',
    'LATEST',
    ...padded(eventsText(events).slice(0, eventRows), eventRows),
    '',
    ...pbxs,
    'Ctrl-C ends this view.',
  ]
    .slice(0, screen.rows - 1)
    .map((line) => line.slice(0, screen.columns));
}

function headline({ version, at, demo }: StatusView): string {
  const practice = demo === 'shown' ? '   practice centre: nobody is really called' : '';
  return `Ringback ${version}   ${clockText(at)}${practice}`;
}

/** A PBX is worth a line only when something is wrong with it. */
function troubles({ pbxs }: StatusView): readonly string[] {
  return pbxs
    .filter(({ state }) => state !== 'ready' && state !== 'elsewhere')
    .map(({ name, state, problem }) => `PBX ${name} is ${state}: ${problem ?? 'please wait'}`);
}

function agentsPicture(agents: readonly AgentView[], screen: Screen): readonly string[] {
  if (agents.length === 0) return ['No agents.'];
  const doing = agents.map(doingText);
  const counts = new Map<string, number>();
  for (const text of doing) counts.set(text, (counts.get(text) ?? 0) + 1);
  const sums = [...counts].toSorted(([, one], [, other]) => other - one);
  const summary = `AGENTS: ${sums.map(([text, count]) => `${count.toString()} ${text}`).join(', ')}`;
  if (screen.rows < ROWS_FOR_AGENTS_MIN) return [summary];
  const perRow = Math.max(1, Math.floor(screen.columns / AGENT_WIDTH));
  const rows = Math.ceil(agents.length / perRow);
  const cells = agents.map(({ name }, at) => `${name.padEnd(10)} ${doing[at] ?? ''}`);
  return [
    summary,
    ...Array.from({ length: rows }, (_, row) =>
      cells
        .filter((__, at) => at % rows === row)
        .map((cell) => cell.padEnd(AGENT_WIDTH))
        .join(''),
    ),
  ];
}

/** What an agent does, in a word or two. */
function doingText({ presence, occupation, device, available }: AgentView): string {
  switch (occupation) {
    case 'engaged':
      return 'on a call';
    case 'reserved':
      return 'being asked';
    case 'wrapping-up':
      return 'taking notes';
    case 'idle':
      if (presence === 'away') return 'away';
      if (presence === 'offline') return 'not there';
      if (available) return 'free';
      return device === 'unreachable' ? 'no phone' : 'phone in use';
  }
}

function callbacksPicture(callbacks: readonly CallbackView[], rows: number): readonly string[] {
  const sorted = callbacks.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
  const shown = sorted.length > rows ? sorted.slice(0, rows - 1) : sorted;
  const more = sorted.length - shown.length;
  const lines = table(
    ['CALLBACK TO', 'QUEUE', 'NOW', 'TRIED', 'ASKED AT'],
    shown.map((callback) => [
      callback.number,
      callback.queue,
      stateText(callback).padEnd(NOW_WIDTH),
      `${callback.attemptsUsed.toString()} of ${callback.attemptsMax.toString()}`,
      clockText(callback.requestedAt),
    ]),
  );
  return padded(more === 0 ? lines : [...lines, `and ${more.toString()} more`], rows + 1);
}

/** Sorts by what moves, then by place. */
function keyOf({ state, enteredAt, id }: CallbackView): string {
  const rank = OPEN_STATES.findIndex((known) => known === state);
  return `${rank.toString().padStart(2, '0')} ${enteredAt} ${id}`;
}

/** The longest of the texts below, so that the columns behind it stand still. */
const NOW_WIDTH = "the customer's phone rings".length;

/** Where a callback stands, in words that need no glossary. */
function stateText({ state, position, dueAt }: CallbackView): string {
  switch (state) {
    case 'offered':
      return "an agent's phone rings";
    case 'accepted':
      return 'an agent is on the line';
    case 'dialing':
      return "the customer's phone rings";
    case 'holding':
      return 'the customer holds';
    case 'connected':
      return 'talking';
    case 'wrapping-up':
      return 'the agent takes notes';
    case 'waiting':
      return position === null ? 'waits' : `waits, number ${position.toString()} in line`;
    case 'retry-wait':
      return dueAt === null ? 'is tried again' : `next try at ${clockText(dueAt)}`;
    case 'scheduled':
      return dueAt === null ? 'scheduled' : `due at ${clockText(dueAt)}`;
    case 'poisoned':
      return 'stuck: look at it';
    case 'completed':
    case 'exhausted':
    case 'expired':
    case 'released':
    case 'refused':
    case 'cancelled':
    case 'superseded':
      return state;
  }
}

function padded(lines: readonly string[], length: number): readonly string[] {
  return [...lines, ...Array.from({ length: Math.max(0, length - lines.length) }, () => '')];
}
