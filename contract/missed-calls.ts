import { z } from 'zod';
import { route } from './route.ts';
import { aNameOf, e164, moment, trimmedTextOf } from './values.ts';

/** What is told of a call that nobody answered. */
const missedCall = z
  .strictObject({
    id: trimmedTextOf([1, 200]).meta({
      description:
        'Your own id of the call. Told again, it is answered the same and nothing happens.',
    }),
    number: e164.nullable().meta({ description: 'Who called; null when they withheld it.' }),
    dialled: e164.optional().meta({ description: 'The number of ours that was called.' }),
    queue: aNameOf.optional().meta({
      description: 'The queue, instead of the number that was called.',
    }),
    at: moment.meta({ description: 'When they called; their place in line counts from here.' }),
    why: trimmedTextOf([0, 200]).optional().meta({
      description: 'Why nobody answered, in your words, for the record.',
    }),
  })
  .refine(({ dialled, queue }) => (dialled === undefined) !== (queue === undefined), {
    error: 'either `dialled` or `queue`, and not both',
    path: ['dialled'],
  });

/** What came of a missed call. */
export const missedCallAnswer = z
  .object({
    outcome: z.enum(['followed-up', 'ignored']),
    callbackId: z.string().nullable().meta({
      description: 'The callback that was made, or the one that the number holds already.',
    }),
    reason: z
      .object({
        code: z.string().meta({ description: 'Stable, for programs.' }),
        text: z.string().meta({ description: 'A sentence for people.' }),
      })
      .nullable()
      .meta({ description: 'Why it is ignored; null when it is followed up.' }),
    repeated: z.boolean().meta({ description: 'True when this call was told before.' }),
  })
  .meta({ id: 'MissedCallAnswer', description: 'What came of a missed call.' });
export type MissedCallAnswer = z.output<typeof missedCallAnswer>;

/** Tells of a call that nobody answered. */
export const reportMissedCall = route({
  name: 'reportMissedCall',
  method: 'POST',
  path: '/api/v1/missed-calls',
  summary: 'Tell of a call that nobody answered, to have it followed up as its rule says',
  tag: 'callbacks',
  body: missedCall,
  replies: { 200: missedCallAnswer },
  refusals: ['QUEUE_UNKNOWN'],
});
