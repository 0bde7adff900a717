import { z } from 'zod';
import { route } from './route.ts';
import { moment, nameParams } from './values.ts';

/** What an agent wants to be. */
export const presence = z.enum(['available', 'away', 'offline']);
export type PresenceView = z.output<typeof presence>;

/** A person who takes calls, as they are now. */
export const agentView = z
  .object({
    name: z.string(),
    endpoint: z.string().meta({ description: 'The phone as the PBX calls it.' }),
    pbx: z.string(),
    queues: z.array(z.string()),
    presence: presence.meta({ description: 'What the agent wants to be.' }),
    occupation: z
      .enum(['idle', 'reserved', 'engaged', 'wrapping-up'])
      .meta({ description: 'What the agent is busy with.' }),
    device: z
      .enum(['idle', 'busy', 'unreachable', 'unknown'])
      .meta({ description: 'What the phone tells about itself; unknown counts as free.' }),
    available: z.boolean().meta({ description: 'Whether the agent can be asked now.' }),
    idleSince: moment.meta({ description: 'When the agent last became free of work.' }),
  })
  .meta({ id: 'Agent', description: 'A person who takes calls, as they are now.' });
export type AgentView = z.output<typeof agentView>;

/** All agents by name. */
export const listAgents = route({
  name: 'listAgents',
  method: 'GET',
  path: '/api/v1/agents',
  summary: 'List agents with presence, occupation and phone',
  tag: 'agents',
  replies: { 200: z.object({ items: z.array(agentView) }) },
  refusals: [],
});

/** Changes what an agent wants to be; `available` also ends wrap-up. */
export const setPresence = route({
  name: 'setPresence',
  method: 'PUT',
  path: '/api/v1/agents/:name/presence',
  summary: 'Set the presence of an agent; available also ends wrap-up',
  tag: 'agents',
  params: nameParams,
  body: z.strictObject({ presence }),
  replies: { 200: agentView },
  refusals: ['AGENT_UNKNOWN'],
});
