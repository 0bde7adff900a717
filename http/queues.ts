import { listQueues, type QueueView } from '../contract/queues.ts';
import { type ViewedQueue, viewQueues } from '../store/views/queues.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, reply, serve } from './serve.ts';

/** Listing queues with those who wait and those who serve. */
export function registerQueueRoutes(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, listQueues, async () => {
    const queues = await viewQueues(database, await shownTenant());
    return reply(200, { items: queues.map(shownQueue) });
  });
}

/** A queue as outsiders see it. */
export function shownQueue(queue: ViewedQueue): QueueView {
  return {
    name: queue.name,
    number: queue.number,
    pbx: queue.pbx,
    waitingCalls: queue.waitingCalls,
    waitingCallbacks: { inLine: queue.callbacksInLine, parked: queue.callbacksParked },
    longestWaitSeconds: queue.longestWaitSeconds,
    agents: { serving: queue.agentsServing, available: queue.agentsAvailable },
  };
}
