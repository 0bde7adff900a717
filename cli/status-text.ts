import type { QueueView } from '../contract/queues.ts';
import type { PbxView, StatusView } from '../contract/status.ts';
import { agentsText } from './agents.ts';
import { stopsText } from './stops.ts';
import { spanText, table } from './text.ts';

/** The picture of `ringback status`, line by line. */
export function statusText(status: StatusView): readonly string[] {
  return [
    `Ringback ${status.version}, node ${status.node}`,
    ...demoText(status.demo),
    ...(status.stops.length === 0 ? [] : ['', ...stopsText(status.stops)]),
    '',
    ...queuesText(status.queues),
    '',
    ...agentsText(status.agents),
    '',
    ...pbxsText(status.pbxs),
    ...ticketsText(status.tickets),
  ];
}

/** What to know of the practice centre; nothing where there is none. */
export function demoText(demo: StatusView['demo']): readonly string[] {
  switch (demo) {
    case 'absent':
      return [];
    case 'shown':
      return [
        'This is the practice centre: nobody is really called. Remove it with: ringback demo remove',
      ];
    case 'hidden':
      return ['A practice centre runs unseen behind yours. Remove it with: ringback demo remove'];
  }
}

/** What waits for a human; nothing where nothing does. */
function ticketsText({ open, unread }: StatusView['tickets']): readonly string[] {
  if (open === 0) return [];
  return [
    '',
    `Tickets: ${open.toString()} open, ${unread.toString()} unread. See: ringback ticket list`,
  ];
}

/** Who waits in which line, and who could serve them. */
export function queuesText(queues: readonly QueueView[]): readonly string[] {
  if (queues.length === 0) return ['No queues. Set one up with: ringback apply centre.yaml'];
  return table(
    ['QUEUE', 'CALLS', 'CALLBACKS', 'LATER', 'LONGEST WAIT', 'AGENTS'],
    queues.map(({ name, waitingCalls, waitingCallbacks, longestWaitSeconds, agents }) => [
      name,
      waitingCalls.toString(),
      waitingCallbacks.inLine.toString(),
      waitingCallbacks.parked.toString(),
      longestWaitSeconds === null ? '-' : spanText(longestWaitSeconds),
      `${agents.available.toString()} of ${agents.serving.toString()} available`,
    ]),
  );
}

function pbxsText(pbxs: readonly PbxView[]): readonly string[] {
  if (pbxs.length === 0) return ['No PBX.'];
  return table(
    ['PBX', 'STATE', 'PROBLEM'],
    pbxs.map(({ name, state, problem }) => [name, stateText(state), problem ?? '-']),
  );
}

function stateText(state: PbxView['state']): string {
  return state === 'elsewhere' ? 'ready (another node)' : state;
}
