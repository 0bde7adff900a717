import { z } from 'zod';
import { route } from './route.ts';
import { nameParams } from './values.ts';

/** One thing that the PBX must have, and what to add where it lacks it. */
export const findingView = z
  .object({
    what: z.string().meta({ description: 'What was looked at.' }),
    ok: z.boolean(),
    problem: z.string().nullable().meta({ description: 'What is missing, in words.' }),
    remedy: z
      .array(
        z.object({
          file: z.string().meta({ description: 'A file on the PBX.' }),
          lines: z.array(z.string()).meta({ description: 'The lines to add to it.' }),
        }),
      )
      .meta({ description: 'What helps; empty when nothing is missing.' }),
  })
  .meta({ id: 'Finding', description: 'One thing that the PBX must have.' });
export type FindingView = z.output<typeof findingView>;

/** Looks at a PBX and says what is missing on its side. Changes nothing there. */
export const checkPbx = route({
  name: 'checkPbx',
  method: 'POST',
  path: '/api/v1/pbxs/:name/check',
  summary: 'Look at a PBX and say what is missing on its side',
  tag: 'pbxs',
  params: nameParams,
  replies: { 200: z.object({ pbx: z.string(), findings: z.array(findingView) }) },
  refusals: ['PBX_UNKNOWN'],
});
