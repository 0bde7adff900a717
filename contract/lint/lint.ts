import type { Configuration } from '../configuration.ts';
import { CENTRE_RULES } from './centre-rules.ts';
import { type Finding, type LintRule, SEVERITIES } from './finding.ts';
import { ORIGIN_RULES } from './origin-rules.ts';
import { QUEUE_RULES } from './queue-rules.ts';
import { RUNNING_RULES } from './running-rules.ts';

/** Everything that the linter looks for; docs/reference/lint.md lists it and is compared by a test. */
export const LINT_RULES: readonly LintRule[] = [
  ...CENTRE_RULES,
  ...QUEUE_RULES,
  ...ORIGIN_RULES,
  ...RUNNING_RULES,
];

/** More would help nobody. */
export const FINDINGS_MAX = 200;

/** What is allowed in this configuration and could be better: the worst first, the first two hundred. */
export function lint(configuration: Configuration): readonly Finding[] {
  const findings = LINT_RULES.flatMap(({ look, number, severity, why, better }) =>
    look(configuration).map((spot) => ({ ...spot, rule: number, severity, why, better })),
  );
  return findings
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .slice(0, FINDINGS_MAX);
}
