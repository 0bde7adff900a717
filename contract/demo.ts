import { z } from 'zod';
import { route } from './route.ts';
import { aNameOf } from './values.ts';

/** The longest that a caller can be told to wait before doing something, in seconds. */
const SECONDS_MAX = 3600;

const WAIT = `0 to ${SECONDS_MAX.toString()} seconds`;
const wait = z.number(WAIT).min(0, WAIT).max(SECONDS_MAX, WAIT);

/** What the caller's phone does when it is called back. */
export const whenCalled = z.enum(['answers', 'busy', 'no-answer', 'rejects', 'voicemail']);
export type WhenCalled = z.output<typeof whenCalled>;

/** Puts the practice centre back to its beginning. */
export const resetDemo = route({
  name: 'resetDemo',
  method: 'POST',
  path: '/api/v1/demo/reset',
  summary: 'Put the practice centre back to its beginning, or bring it back',
  tag: 'demo',
  replies: { 200: z.object({ queues: z.array(z.string()), agents: z.int() }) },
  refusals: ['DEMO_ABSENT'],
});

/** Removes the practice centre with its whole history; nothing else is touched. */
export const removeDemo = route({
  name: 'removeDemo',
  method: 'DELETE',
  path: '/api/v1/demo',
  summary: 'Remove the practice centre with its history; nothing else is touched',
  tag: 'demo',
  replies: { 200: z.object({ removed: z.literal(true) }) },
  refusals: ['DEMO_ABSENT'],
});

/** Sends one caller to a queue of the practice centre. */
export const sendCaller = route({
  name: 'sendCaller',
  method: 'POST',
  path: '/api/v1/demo/callers',
  summary: 'Send one caller to a queue of the practice centre',
  tag: 'demo',
  body: z.strictObject({
    queue: aNameOf,
    presses: z
      .string('a digit, * or #')
      .regex(/^[0-9*#]$/, 'a digit, * or #')
      .nullable()
      .default('1')
      .meta({ description: 'Null: they press nothing and wait to be served.' }),
    afterSeconds: wait.nullable().default(null).meta({
      description: 'How long after they got through; null: as soon as they hear the offer.',
    }),
    hangsUpAfterSeconds: wait.nullable().default(null).meta({
      description: 'How long after they got through; null: they stay.',
    }),
    whenCalled: whenCalled.default('answers').meta({
      description: 'What their phone does when it is called back.',
    }),
  }),
  replies: { 200: z.object({ number: z.string(), interactionId: z.guid() }) },
  refusals: ['DEMO_ABSENT', 'QUEUE_UNKNOWN', 'NOT_READY'],
});

/** What has become of a caller of the practice centre. */
export const callerView = z
  .object({
    state: z
      .enum(['waiting', 'offered', 'connected', 'wrapping-up', 'callback', 'ended'])
      .meta({ description: 'Where their call stands; `callback`: they were promised one.' }),
    ending: z.string().nullable(),
    callbackId: z.guid().nullable(),
  })
  .meta({ id: 'Caller', description: 'What has become of a caller of the practice centre.' });
export type CallerView = z.output<typeof callerView>;

/** What has become of a caller of the practice centre. */
export const showCaller = route({
  name: 'showCaller',
  method: 'GET',
  path: '/api/v1/demo/callers/:id',
  summary: 'Tell what has become of a caller of the practice centre',
  tag: 'demo',
  params: z.object({ id: z.guid('the id of an interaction, a UUID') }),
  replies: { 200: callerView },
  refusals: ['DEMO_ABSENT', 'CALLER_UNKNOWN'],
});
