import { z } from 'zod';
import { configurationWarning } from './configuration-problems.ts';
import { describedConfiguration } from './configuration-schema.ts';
import { route } from './route.ts';

/**
 * The configuration on the wire. It is described here and checked by `readConfiguration`, which alone knows how to tell
 * each mistake with what was found and what is allowed.
 */
export const configurationDocument = z.unknown().meta(describedConfiguration());

/** One thing that is created, changed or removed. */
export const configurationChange = z
  .object({
    kind: z.enum([
      'tenant',
      'pbx',
      'route',
      'hours',
      'queue',
      'agent',
      'number',
      'number-policy',
      'profile',
      'rule',
    ]),
    name: z.string().meta({ description: 'A route is named pbx/route.' }),
    change: z.enum(['created', 'changed', 'removed']),
    fields: z
      .array(z.object({ field: z.string(), from: z.string(), to: z.string() }))
      .meta({ description: 'What becomes different, in words; empty unless changed.' }),
  })
  .meta({ id: 'ConfigurationChange', description: 'One thing that an apply changes.' });
export type ConfigurationChange = z.output<typeof configurationChange>;

/** What applying came to. */
export const configurationApplied = z
  .object({
    applied: z.boolean().meta({ description: 'False after a dry run.' }),
    changes: z.array(configurationChange),
    warnings: z.array(configurationWarning),
  })
  .meta({ id: 'ConfigurationApplied', description: 'What applying a configuration came to.' });
export type ConfigurationApplied = z.output<typeof configurationApplied>;

/** Everything that is set up, as a document that `applyConfiguration` accepts and that changes nothing. */
export const exportConfiguration = route({
  name: 'exportConfiguration',
  method: 'GET',
  path: '/api/v1/configuration',
  summary: 'Give everything that is set up',
  tag: 'configuration',
  replies: { 200: configurationDocument },
  refusals: [],
});

/** Makes what is set up equal to a document, as a whole or not at all. */
export const applyConfiguration = route({
  name: 'applyConfiguration',
  method: 'PUT',
  path: '/api/v1/configuration',
  summary: 'Make what is set up equal to a document, as a whole or not at all',
  tag: 'configuration',
  query: z.object({
    dryRun: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: 'Tell what would change, and change nothing.' }),
  }),
  body: configurationDocument,
  replies: { 200: configurationApplied },
  refusals: ['CONFIGURATION_INVALID'],
});
