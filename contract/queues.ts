import { z } from 'zod';
import { route } from './route.ts';

/** A line of customers as it stands now. */
export const queueView = z
  .object({
    name: z.string(),
    number: z.string().nullable(),
    pbx: z.string(),
    waitingCalls: z.int().meta({ description: 'Callers on the phone who talk to nobody yet.' }),
    waitingCallbacks: z.object({
      inLine: z.int().meta({ description: 'Callbacks that an agent may take now.' }),
      parked: z.int().meta({
        description: 'Callbacks that keep their place but cannot be taken now, e.g. until a retry.',
      }),
    }),
    longestWaitSeconds: z.int().nullable().meta({
      description:
        'How long the first in line has waited, on the phone or not; null if nobody does.',
    }),
    agents: z.object({
      serving: z.int().meta({ description: 'Agents of this queue.' }),
      available: z.int().meta({ description: 'Those who can be asked to take someone now.' }),
    }),
  })
  .meta({ id: 'Queue', description: 'A line of customers as it stands now.' });
export type QueueView = z.output<typeof queueView>;

/** All queues by name. */
export const listQueues = route({
  name: 'listQueues',
  method: 'GET',
  path: '/api/v1/queues',
  summary: 'List queues with those who wait and those who serve',
  tag: 'queues',
  replies: { 200: z.object({ items: z.array(queueView) }) },
  refusals: [],
});
