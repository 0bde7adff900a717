import { type EventView, listEvents, tellCallback } from '../contract/events.ts';
import { id } from '../core/prelude/ids.ts';
import {
  type LeftOut,
  type ViewedEvent,
  viewLatestEvents,
  viewStory,
} from '../store/views/events.ts';
import type { ServerDeps } from './deps.ts';
import { moment } from './moments.ts';
import { INNER_STEPS, sentenceFor } from './sentences.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** The life of one callback, and what has happened last in the whole centre. */
export function registerEventRoutes(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, tellCallback, async ({ params, query }) => {
    const callbackId = id<'callback'>(params.id);
    const events = await viewStory(database, await shownTenant(), callbackId, without(query));
    if (events.length === 0) {
      return refuse({ code: 'CALLBACK_UNKNOWN', detail: 'There is no callback with this id.' });
    }
    return reply(200, { events: events.map(shown) });
  });

  serve(api, listEvents, async ({ query }) => {
    const tenantId = await shownTenant();
    const events = await viewLatestEvents(database, tenantId, query.limit, without(query));
    return reply(200, { events: events.map(shown) });
  });
}

const NOTHING: LeftOut = { kinds: [], parkedFor: [] };

/** What is left out. */
function without({ details }: { readonly details: 'true' | 'false' }): LeftOut {
  return details === 'true' ? NOTHING : INNER_STEPS;
}

function shown(event: ViewedEvent): EventView {
  const { kind, callbackId, queue } = event;
  return { at: moment(event.at), kind, text: sentenceFor(event), callbackId, queue };
}
