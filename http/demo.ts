import { removeDemo, resetDemo, sendCaller, showCaller } from '../contract/demo.ts';
import { maskNumbers } from '../core/numbers/masked.ts';
import { id } from '../core/prelude/ids.ts';
import { DEMO_TENANT, viewCaller } from '../store/demo/demo.ts';
import { viewAgents } from '../store/views/agents.ts';
import { viewQueues } from '../store/views/queues.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

const IMPOSSIBLE = {
  code: 'DEMO_ABSENT',
  detail:
    'The practice centre runs only on the database that ships with Ringback; this node uses the one of DATABASE_URL.',
} as const;
const REMOVED = {
  code: 'DEMO_ABSENT',
  detail: 'There is no practice centre here. Bring it with: ringback demo reset',
} as const;

/** The practice centre: back to its beginning, away, and callers to play with. */
export function registerDemoRoutes(api: Api, { demo, database }: ServerDeps): void {
  serve(api, resetDemo, async () => {
    if (demo === null) return refuse(IMPOSSIBLE);
    await demo.reset();
    const queues = await viewQueues(database, DEMO_TENANT);
    const agents = await viewAgents(database, DEMO_TENANT);
    return reply(200, { queues: queues.map(({ name }) => name), agents: agents.length });
  });

  serve(api, removeDemo, async () => {
    if (demo === null) return refuse(IMPOSSIBLE);
    return (await demo.remove()) ? reply(200, { removed: true }) : refuse(REMOVED);
  });

  serve(api, sendCaller, async ({ body: { queue: name, ...order } }) => {
    if (demo === null) return refuse(IMPOSSIBLE);
    if (!demo.isThere()) return refuse(REMOVED);
    const queue = demo.queues.find((known) => known === name);
    if (queue === undefined) {
      const detail = `The practice centre has the queues ${demo.queues.join(', ')}, and none named "${maskNumbers(name)}".`;
      return refuse({ code: 'QUEUE_UNKNOWN', detail });
    }
    const sent = await demo.send({ queue, ...order });
    return sent === null ? refuse(NOT_YET) : reply(200, sent);
  });

  serve(api, showCaller, async ({ params }) => {
    if (demo === null) return refuse(IMPOSSIBLE);
    const caller = await viewCaller(database, id<'interaction'>(params.id));
    if (caller !== null) return reply(200, caller);
    return refuse({ code: 'CALLER_UNKNOWN', detail: `There was no caller ${params.id}.` });
  });
}

const NOT_YET = {
  code: 'NOT_READY',
  detail: 'The practice PBX takes no calls at this moment; try again.',
} as const;
