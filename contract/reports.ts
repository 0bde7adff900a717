import { z } from 'zod';
import { route } from './route.ts';
import { aNameOf, moment } from './values.ts';

const metricView = z
  .object({
    name: z.string().meta({ description: 'Stable, for programs.' }),
    value: z.number().nullable().meta({
      description:
        'The share, or the count (always of what must be zero); null while there is nothing to divide by.',
    }),
    numerator: z.number(),
    denominator: z.number().nullable().meta({ description: 'Null for a plain count.' }),
    means: z.string().meta({ description: 'What is divided by what, in words.' }),
  })
  .meta({ id: 'Metric', description: 'One figure with what it is measured against.' });

const percentiles = z.object({ p50: z.number(), p90: z.number(), p99: z.number() });

/** How callbacks have gone in a period. */
export const reportView = z
  .object({
    from: moment,
    to: moment,
    queue: z.string().nullable(),
    metrics: z.array(metricView),
    timeToCallbackSeconds: percentiles.nullable().meta({
      description: 'Gross: from entering the line to the first call; null without any.',
    }),
    netTimeToCallbackSeconds: percentiles.nullable().meta({
      description:
        'Net: from the present place, which a retry may renew, to the last call; null without any.',
    }),
    punctualityMinutes: z.object({ p50: z.number(), p90: z.number() }).nullable().meta({
      description: 'From an agreed time to the first call, early is negative; null without any.',
    }),
  })
  .meta({ id: 'Report', description: 'How callbacks have gone in a period.' });
export type ReportView = z.output<typeof reportView>;

const DAYS_MAX = 366;
const DAY_MS = 86_400_000;
const PERIOD = `a time later than from, by at most ${DAYS_MAX.toString()} days`;

/** Figures over everything that entered a line in a period. */
export const reportCallbacks = route({
  name: 'reportCallbacks',
  method: 'GET',
  path: '/api/v1/reports/callbacks',
  summary: 'Report how callbacks have gone, booked to the time of the first call',
  tag: 'reports',
  query: z
    .strictObject({
      from: moment.meta({ description: 'The first moment of the period.' }),
      to: moment.meta({ description: 'The first moment after the period.' }),
      queue: aNameOf.optional().meta({ description: 'Only this queue.' }),
    })
    .refine(
      ({ from, to }) => {
        const spanMs = Date.parse(to) - Date.parse(from);
        return spanMs > 0 && spanMs <= DAYS_MAX * DAY_MS;
      },
      { path: ['to'], error: PERIOD },
    ),
  replies: { 200: reportView },
  refusals: ['QUEUE_UNKNOWN'],
});
