import { z } from 'zod';
import { route } from './route.ts';
import { aNameOf, by, countOf, moment, trimmedTextOf } from './values.ts';

/** What a stop switch holds back; calls that are up go on in both cases. */
export const stoppable = z.enum(['requests', 'dialling']).meta({
  description:
    '`requests`: no callback is offered or taken. `dialling`: no customer is called, and no promise lapses meanwhile.',
});

/** What was stopped, by whom and why, and how that ended. */
export const stopView = z
  .object({
    what: stoppable,
    kind: z.enum(['queue', 'pbx', 'all']),
    scope: z.string().meta({ description: 'The name of the queue or PBX, or `everything`.' }),
    stoppedAt: moment,
    stoppedBy: z.string(),
    reason: z.string(),
    resumedAt: moment.nullable().meta({ description: 'Null while it holds.' }),
    resumedBy: z.string().nullable(),
    resumeReason: z.string().nullable(),
  })
  .meta({ id: 'Stop', description: 'What a supervisor has stopped.' });
export type StopView = z.output<typeof stopView>;

/** Which switch is turned, by whom and why. */
const word = z.strictObject({
  what: stoppable,
  scope: z
    .union(
      [
        z.strictObject({ queue: aNameOf }),
        z.strictObject({ pbx: aNameOf }),
        z.strictObject({ all: z.literal(true) }),
      ],
      'one of queue and pbx with a name of 1 to 64 characters, or all: true',
    )
    .meta({ description: 'A queue, a PBX, or everything.' }),
  by,
  reason: trimmedTextOf([1, 500]).meta({ description: 'Why, for the record.' }),
});

/** What is stopped, and what was. */
export const listStops = route({
  name: 'listStops',
  method: 'GET',
  path: '/api/v1/stops',
  summary: 'List what is stopped now, or with history=true all that ever was, newest first',
  tag: 'stops',
  query: z.strictObject({
    history: z.enum(['true', 'false']).default('false'),
    limit: countOf([1, 1000]).default(100),
  }),
  replies: { 200: z.object({ items: z.array(stopView) }) },
  refusals: [],
});

/** Stops requests or dialling. */
export const stop = route({
  name: 'stop',
  method: 'POST',
  path: '/api/v1/stops',
  summary: 'Stop requests or dialling for a queue, a PBX or everything; calls that are up go on',
  tag: 'stops',
  body: word,
  replies: { 200: z.object({ items: z.array(stopView) }) },
  refusals: ['QUEUE_UNKNOWN', 'PBX_UNKNOWN', 'ALREADY_STOPPED'],
});

/** Lets them go on. */
export const resume = route({
  name: 'resume',
  method: 'POST',
  path: '/api/v1/stops/resume',
  summary: 'Resume what one switch has stopped',
  tag: 'stops',
  body: word,
  replies: { 200: z.object({ items: z.array(stopView) }) },
  refusals: ['QUEUE_UNKNOWN', 'PBX_UNKNOWN', 'NOT_STOPPED'],
});
