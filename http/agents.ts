import { type AgentView, listAgents, setPresence } from '../contract/agents.ts';
import { type ViewedAgent, viewAgent, viewAgents } from '../store/views/agents.ts';
import type { ServerDeps } from './deps.ts';
import { moment } from './moments.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** Listing agents and setting their presence. */
export function registerAgentRoutes(api: Api, deps: ServerDeps): void {
  const { database, operations, shownTenant } = deps;

  serve(api, listAgents, async () => {
    const agents = await viewAgents(database, await shownTenant());
    return reply(200, { items: agents.map(shownAgent) });
  });

  serve(api, setPresence, async ({ params: { name }, body }) => {
    const tenantId = await shownTenant();
    const agent = await viewAgent(database, tenantId, name);
    if (agent === null) return unknownAgent(name);
    const set = await operations.setPresence(tenantId, agent.id, body.presence);
    if (!set.ok) return refuse(set.refusal);
    const after = await viewAgent(database, tenantId, name);
    return after === null ? unknownAgent(name) : reply(200, shownAgent(after));
  });
}

function unknownAgent(name: string): ReturnType<typeof refuse> {
  return refuse(unknownName('AGENT_UNKNOWN', name));
}

/** An agent as outsiders see them. */
export function shownAgent(agent: ViewedAgent): AgentView {
  return { ...agent, queues: [...agent.queues], idleSince: moment(agent.idleSince) };
}
