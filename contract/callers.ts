import { z } from 'zod';
import { route } from './route.ts';
import { reasonView } from './values.ts';

/** Whether a caller is offered a callback, and why. */
export const callerExplanationView = z
  .object({
    interactionId: z.string(),
    offered: z.boolean().meta({ description: 'Whether pressing 1 makes a callback now.' }),
    reasons: z.array(reasonView),
  })
  .meta({
    id: 'CallerExplanation',
    description: 'Whether a caller is offered a callback, and why.',
  });

/** Why a caller is offered a callback, or is not. */
export const explainCaller = route({
  name: 'explainCaller',
  method: 'GET',
  path: '/api/v1/callers/:caller/explain',
  summary: 'Explain why a caller is offered a callback, or is not',
  tag: 'callers',
  params: z.object({
    caller: z
      .union([z.guid(), z.string().regex(/^\+[1-9]\d{6,14}$/)], {
        error: 'the id of an interaction, a UUID, or the number of a caller such as +12025550123',
      })
      .meta({
        description: 'The id of an interaction, or the number of somebody who is on the phone.',
      }),
  }),
  replies: { 200: callerExplanationView },
  refusals: ['INTERACTION_UNKNOWN'],
});
