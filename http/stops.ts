import { listStops, resume, type StopView, stop } from '../contract/stops.ts';
import type { Outcome } from '../core/prelude/refusal.ts';
import type { StopErrand } from '../engine/stops.ts';
import { type ViewedStop, viewStops } from '../store/views/stops.ts';
import type { ServerDeps } from './deps.ts';
import { moment, momentOrNull } from './moments.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** How many stops that hold are told at most; there is one for each queue and PBX. */
export const STOPS_MAX = 1000;

/** Listing and turning stop switches. */
export function registerStopRoutes(api: Api, deps: ServerDeps): void {
  const { operations, database, shownTenant } = deps;
  const now = { onlyNow: true, limit: STOPS_MAX };
  serve(api, listStops, async ({ query: { history, limit } }) =>
    reply(200, {
      items: (
        await viewStops(database, await shownTenant(), { onlyNow: history === 'false', limit })
      ).map(shownStop),
    }),
  );
  const answer = async (turned: Outcome<null>) =>
    turned.ok
      ? reply(200, {
          items: (await viewStops(database, await shownTenant(), now)).map(shownStop),
        })
      : refuse(turned.refusal);
  serve(api, stop, async ({ body }) =>
    answer(await operations.stopWork(errandOf(await shownTenant(), body))),
  );
  serve(api, resume, async ({ body }) =>
    answer(await operations.resumeWork(errandOf(await shownTenant(), body))),
  );
}

interface Word extends Pick<StopErrand, 'what' | 'by' | 'reason'> {
  readonly scope: { readonly queue: string } | { readonly pbx: string } | { readonly all: true };
}

function errandOf(tenantId: StopErrand['tenantId'], { what, scope, by, reason }: Word): StopErrand {
  return { tenantId, what, scope: scopeOf(scope), by, reason };
}

function scopeOf(scope: Word['scope']): StopErrand['scope'] {
  if ('queue' in scope) return { kind: 'queue', name: scope.queue };
  return 'pbx' in scope ? { kind: 'pbx', name: scope.pbx } : { kind: 'all' };
}

/** A stop as outsiders see it. */
export function shownStop(viewed: ViewedStop): StopView {
  return {
    ...viewed,
    stoppedAt: moment(viewed.stoppedAt),
    resumedAt: momentOrNull(viewed.resumedAt),
  };
}
