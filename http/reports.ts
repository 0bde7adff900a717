import { reportCallbacks } from '../contract/reports.ts';
import { epochMs } from '../core/prelude/time.ts';
import { metricsOf } from '../core/reports/metrics.ts';
import { hoursKept } from '../engine/hours-kept.ts';
import { viewDials } from '../store/views/dials.ts';
import { findQueue } from '../store/views/queues.ts';
import { viewReport } from '../store/views/report.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** How callbacks have gone in a period. */
export function registerReportRoutes(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, reportCallbacks, async ({ query: { from, to, queue } }) => {
    const tenantId = await shownTenant();
    const queueId = queue === undefined ? null : await findQueue(database, tenantId, queue);
    if (queue !== undefined && queueId === null) {
      return refuse(unknownName('QUEUE_UNKNOWN', queue));
    }
    const period = { from: epochMs(Date.parse(from)), to: epochMs(Date.parse(to)), queueId };
    const counts = await viewReport(database, tenantId, period);
    const hours = hoursKept(await viewDials(database, tenantId, period));
    const { timeToCallbackSeconds, netTimeToCallbackSeconds, punctualityMinutes } = counts;
    const times = { timeToCallbackSeconds, netTimeToCallbackSeconds, punctualityMinutes };
    const metrics = metricsOf(counts, hours).map((metric) => ({ ...metric }));
    return reply(200, { from, to, queue: queue ?? null, metrics, ...times });
  });
}
