import { z } from 'zod';
import { route } from './route.ts';
import { RULE_TYPES } from './rule-settings.ts';
import { aNameOf } from './values.ts';

/** A rule with what it comes to for its queue. */
export const ruleView = z
  .object({
    name: z.string(),
    type: z.enum(RULE_TYPES),
    queue: z.string(),
    number: z.string().nullable().meta({
      description: 'The number that it watches; null when it watches the whole queue.',
    }),
    own: z.boolean().meta({
      description: 'True for the rule that the `callback:` settings of the queue make.',
    }),
    inForce: z.boolean(),
    switchedOff: z.array(z.enum(['rule', 'queue', 'number'])).meta({
      description: 'Whose switch speaks against it.',
    }),
    profile: z.string().nullable(),
    delay: z.string().meta({ description: 'ISO 8601.' }),
    minimumWait: z.string().nullable().meta({ description: 'ISO 8601; only for abandoned.' }),
    lookBack: z.string().nullable().meta({
      description: 'ISO 8601; only for abandoned and missed.',
    }),
    values: z
      .array(
        z.object({
          setting: z.string(),
          value: z.string(),
          from: z.enum(['rule', 'profile', 'type', 'queue']).meta({
            description: 'Who says it; `type`: what this type of rule brings along.',
          }),
        }),
      )
      .meta({ description: 'What holds for its callbacks, in the words of the configuration.' }),
  })
  .meta({ id: 'Rule', description: 'A rule with what it comes to for its queue.' });
export type RuleView = z.output<typeof ruleView>;

/** Which rules there are, and what they come to. */
export const listRules = route({
  name: 'listRules',
  method: 'GET',
  path: '/api/v1/rules',
  summary: 'List the rules of all queues, or of one, with what they come to',
  tag: 'configuration',
  query: z.strictObject({
    queue: aNameOf.optional().meta({ description: 'Only this queue.' }),
  }),
  replies: { 200: z.object({ items: z.array(ruleView) }) },
  refusals: ['QUEUE_UNKNOWN'],
});
