import { type Decision, unchanged } from '../interactions/decision.ts';
import type { Context } from '../interactions/input.ts';
import type { Situation } from '../interactions/situation.ts';
import { present } from '../prelude/assert.ts';
import type { InteractionId } from '../prelude/ids.ts';

/**
 * A new promise to the customer of one that has ended: same number, queue and rules, with all its attempts before it. It
 * stands in line as of now: the former place was used up.
 * @param context with the expiry that counts from now
 */
export function callAgain(
  ended: Situation,
  { interactionId, sequence }: { readonly interactionId: InteractionId; readonly sequence: number },
  context: Context,
): Decision {
  const { nowMs, expiresAt, fresh } = context;
  const { place } = ended.interaction;
  return unchanged({
    ...ended,
    interaction: {
      ...ended.interaction,
      id: interactionId,
      state: 'callback',
      firstEnteredAt: nowMs,
      place: { ...place, priority: ended.queue.priority, enteredAt: nowMs, sequence },
      standing: { kind: 'in-line' },
      call: null,
      ending: null,
      numberRefusal: null,
      revision: 0,
    },
    callback: {
      ...present(ended.callback, 'callback'),
      id: fresh.callbackId,
      state: 'waiting',
      origin: 'ticket',
      chosenTime: null,
      inactiveAt: null,
      requestedAt: nowMs,
      notBefore: null,
      attemptsUsed: 0,
      firstDialedAt: null,
      secondChance: null,
      endedAt: null,
      numberRefusal: null,
    },
    offer: null,
    attempt: null,
    agent: null,
    timers: { expiry: expiresAt },
  });
}
