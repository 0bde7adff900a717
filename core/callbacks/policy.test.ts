import { describe, expect, test } from 'vitest';
import type { LegEnding } from '../calls/endings.ts';
import { phoneNumber } from '../numbers/number.ts';
import { CALLBACK_DEFAULTS } from '../queues/settings.ts';
import {
  type AfterAttempt,
  afterAttempt,
  callerIdFor,
  conversationOutcome,
  offerEndOf,
  outcomeOf,
  retryDelaySeconds,
} from './policy.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type OfferEnd } from './states.ts';

/** Every way a leg can end: what it means for a customer who never answered, and for an agent who had not accepted. */
const ENDINGS: readonly (readonly [LegEnding, AttemptOutcome, OfferEnd])[] = [
  ['no-answer', 'no-answer', 'rang-out'],
  ['busy', 'busy', 'declined'],
  ['rejected', 'rejected', 'declined'],
  ['hung-up', 'abandoned', 'declined'],
  ['dropped', 'abandoned', 'agent-lost'],
  ['forwarded', 'no-answer', 'declined'],
  ['cancelled', 'agent-lost', 'withdrawn'],
  ['unreachable', 'no-answer', 'agent-lost'],
  ['invalid-number', 'invalid-number', 'agent-lost'],
  ['congestion', 'congestion', 'agent-lost'],
  ['pbx-lost', 'pbx-lost', 'agent-lost'],
  ['vanished', 'in-doubt', 'agent-lost'],
];

describe('how a leg ended', () => {
  test.each(ENDINGS)('%s means %s to a customer and %s to an agent', (ending, outcome, end) => {
    expect([outcomeOf(ending), offerEndOf(ending)]).toEqual([outcome, end]);
  });
});

/** Every outcome: what follows from the first of two attempts, from the last, and after how many seconds. */
const OUTCOMES: readonly (readonly [AttemptOutcome, AfterAttempt, AfterAttempt, number])[] = [
  ['connected', 'complete', 'complete', 60],
  ['short', 'retry-later', 'give-up', 600],
  ['no-answer', 'retry-later', 'give-up', 600],
  ['busy', 'retry-later', 'give-up', 300],
  ['rejected', 'retry-later', 'give-up', 600],
  ['voicemail', 'retry-later', 'give-up', 600],
  ['invalid-number', 'give-up', 'give-up', 60],
  ['abandoned', 'retry-later', 'give-up', 600],
  ['in-doubt', 'retry-later', 'give-up', 60],
  ['pbx-lost', 'retry-later', 'give-up', 60],
  ['congestion', 'back-to-line', 'back-to-line', 60],
  ['agent-lost', 'back-to-line', 'back-to-line', 60],
  ['blocked', 'back-to-line', 'back-to-line', 60],
];

describe('what follows from an attempt', () => {
  const settings = { ...CALLBACK_DEFAULTS, attemptsMax: 2 };

  test.each(OUTCOMES)('%s: %s, at last %s, after %d s', (outcome, first, last, seconds) => {
    expect(afterAttempt(outcome, 1, settings)).toBe(first);
    expect(afterAttempt(outcome, 2, settings)).toBe(last);
    expect(retryDelaySeconds(outcome, settings)).toBe(seconds);
  });

  test('no outcome is left out here', () => {
    expect(OUTCOMES.map(([outcome]) => outcome)).toEqual(Object.keys(ATTEMPT_OUTCOMES));
  });

  test('a queue that allows one attempt gives up after the first, and one that was made stricter gives up as well', () => {
    expect(afterAttempt('busy', 1, { ...settings, attemptsMax: 1 })).toBe('give-up');
    expect(afterAttempt('busy', 5, settings)).toBe('give-up');
  });
});

describe('what a conversation comes to', () => {
  test.each([
    [0, 'short'],
    [4.999, 'short'],
    [5, 'connected'],
    [3600, 'connected'],
  ])('%d s are %s when success begins at 5 s', (seconds, outcome) => {
    expect(conversationOutcome(seconds, null, CALLBACK_DEFAULTS)).toBe(outcome);
  });

  test('the word of the agent counts more than the clock, both ways', () => {
    expect(conversationOutcome(1, 'connected', CALLBACK_DEFAULTS)).toBe('connected');
    expect(conversationOutcome(60, 'voicemail', CALLBACK_DEFAULTS)).toBe('voicemail');
  });
});

describe('the number that a customer sees', () => {
  const [chosen, dialled, queue, route] = [
    '+12025550130',
    '+12025550120',
    '+12025550110',
    '+12025550199',
  ].map(phoneNumber);

  test.each([
    [chosen, dialled, queue, route, '+12025550130'],
    [null, dialled, queue, route, '+12025550120'],
    [null, null, queue, route, '+12025550110'],
    [null, null, null, route, '+12025550199'],
    [chosen, null, null, null, '+12025550130'],
    [null, dialled, null, null, '+12025550120'],
    [null, null, null, null, ''],
  ])('of chosen %s, dialled %s, queue %s and route %s it is "%s"', (...numbers) => {
    const [ofRule, ofCall, ofQueue, ofRoute, shown] = numbers;
    const choices = {
      chosen: ofRule ?? null,
      dialled: ofCall ?? null,
      queue: ofQueue ?? null,
      route: ofRoute ?? null,
    };
    expect(callerIdFor(choices)).toBe(shown);
  });
});
