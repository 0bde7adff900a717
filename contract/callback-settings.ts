import { z } from 'zod';
import { aFlag, aNumber, aSection, aText } from './configuration-fields.ts';
import { duration, durationRange } from './durations.ts';
import { retryAfterSchema } from './retry-after.ts';

/* How callbacks of a queue behave, as the configuration says it. */

const DAY = 24 * 3600;

/** A duration with its default and its help. */
function aDuration(bounds: readonly [number, number], preset: string, description: string) {
  const [min, max] = bounds;
  return duration(min, max)
    .prefault(preset)
    .meta({ description, errorMessage: durationRange(min, max) });
}

const SOUND = 'the name of a sound file: letters, digits, "_", "-" and "/"';
const aSound = (preset: string, description: string) =>
  aText(/^[A-Za-z0-9_/-]+$/, SOUND)
    .default(preset)
    .meta({ description });

const OPENS = 'a time from "00:00" to "23:59"';
const CLOSES = 'a time from "00:01" to "24:00"';

/** When something opens, on the clock of a time zone. */
export const anOpeningTime = (description: string): z.ZodString =>
  aText(/^(?:[01]\d|2[0-3]):[0-5]\d$/, OPENS).meta({ description });
/** When something closes, on the clock of a time zone. */
export const aClosingTime = (description: string): z.ZodString =>
  aText(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, CLOSES).meta({ description });

const callingHoursSchema = aSection({
  from: anOpeningTime('From when on.').default('08:00'),
  to: aClosingTime('Until when, later than `from`; "24:00" is the end of the day.').default(
    '21:00',
  ),
}).meta({
  description:
    'When customers may be called, on the clock of every zone that they may live in; from "00:00" to "24:00": at any time.',
});

const promptsSchema = aSection({
  offer: aSound('ringback/offer', 'Played to waiting callers: says which key to press.'),
  confirmation: aSound('ringback/confirmation', 'Played once the callback is safely noted.'),
  alert: aSound('ringback/alert', 'Played to the agent before the customer is dialled.'),
  voicemailMessage: aSound(
    'ringback/voicemail-message',
    'Left on the answering machine of the customer with `voicemail: message`.',
  ),
}).meta({ description: 'Sound files by their name on the PBX.' });

const REENTRY = 'front (the original place) or back (a new place from the time of the retry on)';
const VOICEMAIL =
  'retry (try again later), ticket (a ticket at once) or message (leave a message, and a ticket)';

/** The `callback:` of a queue. */
export const callbackSchema = aSection({
  enabled: aFlag(
    true,
    'Off: callers are never offered a callback, pressing 1 does nothing, and no rule of the queue makes callbacks.',
  ),
  preserveSkills: aFlag(
    true,
    'A callback needs the skills that its call needed. Skills are not built yet: until they are, this changes nothing.',
  ),
  preservePriority: aFlag(
    true,
    'A callback has the priority of its call. Off: the priority of its queue. The time of entry is kept in either case.',
  ),
  offerEvery: aDuration([10, 600], 'PT30S', 'How often a waiting caller hears position and offer.'),
  attempts: aNumber(
    [1, 21],
    'How often the customer is tried at most, the first time included.',
  ).default(3),
  retryAfter: retryAfterSchema.prefault({}),
  minimumGap: aDuration(
    [1, DAY],
    'PT1M',
    'The least time from an attempt that counts to the next one to the same number, whatever promise they are for; a shorter `retryAfter` is stretched to it.',
  ),
  reentry: z
    .enum(['front', 'back'], { error: REENTRY })
    .default('front')
    .meta({ description: 'The place in line when a retry is due.', errorMessage: REENTRY }),
  ringCustomer: aDuration(
    [5, 120],
    'PT30S',
    'How long the phone of the customer rings. Below 15 seconds few people reach it in time: allowed for tests, with a warning.',
  ),
  ringAgent: aDuration([5, 120], 'PT20S', 'How long the phone of an agent rings.'),
  successAfter: aDuration(
    [0, 600],
    'PT5S',
    'A shorter conversation counts as unsuccessful and is retried.',
  ),
  voicemail: z.enum(['retry', 'ticket', 'message'], { error: VOICEMAIL }).default('retry').meta({
    description: 'What follows when the agent says that a machine has answered.',
    errorMessage: VOICEMAIL,
  }),
  expiresAfter: aDuration(
    [60, 30 * DAY],
    'PT2H',
    'From entering the line to the first call at the latest, in opening hours; afterwards the attempts decide.',
  ),
  closing: z
    .enum(['carry', 'ticket'], { error: 'carry or ticket' })
    .default('carry')
    .meta({
      description:
        'What becomes of callbacks not yet dialled when the queue closes: `carry` keeps them, with their place, for the ' +
        'next opening; `ticket` ends each with a ticket.',
      errorMessage: 'carry or ticket',
    }),
  callingHours: callingHoursSchema.prefault({}),
  wrapUp: aDuration([0, 600], 'PT30S', 'The time of an agent for notes after a conversation.'),
  prompts: promptsSchema.prefault({}),
}).meta({ description: 'How callbacks of the queue behave.' });
