import { z } from 'zod';
import { route } from './route.ts';
import { aNameOf, by, e164, moment, nextCursor, page, reasonView } from './values.ts';

/** How a callback stands, in the words of the glossary. The last seven end it. */
export const callbackState = z
  .enum([
    'scheduled',
    'waiting',
    'offered',
    'accepted',
    'dialing',
    'holding',
    'connected',
    'wrapping-up',
    'retry-wait',
    'poisoned',
    'completed',
    'exhausted',
    'expired',
    'released',
    'refused',
    'cancelled',
    'superseded',
  ])
  .meta({ description: 'How a callback stands; the last seven end it.' });
export type CallbackState = z.output<typeof callbackState>;

/** How far one try to reach the customer is. */
export const attemptState = z.enum([
  'preparing',
  'dialing',
  'in-doubt',
  'ending',
  'connected',
  'wrapping-up',
  'ended',
]);
export type AttemptState = z.output<typeof attemptState>;

/** How one try to reach the customer ended. */
export const attemptOutcome = z.enum([
  'connected',
  'short',
  'no-answer',
  'busy',
  'rejected',
  'voicemail',
  'invalid-number',
  'abandoned',
  'in-doubt',
  'pbx-lost',
  'congestion',
  'agent-lost',
  'blocked',
]);

/** One try to reach the customer. */
export const attemptView = z
  .object({
    id: z.string(),
    startedAt: moment,
    dialedAt: moment.nullable(),
    answeredAt: moment.nullable(),
    endedAt: moment.nullable(),
    outcome: attemptOutcome.nullable(),
    secondChance: z.boolean().meta({
      description:
        'It re-connects a conversation that the network dropped; it does not count against the maximum.',
    }),
    state: attemptState,
  })
  .meta({ id: 'Attempt', description: 'One try to reach the customer.' });
export type AttemptView = z.output<typeof attemptView>;

/** The promise to call a customer back, as outsiders see it. */
export const callbackView = z
  .object({
    id: z.string(),
    interactionId: z.string(),
    queue: z.string(),
    number: e164,
    state: callbackState,
    origin: z.string().meta({ description: 'How it came to be, such as `queue-offer`.' }),
    strategy: z.enum(['agent-first', 'customer-first']),
    requestedAt: moment,
    chosenTime: z
      .object({
        at: moment,
        wallTime: z.string().nullable().meta({
          description: 'As it was said, without an offset; null when a moment was said.',
        }),
        timeZone: z.string().nullable().meta({ description: 'The zone of that wall time.' }),
      })
      .nullable()
      .meta({ description: 'The time that was agreed with the customer.' }),
    customerTimeZone: z.string().nullable().meta({
      description: 'The zone that the customer said they are in.',
    }),
    firstEnteredAt: moment.meta({ description: 'When the customer came.' }),
    enteredAt: moment.meta({
      description:
        'Since when the place in line counts: when the customer came, or the last retry of a queue whose callbacks go to the back.',
    }),
    grossWaitSeconds: z.int().min(0).meta({
      description:
        'From the coming of the customer until they talk with an agent, the end, or now.',
    }),
    netWaitSeconds: z.int().min(0).meta({ description: 'The same from the present place on.' }),
    position: z.int().min(1).nullable().meta({
      description: 'The place in line, 1 is next; null unless the callback waits.',
    }),
    dueAt: moment.nullable().meta({
      description: 'When it comes back to the line at the latest; null while it is in line.',
    }),
    attempts: z.array(attemptView).meta({ description: 'Oldest first.' }),
    attemptsUsed: z.int().meta({ description: 'Attempts that count against the maximum.' }),
    attemptsMax: z.int(),
    ticket: z
      .object({ id: z.string(), reason: z.string() })
      .nullable()
      .meta({ description: 'The record for a human, when it ended without a conversation.' }),
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Callback', description: 'The promise to call a customer back.' });
export type CallbackView = z.output<typeof callbackView>;

/** Why a callback stands where it stands. */
export const explanationView = z
  .object({
    state: callbackState,
    reasons: z.array(reasonView),
    agents: z
      .array(
        z.object({
          name: z.string(),
          mayBeAsked: z.boolean().meta({ description: 'True for who is asked or could be.' }),
          reasons: z.array(reasonView),
        }),
      )
      .meta({
        description: 'The agents of its line, at most 50: who is asked, and why others are not.',
      }),
  })
  .meta({ id: 'Explanation', description: 'Why a callback stands where it stands.' });

const params = z.object({ id: z.guid('the id of a callback, a UUID') });

/** Callbacks, newest first. */
export const listCallbacks = route({
  name: 'listCallbacks',
  method: 'GET',
  path: '/api/v1/callbacks',
  summary: 'List callbacks, newest first',
  tag: 'callbacks',
  query: z.strictObject({
    ...page,
    state: z
      .union([callbackState.transform((state) => [state]), z.array(callbackState)], {
        error: `one of ${callbackState.options.join(', ')}`,
      })
      .optional()
      .meta({ description: 'Only these states; may be given several times.' }),
    queue: aNameOf.optional().meta({ description: 'Only this queue.' }),
    number: e164.optional().meta({ description: 'Only this customer; write + as %2B.' }),
  }),
  replies: { 200: z.object({ items: z.array(callbackView), nextCursor }) },
  refusals: ['QUEUE_UNKNOWN'],
});

/** One callback. */
export const showCallback = route({
  name: 'showCallback',
  method: 'GET',
  path: '/api/v1/callbacks/:id',
  summary: 'Show one callback with its attempts',
  tag: 'callbacks',
  params,
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN'],
});

/** Why a callback is not dialled yet and when that may change. */
export const explainCallback = route({
  name: 'explainCallback',
  method: 'GET',
  path: '/api/v1/callbacks/:id/explain',
  summary: 'Explain why a callback stands where it stands',
  tag: 'callbacks',
  params,
  replies: { 200: explanationView },
  refusals: ['CALLBACK_UNKNOWN'],
});

/** Ends a callback that is not being dialled yet. */
export const cancelCallback = route({
  name: 'cancelCallback',
  method: 'POST',
  path: '/api/v1/callbacks/:id/cancel',
  summary: 'Cancel a callback whose customer is not being called yet',
  tag: 'callbacks',
  params,
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN', 'CALLBACK_ENDED', 'CALLBACK_PAST_RECALL'],
});

/** Lets a callback go on that was set aside because handling it failed again and again. */
export const resumeCallback = route({
  name: 'resumeCallback',
  method: 'POST',
  path: '/api/v1/callbacks/:id/resume',
  summary: 'Let a callback that was set aside go on, at the place it had; its ticket is closed',
  tag: 'callbacks',
  params,
  body: z.strictObject({ by }),
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN', 'CALLBACK_NOT_SET_ASIDE', 'CALLBACK_NOT_RESUMABLE'],
});

/** Ends a callback that was set aside. */
export const closeCallback = route({
  name: 'closeCallback',
  method: 'POST',
  path: '/api/v1/callbacks/:id/close',
  summary: 'End a callback that was set aside, and close its ticket',
  tag: 'callbacks',
  params,
  body: z.strictObject({ by }),
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN', 'CALLBACK_NOT_SET_ASIDE'],
});

/** Puts a callback before all others in its line. */
export const callNext = route({
  name: 'callNext',
  method: 'POST',
  path: '/api/v1/callbacks/:id/next',
  summary: 'Call this callback next: before all others in its line',
  tag: 'callbacks',
  params,
  body: z.strictObject({ by }),
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN', 'CALLBACK_ENDED', 'CALLBACK_NOT_IN_LINE'],
});

/** What an agent may note about a conversation; everything else the phone tells by itself. */
export const notedOutcome = z.enum(['connected', 'voicemail']);
export type NotedOutcome = z.output<typeof notedOutcome>;

/** Says how a conversation really went; overrides its duration. */
export const noteOutcome = route({
  name: 'noteOutcome',
  method: 'POST',
  path: '/api/v1/callbacks/:id/outcome',
  summary: 'Note how the current or just finished conversation really went',
  tag: 'callbacks',
  params,
  body: z.strictObject({ outcome: notedOutcome }),
  replies: { 200: callbackView },
  refusals: ['CALLBACK_UNKNOWN', 'CALLBACK_ENDED', 'CALLBACK_NOT_IN_CONVERSATION'],
});
