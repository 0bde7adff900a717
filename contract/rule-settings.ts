import { z } from 'zod';
import { callbackSchema } from './callback-settings.ts';
import { aField, aFlag, aName, aSection, aWord } from './configuration-fields.ts';
import { duration, durationRange } from './durations.ts';
import { retryAfterSchema } from './retry-after.ts';

/* Rules and profiles, as the configuration says them. */

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Fields without their defaults: what is left out is said elsewhere. */
function optionalFields<Shape extends Readonly<Record<string, WithDefault>>>(
  shape: Shape,
): { [Field in keyof Shape]: z.ZodOptional<ReturnType<Shape[Field]['unwrap']>> } {
  const fields = Object.entries(shape).map(([field, schema]) => {
    const help = schema.meta();
    const bare = schema.unwrap().optional();
    return [field, help === undefined ? bare : bare.meta(help)];
  });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- each field was made optional one by one, under its own name
  return Object.fromEntries(fields) as ReturnType<typeof optionalFields<Shape>>;
}
type WithDefault = z.ZodDefault<z.ZodType> | z.ZodPrefault<z.ZodType>;

const callerId = aField
  .phone('Shown to the customer instead of the number that they dialled. Never that of an agent.')
  .optional();

/** Everything that belongs to one callback, and not to its queue as a whole, can be said by a profile as well. */
const { shape: behaviour } = callbackSchema.omit({
  enabled: true,
  preserveSkills: true,
  preservePriority: true,
  offerEvery: true,
  callingHours: true,
  prompts: true,
});

/** Values that rules have in common. */
export const profileSchema = aSection({
  name: aName('The name of the profile; unique.'),
  ...optionalFields(behaviour),
  callerId,
}).meta({
  description:
    'Values that rules have in common. What a profile leaves out is as the queue has it.',
});

/** What a rule makes callbacks of. */
export const RULE_TYPES = ['queue-callback', 'abandoned', 'missed'] as const;
const RULE_TYPE = `one of ${RULE_TYPES.join(', ')}`;
const ruleType = z.enum(RULE_TYPES, { error: RULE_TYPE });
const SOURCE = 'the name of a queue of this file, or a number of it within quotes';

/** When callbacks are offered or arise by themselves. */
export const ruleSchema = aSection({
  name: aName('The name of the rule; unique.'),
  type: ruleType.meta({
    description:
      'What it makes callbacks of: `queue-callback` callers who press 1, `abandoned` callers who hang up before anyone answers, `missed` calls that another system tells of.',
    errorMessage: RULE_TYPE,
  }),
  source: aWord(SOURCE).meta({
    description:
      'The queue or the number that it watches. The rule of a number goes before that of its queue.',
  }),
  enabled: aFlag(true, 'Off: the rule does nothing, and no other rule takes its place.'),
  delay: duration(0, DAY)
    .optional()
    .meta({
      description:
        'A callback is not dialled earlier than this after it arose; its place is kept. Without it: PT1M for abandoned and missed, PT0S for queue-callback.',
      errorMessage: durationRange(0, DAY),
    }),
  attempts: behaviour.attempts.unwrap().optional().meta({
    description:
      'How often the customer is tried at most. Without it: as the profile says, then 1 for abandoned and missed, and as the queue says for queue-callback.',
  }),
  retryAfter: retryAfterSchema.optional(),
  callerId,
  profile: aWord('the name of a profile of this file')
    .optional()
    .meta({ description: 'Where what the rule leaves out is looked for first.' }),
  minimumWait: duration(0, HOUR)
    .optional()
    .meta({
      description:
        'Callers who hung up sooner are not called back. Only for abandoned; without it: PT0S.',
      errorMessage: durationRange(0, HOUR),
    }),
  lookBack: duration(60, 30 * DAY)
    .optional()
    .meta({
      description:
        'Calls that came in longer ago are not followed up. Only for abandoned and missed; without it: PT2H.',
      errorMessage: durationRange(60, 30 * DAY),
    }),
}).meta({ description: 'When callbacks are offered or arise by themselves.' });
