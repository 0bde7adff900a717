import type { Configuration } from './configuration.ts';
import { unknownName } from './configuration-names.ts';
import {
  type ConfigurationProblem,
  type ConfigurationWarning,
  pathText,
  shown,
} from './configuration-problems.ts';
import { formatDuration } from './durations.ts';

/* What no single field of a rule can tell, and what is allowed but likely not meant. */

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

/** Few people are glad of more; three is usual. */
const ATTEMPTS_USUAL_MAX = 5;
/** Whoever was not there is seldom there again so soon. */
const RETRY_USUAL_SECONDS_MIN = 60;

/** Values that are allowed and likely not meant. */
export function ruleWarnings(configuration: Configuration): readonly ConfigurationWarning[] {
  const { queues, profiles, rules } = configuration;
  return [
    ...queues.flatMap(({ callback }, at) => unreasonable(callback, ['queues', at, 'callback'])),
    ...profiles.flatMap((profile, at) => unreasonable(profile, ['profiles', at])),
    ...rules.flatMap((rule, at) => [
      ...unreasonable(rule, ['rules', at]),
      ...withoutEffect(rule, at, configuration),
      ...lapsesFirst(rule, at, configuration),
    ]),
  ];
}

function unreasonable(
  values: Pick<Configuration['profiles'][number], 'attempts' | 'retryAfter'>,
  path: readonly (string | number)[],
): readonly ConfigurationWarning[] {
  const { attempts = 0, retryAfter = {} } = values;
  const soonest = Math.min(...Object.values<number>(retryAfter));
  return [
    ...(attempts > ATTEMPTS_USUAL_MAX
      ? [
          warning(
            [...path, 'attempts'],
            `tries a customer up to ${attempts.toString()} times: 3 is usual, and more than ${ATTEMPTS_USUAL_MAX.toString()} annoys`,
          ),
        ]
      : []),
    ...(soonest < RETRY_USUAL_SECONDS_MIN
      ? [
          warning(
            [...path, 'retryAfter'],
            'tries again in less than a minute: whoever was not there is seldom there again so soon',
          ),
        ]
      : []),
  ];
}

function withoutEffect(
  rule: RuleConfiguration,
  at: number,
  configuration: Configuration,
): readonly ConfigurationWarning[] {
  const queue = queueOf(rule, configuration);
  if (!rule.enabled || queue === undefined || queue.callback.enabled) return [];
  const message = `does nothing: callbacks of queue ${queue.name} are switched off (callback.enabled)`;
  return [warning(['rules', at, 'enabled'], message)];
}

/** A callback that lapses before it may be dialled is only a ticket. */
function lapsesFirst(
  rule: RuleConfiguration,
  at: number,
  configuration: Configuration,
): readonly ConfigurationWarning[] {
  const { delay = 0, profile: name } = rule;
  const profile = configuration.profiles.find((one) => one.name === name);
  const lapses =
    profile?.expiresAfter ?? queueOf(rule, configuration)?.callback.expiresAfter ?? Infinity;
  if (delay < lapses) return [];
  const message = `waits ${formatDuration(delay)}, but the callbacks lapse ${formatDuration(lapses)} after the call came in`;
  return [warning(['rules', at, 'delay'], message)];
}

function queueOf(
  { source }: RuleConfiguration,
  { queues, numbers }: Configuration,
): Configuration['queues'][number] | undefined {
  const name = numbers.find(({ number }) => number === source)?.queue ?? source;
  return queues.find((queue) => queue.name === name);
}

function warning(path: readonly (string | number)[], message: string): ConfigurationWarning {
  return { path: pathText(path), message };
}
