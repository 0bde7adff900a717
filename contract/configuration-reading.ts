import { type Configuration, configurationSchema } from './configuration.ts';
import {
  type ConfigurationPath,
  type ConfigurationProblem,
  type ConfigurationWarning,
  pathText,
  problemsOf,
} from './configuration-problems.ts';
import { referenceProblems } from './configuration-references.ts';
import { ruleWarnings } from './rule-checks.ts';

/** What a document comes to. */
export type ConfigurationReading =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      readonly warnings: readonly ConfigurationWarning[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/**
 * Checks a document and fills in the defaults. First every field by itself; when all are right, what they refer to.
 * Used by the server and by the command line, so both say the same.
 */
export function readConfiguration(document: unknown): ConfigurationReading {
  const parsed = configurationSchema.safeParse(document);
  if (!parsed.success) return { ok: false, problems: problemsOf(document, parsed.error.issues) };
  const problems = referenceProblems(parsed.data);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, configuration: parsed.data, warnings: warningsOf(parsed.data) };
}

/** A phone in a pocket is seldom answered faster than this; it fits tests only. */
const RINGS_BRIEFLY_SECONDS = 15;

function warningsOf(configuration: Configuration): readonly ConfigurationWarning[] {
  const served = new Set(configuration.agents.flatMap(({ queues }) => queues));
  const ofQueues = configuration.queues.flatMap(({ name, callback }, at) => [
    ...(callback.ringCustomer < RINGS_BRIEFLY_SECONDS
      ? [
          warning(
            ['queues', at, 'callback', 'ringCustomer'],
            'rings customers for less than 15 seconds: few reach their phone in time',
          ),
        ]
      : []),
    ...(served.has(name)
      ? []
      : [warning(['queues', at, 'name'], `no agent serves ${name}: its callers only wait`)]),
  ]);
  return [...ofQueues, ...ruleWarnings(configuration)];
}

function warning(path: ConfigurationPath, message: string): ConfigurationWarning {
  return { path: pathText(path), message };
}
