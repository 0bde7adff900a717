import type { Configuration } from './configuration.ts';
import { unknownName } from './configuration-names.ts';
import { type ConfigurationProblem, shown } from './configuration-problems.ts';
import { formatDuration } from './durations.ts';

/* What no single field of a rule can tell. */

type RuleConfiguration = Configuration['rules'][number];
type Problems = readonly ConfigurationProblem[];

/** Sources and profiles that lead nowhere, two rules for the same, and settings of another type of rule. */
export function ruleProblems({ queues, numbers, profiles, rules }: Configuration): Problems {
  const sources = [...queues.map(({ name }) => name), ...numbers.map(({ number }) => number)];
  const known = profiles.map(({ name }) => name);
  return [
    ...rules.flatMap((rule, at) => [
      ...unknownName(rule.source, sources, ['rules', at, 'source']),
      ...(rule.profile === undefined
        ? []
        : unknownName(rule.profile, known, ['rules', at, 'profile'])),
      ...foreignSettings(rule, at),
    ]),
    ...sameTwice(rules),
  ];
}

function foreignSettings(rule: RuleConfiguration, at: number): Problems {
  const { type, minimumWait, lookBack } = rule;
  const foreign = (field: 'minimumWait' | 'lookBack', found: number, types: string) => ({
    path: ['rules', at, field],
    found: `${formatDuration(found)} in a rule of type ${type}`,
    allowed: `only in rules of type ${types}`,
  });
  return [
    ...(minimumWait === undefined || type === 'abandoned'
      ? []
      : [foreign('minimumWait', minimumWait, 'abandoned')]),
    ...(lookBack === undefined || type !== 'queue-callback'
      ? []
      : [foreign('lookBack', lookBack, 'abandoned or missed')]),
  ];
}

/** Nobody could tell which of two rules counts. */
function sameTwice(rules: readonly RuleConfiguration[]): Problems {
  const first = new Map<string, string>();
  return rules.flatMap(({ name, type, source }, at) => {
    const before = first.get(`${type} ${source}`);
    first.set(`${type} ${source}`, before ?? name);
    if (before === undefined) return [];
    const found = `${shown(source)}, which rule ${before} of type ${type} watches already`;
    return [
      { path: ['rules', at, 'source'], found, allowed: 'one rule of a type for each source' },
    ];
  });
}
