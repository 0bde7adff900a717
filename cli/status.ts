import type { Command } from 'commander';
import type { QueueView } from '../contract/queues.ts';
import { type PbxView, showStatus } from '../contract/status.ts';
import { agentsText } from './agents.ts';
import type { Terminal } from './terminal.ts';
import { spanText, table } from './text.ts';

/** `ringback status` */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show queues, agents and PBXs at a glance')
    .action(async (_: unknown, command: Command) => {
      await terminal.tell(command, { route: showStatus, asked: {} }, (status) => [
        `Ringback ${status.version}, node ${status.node}`,
        '',
        ...queuesText(status.queues),
        '',
        ...agentsText(status.agents),
        '',
        ...pbxsText(status.pbxs),
      ]);
    });
}

function queuesText(queues: readonly QueueView[]): readonly string[] {
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
