import type { Input } from '../core/interactions/input.ts';
import type { Situation } from '../core/interactions/situation.ts';
import { openCallbacksOf } from '../store/situations/find.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling } from './handling.ts';

/**
 * After a commit about a call of the customer's own: tells the open promises to that number. A crash in between harms
 * nobody, since each of them asks the database again before anybody is called; it is only told later.
 */
export async function tellPromises(
  { database }: EngineDeps,
  handling: Handling,
  { tenantId, before, decision: { next } }: Handled,
): Promise<void> {
  const { id: own, customerNumber } = next.interaction;
  const news = newsOf(before, next);
  if (customerNumber === null || news === null) return;
  for (const interactionId of await openCallbacksOf(database, tenantId, customerNumber)) {
    if (interactionId === own) continue;
    await handling.handle(tenantId, interactionId, (loaded) =>
      stillTrue(news, loaded) ? { kind: news } : null,
    );
  }
}

type News = (Input & {
  kind: 'customer-called-in' | 'number-free' | 'customer-got-through';
})['kind'];

/** What a change of the customer's own call means for promises to their number; null: nothing. */
function newsOf(before: Situation | null, { interaction }: Situation): News | null {
  const { call, state } = interaction;
  if (call === null) return null;
  if (before === null) return 'customer-called-in';
  const was = before.interaction;
  if (state === 'connected' && was.state !== 'connected') return 'customer-got-through';
  return call.state === 'gone' && was.call?.state !== 'gone' ? 'number-free' : null;
}

/** Seen under lock: they may have hung up, or called again, meanwhile. */
function stillTrue(news: News, { numberOnCall, gotThrough }: LoadedSituation): boolean {
  switch (news) {
    case 'customer-called-in':
      return numberOnCall;
    case 'number-free':
      return !numberOnCall;
    case 'customer-got-through':
      return gotThrough;
  }
}
