import { z } from 'zod';
import { aSection } from './configuration-fields.ts';
import { duration, durationRange } from './durations.ts';

/* How long to wait before a customer is tried again: one duration for everything, or one for each outcome. */

const BOUNDS = [1, 86_400] as const;
const RANGE = durationRange(...BOUNDS);

function aDelay(preset: string, description: string) {
  return duration(...BOUNDS)
    .prefault(preset)
    .meta({ description, errorMessage: RANGE });
}

const delaysSchema = aSection({
  'no-answer': aDelay('PT10M', 'Nobody picked up, or the phone was switched off.'),
  busy: aDelay(
    'PT5M',
    'The line was busy; it frees itself sooner than an absent person comes back.',
  ),
  rejected: aDelay('PT10M', 'The customer declined the call.'),
  voicemail: aDelay('PT10M', 'A machine answered, with `voicemail: retry`.'),
  abandoned: aDelay('PT10M', 'The customer picked up and was gone before the agent was there.'),
  short: aDelay('PT10M', 'They talked for less than `successAfter`.'),
}).meta({ description: 'The wait after an attempt, by how it ended.' });

type Delays = z.output<typeof delaysSchema>;

/** What `retryAfter` allows, in words. */
const ALLOWED = `${RANGE}, or a group with one duration for each of ${Object.keys(delaysSchema.shape).join(', ')}`;

/** Takes one duration for all outcomes or a group of them; is a group inside, and is shown as one. */
export const retryAfterSchema = z
  .codec(
    z.union([duration(...BOUNDS), delaysSchema], { error: ALLOWED }),
    z.object({
      'no-answer': z.number(),
      busy: z.number(),
      rejected: z.number(),
      voicemail: z.number(),
      abandoned: z.number(),
      short: z.number(),
    }),
    {
      decode: (value): Delays => (typeof value === 'number' ? sameAfterAll(value) : value),
      encode: (delays) => delays,
    },
  )
  .meta({
    description: 'The wait after an attempt that did not get through, up to one day.',
    errorMessage: ALLOWED,
  });

function sameAfterAll(seconds: number): Delays {
  return {
    'no-answer': seconds,
    busy: seconds,
    rejected: seconds,
    voicemail: seconds,
    abandoned: seconds,
    short: seconds,
  };
}
