import { Argument, type Command } from 'commander';
import { type AgentView, listAgents, presence, setPresence } from '../contract/agents.ts';
import type { Terminal } from './terminal.ts';
import { table } from './text.ts';

/** `ringback agent list|set` */
export function addAgentCommands(program: Command, terminal: Terminal): void {
  const group = program.command('agent').description('look at agents and set their presence');

  group
    .command('list')
    .description('list agents with presence, occupation and phone')
    .action(async (_: unknown, command: Command) => {
      await terminal.tell(command, { route: listAgents, asked: {} }, ({ items }) =>
        agentsText(items),
      );
    });

  group
    .command('set <name>')
    .description('set the presence of an agent; available also ends wrap-up')
    .addArgument(new Argument('<presence>', 'what to be').choices(presence.options))
    .action(async (name: string, word: string, _: unknown, command: Command) => {
      const asked = { params: { name }, body: { presence: presence.parse(word) } };
      await terminal.tell(command, { route: setPresence, asked }, (agent) => [
        `${agent.name} is ${agent.presence}${agent.available ? '' : whyNot(agent)}.`,
      ]);
    });
}

/** Why somebody who wants calls gets none. */
function whyNot(agent: AgentView): string {
  if (agent.presence !== 'available') return '';
  if (agent.occupation !== 'idle') return `, and ${agent.occupation} at the moment`;
  return `, but the phone is ${agent.device === 'unreachable' ? 'unreachable' : 'in use'}`;
}

/** Agents as aligned text. */
export function agentsText(agents: readonly AgentView[]): readonly string[] {
  if (agents.length === 0) return ['No agents.'];
  return table(
    ['AGENT', 'PRESENCE', 'DOING', 'PHONE', 'CAN BE ASKED', 'ENDPOINT', 'QUEUES'],
    agents.map((agent) => [
      agent.name,
      agent.presence,
      agent.occupation,
      agent.device,
      agent.available ? 'yes' : 'no',
      agent.endpoint,
      agent.queues.join(', '),
    ]),
  );
}
