import { z } from 'zod';
import { callbackSchema } from './callback-settings.ts';
import { callbackView } from './callbacks.ts';
import { aField } from './configuration-fields.ts';
import { retryAfterSchema } from './retry-after.ts';
import { route } from './route.ts';
import { aNameOf, e164 } from './values.ts';

/** A wall time without an offset: which zone's wall it hangs on is said beside it. */
const WALL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;
const AT =
  'a wall time such as 2027-03-04T15:00 with its timeZone, or a moment such as 2027-03-04T14:00:00Z';

/** True for a wall time, false for a moment. */
export function isWallTime(at: string): boolean {
  return WALL_TIME.test(at);
}

const MOMENT = z.iso.datetime({ offset: true });

function isTime(at: string): boolean {
  return isWallTime(at)
    ? !Number.isNaN(Date.parse(`${at}Z`)) && isOfCalendar(at)
    : MOMENT.safeParse(at).success;
}

/** JavaScript reads the 30th of February as the 2nd of March. */
function isOfCalendar(wall: string): boolean {
  return new Date(`${wall}Z`).toISOString().startsWith(wall.slice(0, 10));
}

/** What a request may say goes by the limits of what its queue may say. */
const { shape: behaviour } = callbackSchema;

/** One callback that is asked for. */
export const callbackRequest = z
  .strictObject({
    queue: aNameOf.meta({ description: 'The queue that it shall stand in.' }),
    number: e164.meta({ description: 'The number to call.' }),
    at: z
      .string(AT)
      .refine(isTime, AT)
      .optional()
      .meta({
        description: `When: ${AT}. Between one minute and 30 days ahead. Without it: as soon as it is their turn.`,
      }),
    timeZone: aField
      .timeZone(
        'The zone whose wall clock `at` means, such as Europe/Berlin; that of the customer when it is left out.',
      )
      .optional(),
    customerTimeZone: aField
      .timeZone(
        'The zone that the customer says they are in. They are called only while it is day there as well.',
      )
      .optional(),
    attempts: behaviour.attempts.unwrap().optional().meta({
      description: 'How often the customer is tried at most. Without it: as the queue has it.',
    }),
    retryAfter: retryAfterSchema.optional().meta({
      description:
        'The wait after an attempt that did not get through. Without it: as the queue has it.',
    }),
    callerId: aField
      .phone('Shown to the customer. Without it: the number of the queue, then of the route.')
      .optional(),
  })
  .superRefine(({ at, timeZone, customerTimeZone }, context) => {
    if (at === undefined || !isWallTime(at)) return;
    if (timeZone !== undefined || customerTimeZone !== undefined) return;
    context.addIssue({ code: 'custom', path: ['timeZone'], message: 'the zone of the wall time' });
  })
  .meta({ id: 'CallbackRequest', description: 'A callback that is asked for.' });
export type CallbackRequest = z.output<typeof callbackRequest>;

/** What is worth knowing about a request that was done. */
export const requestNote = z.object({
  code: z
    .enum(['carried', 'clock-gap', 'clock-fold', 'open-before', 'same-key'])
    .meta({ description: 'Stable, for programs.' }),
  text: z.string().meta({ description: 'A sentence for people.' }),
});
export type RequestNote = z.output<typeof requestNote>;

/** What came of one request. */
export const requestAnswer = z
  .object({
    callback: callbackView,
    created: z.boolean().meta({
      description: 'False: the number has an open callback in this queue already, which is shown.',
    }),
    notes: z.array(requestNote),
  })
  .meta({ id: 'RequestAnswer', description: 'What came of a request for a callback.' });
export type RequestAnswer = z.output<typeof requestAnswer>;

/** Asks for a callback without being on the phone. */
export const createCallback = route({
  name: 'createCallback',
  method: 'POST',
  path: '/api/v1/callbacks',
  summary: 'Ask for a callback, at a time or as soon as it is their turn',
  tag: 'callbacks',
  headers: z.looseObject({
    'idempotency-key': z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, '1 to 255 visible ASCII characters')
      .optional()
      .meta({
        description:
          'The same key with the same body gives the same callback for 24 hours, however often it is sent.',
      }),
  }),
  body: callbackRequest,
  replies: { 200: requestAnswer, 201: requestAnswer },
  refusals: ['CALLBACK_REQUEST_INVALID', 'IDEMPOTENCY_KEY_REUSED'],
});

/** How many callbacks one file asks for at most: they are begun in one transaction. */
export const IMPORT_LINES_MAX = 1000;

/** Asks for many callbacks at once: all of them, or none. */
export const importCallbacks = route({
  name: 'importCallbacks',
  method: 'POST',
  path: '/api/v1/callbacks/import',
  summary: 'Ask for many callbacks at once: all of them, or none',
  tag: 'callbacks',
  body: z.strictObject({
    callbacks: z
      .array(callbackRequest)
      .min(1, 'at least one callback')
      .max(IMPORT_LINES_MAX, `at most ${IMPORT_LINES_MAX.toString()} callbacks`),
  }),
  replies: {
    200: z.object({
      created: z.int().meta({ description: 'How many callbacks were begun.' }),
      openBefore: z.int().meta({
        description: 'How many numbers had an open callback in their queue, which stays.',
      }),
      notes: z
        .array(requestNote.extend({ index: z.int() }))
        .meta({ description: 'What is worth knowing, by the index of the callback.' }),
    }),
  },
  refusals: ['CALLBACK_REQUEST_INVALID'],
});
