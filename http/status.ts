import { healthz, readyz, showStatus } from '../contract/status.ts';
import type { EngineStatus } from '../engine/operations.ts';
import type { Database } from '../store/database.ts';
import { viewAgents } from '../store/views/agents.ts';
import { viewQueues } from '../store/views/queues.ts';
import { isReachable } from '../store/views/reachable.ts';
import { viewStops } from '../store/views/stops.ts';
import { countTickets } from '../store/views/tickets.ts';
import { shownAgent } from './agents.ts';
import type { ServerDeps } from './deps.ts';
import { moment } from './moments.ts';
import { shownQueue } from './queues.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { STOPS_MAX, shownStop } from './stops.ts';

/** Whether the process lives, whether it can place calls, and how the whole centre is. */
export function registerStatusRoutes(api: Api, deps: ServerDeps): void {
  const { database, operations, shownTenant, demo, version } = deps;

  serve(api, healthz, async () => Promise.resolve(reply(200, { status: 'ok' })));

  serve(api, readyz, async () => {
    const problems = await obstacles(database, operations.status());
    return problems.length === 0
      ? reply(200, { status: 'ready' })
      : refuse({ code: 'NOT_READY', detail: problems.join(' ') });
  });

  serve(api, showStatus, async () => {
    const { node, pbxs } = operations.status();
    const tenantId = await shownTenant();
    const [queues, agents, tickets, stops, at] = await Promise.all([
      viewQueues(database, tenantId),
      viewAgents(database, tenantId),
      countTickets(database, tenantId),
      viewStops(database, tenantId, { onlyNow: true, limit: STOPS_MAX }),
      database.clock(),
    ]);
    const body = {
      version,
      node,
      at: moment(at),
      queues: queues.map(shownQueue),
      agents: agents.map(shownAgent),
      pbxs: pbxs.map((pbx) => ({ ...pbx })),
      stops: stops.map(shownStop),
      tickets,
      demo:
        demo?.isThere() !== true
          ? ('absent' as const)
          : tenantId === deps.tenantId
            ? ('hidden' as const)
            : ('shown' as const),
    };
    return reply(200, body);
  });
}

/** What stands between this node and a call, a sentence each. */
async function obstacles(database: Database, { pbxs }: EngineStatus): Promise<readonly string[]> {
  const sentences = pbxs
    // Connected by another node is as good: what is decided here is carried out there.
    .filter(({ state }) => state !== 'ready' && state !== 'elsewhere')
    .map(({ name, state, problem }) => `PBX ${name} is not ready: ${problem ?? `it is ${state}`}.`);
  return (await isReachable(database))
    ? sentences
    : ['The database cannot be reached.', ...sentences];
}
