import { z } from 'zod';
import { route } from './route.ts';
import { countOf, moment } from './values.ts';

/** One thing that happened, as a sentence and as a stable kind. */
export const eventView = z
  .object({
    at: moment,
    kind: z.string().meta({ description: 'Stable, for programs, such as `callback.dialing`.' }),
    text: z.string().meta({ description: 'A sentence for people.' }),
    callbackId: z.guid().nullable(),
    queue: z.string().nullable(),
  })
  .meta({ id: 'Event', description: 'Something that happened in the centre.' });
export type EventView = z.output<typeof eventView>;

/** Whether inner steps are told as well. */
const details = z
  .enum(['true', 'false'])
  .default('false')
  .meta({ description: 'Whether to tell the inner steps as well.' });

/** The life of one callback. */
export const tellCallback = route({
  name: 'tellCallback',
  method: 'GET',
  path: '/api/v1/callbacks/:id/story',
  summary: 'Tell the life of a callback, from the first call to the end',
  tag: 'callbacks',
  params: z.object({ id: z.guid('the id of a callback, a UUID') }),
  query: z.strictObject({ details }),
  replies: { 200: z.object({ events: z.array(eventView).meta({ description: 'Oldest first.' }) }) },
  refusals: ['CALLBACK_UNKNOWN'],
});

/** What has happened last. */
export const listEvents = route({
  name: 'listEvents',
  method: 'GET',
  path: '/api/v1/events',
  summary: 'List what has happened last in the centre',
  tag: 'status',
  query: z.strictObject({
    limit: countOf([1, 200]).default(20),
    details,
  }),
  replies: { 200: z.object({ events: z.array(eventView).meta({ description: 'Newest first.' }) }) },
  refusals: [],
});
