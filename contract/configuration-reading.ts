import { type Configuration, configurationSchema } from './configuration.ts';
import {
  type ConfigurationProblem,
  type ConfigurationWarning,
  pathText,
  problemsOf,
} from './configuration-problems.ts';
import { referenceProblems } from './configuration-references.ts';
import { lint } from './lint/lint.ts';

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

/** What the linter finds, but for what is merely advice. */
function warningsOf(configuration: Configuration): readonly ConfigurationWarning[] {
  return lint(configuration)
    .filter(({ severity }) => severity !== 'advice')
    .map(({ path, found }) => ({ path: pathText(path), message: found }));
}
