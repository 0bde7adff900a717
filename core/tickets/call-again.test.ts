import { expect, test } from 'vitest';
import { requestCallback } from '../interactions/requests.ts';
import { phoneNumber } from '../numbers/number.ts';
import { present } from '../prelude/assert.ts';
import { id } from '../prelude/ids.ts';
import { epochMs, secondsAfter } from '../prelude/time.ts';
import { CALLBACK_DEFAULTS } from '../queues/settings.ts';
import { callAgain } from './call-again.ts';

const THEN = epochMs(Date.UTC(2027, 2, 1, 10));
const NOW = secondsAfter(THEN, 7200);
const number = present(phoneNumber('+12025550123'), 'number');

const fresh = (name: string) => ({
  callbackId: id<'callback'>(`callback-${name}`),
  attemptId: id<'attempt'>(`attempt-${name}`),
  ticketId: id<'ticket'>(`ticket-${name}`),
});

/** A promise that had everything, and came to nothing. */
function ended() {
  const { next } = requestCallback(
    {
      interactionId: id<'interaction'>('first'),
      pbxId: id<'pbx'>('main'),
      queueId: id<'queue'>('support'),
      place: { lineId: id<'line'>('line'), priority: 9, enteredAt: THEN, sequence: 1 },
      queue: { name: 'support', number: null, priority: 2, callback: CALLBACK_DEFAULTS },
      number,
      origin: 'api',
      chosenTime: null,
      statedZone: 'Europe/Berlin',
      opening: { open: true },
      behaviour: { attemptsMax: 2, callerId: number },
    },
    { nowMs: THEN, expiresAt: NOW, fresh: fresh('first') },
  );
  const callback = {
    ...present(next.callback, 'callback'),
    state: 'exhausted' as const,
    attemptsUsed: 2,
    firstDialedAt: THEN,
    secondChance: 'over' as const,
    endedAt: NOW,
  };
  return { ...next, callback };
}

test('a new promise begins anew: place, waiting, attempts and second chance count from now, and what was asked for is kept', () => {
  const { next } = callAgain(
    ended(),
    { interactionId: id<'interaction'>('again'), sequence: 7 },
    {
      nowMs: NOW,
      expiresAt: secondsAfter(NOW, 7200),
      stops: { requests: false, dialling: false },
      customer: { onCall: false, gotThrough: false },
      fresh: fresh('again'),
    },
  );
  expect(next.interaction).toMatchObject({
    id: 'again',
    firstEnteredAt: NOW,
    place: { priority: 2, enteredAt: NOW, sequence: 7 },
  });
  expect(next.callback).toMatchObject({
    id: 'callback-again',
    state: 'waiting',
    origin: 'ticket',
    requestedAt: NOW,
    attemptsUsed: 0,
    firstDialedAt: null,
    secondChance: null,
    endedAt: null,
    statedZone: 'Europe/Berlin',
    overrides: { attemptsMax: 2, callerId: number },
  });
  expect(next.queue.callback.attemptsMax).toBe(2);
});
