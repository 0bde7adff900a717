import type { Configuration } from '../configuration.ts';
import { formatDuration } from '../durations.ts';
import type { LintRule, Spot } from './finding.ts';

type Rule = Configuration['rules'][number];
type Queue = Configuration['queues'][number];

/** What rules say about callbacks that arise by themselves or are offered. */
export const ORIGIN_RULES: readonly LintRule[] = [
  {
    number: 'L20',
    severity: 'warning',
    title: 'a rule that is on for a queue whose callbacks are off',
    why: 'Both switches are needed: the rule does nothing.',
    better: 'The `callback` of the queue on, or the rule off.',
    look: (configuration) =>
      ofRules(configuration, 'enabled', (rule, queue) =>
        rule.enabled && queue?.callback.enabled === false
          ? `does nothing: callbacks of queue ${queue.name} are switched off (callback.enabled)`
          : null,
      ),
  },
  {
    number: 'L21',
    severity: 'warning',
    title: 'a `delay` that is not shorter than the time after which the callbacks lapse',
    why: 'Each becomes a ticket before it may be dialled.',
    better: 'A shorter `delay`, or a longer `expiresAfter`.',
    look: (configuration) =>
      ofRules(configuration, 'delay', (rule, queue) => lapsesFirst(rule, queue, configuration)),
  },
  {
    number: 'L22',
    severity: 'warning',
    title: 'missed or abandoned calls that are called back more than twice',
    why: 'Nobody asked for these calls, and a one-ring call from an expensive number is bait.',
    better: '`attempts: 1` in the rule.',
    look: (configuration) =>
      ofRules(configuration, 'attempts', ({ type, attempts = 1, enabled }) =>
        enabled && type !== 'queue-callback' && attempts > 2
          ? `calls back ${type} calls up to ${attempts.toString()} times`
          : null,
      ),
  },
  {
    number: 'L23',
    severity: 'warning',
    title: 'missed or abandoned calls that are called back in every country',
    why: 'A one-ring call from abroad is bait: calling back costs, and somebody earns it.',
    better: 'The countries of your customers under `numberPolicy`.',
    look: (configuration) =>
      ofRules(configuration, 'type', ({ type, enabled }) =>
        enabled && type !== 'queue-callback' && configuration.numberPolicy.countries.includes('all')
          ? `calls back ${type} calls of every country`
          : null,
      ),
  },
  {
    number: 'L24',
    severity: 'advice',
    title: 'a profile that no rule uses',
    why: 'Its values hold for nothing.',
    better: 'The profile under `profile` of a rule, or not at all.',
    look: ({ profiles, rules }) =>
      profiles.flatMap(({ name }, at) =>
        rules.some(({ profile }) => profile === name)
          ? []
          : [{ path: ['profiles', at, 'name'], found: `no rule uses ${name}` }],
      ),
  },
];

function ofRules(
  configuration: Configuration,
  field: string,
  judge: (rule: Rule, queue: Queue | undefined) => string | null,
): readonly Spot[] {
  return configuration.rules.flatMap((rule, at) => {
    const found = judge(rule, queueOf(rule, configuration));
    return found === null ? [] : [{ path: ['rules', at, field], found }];
  });
}

function lapsesFirst(
  { delay = 0, profile: name }: Rule,
  queue: Queue | undefined,
  { profiles }: Configuration,
): string | null {
  const profile = profiles.find((one) => one.name === name);
  const lapsesSeconds = profile?.expiresAfter ?? queue?.callback.expiresAfter ?? Infinity;
  return delay < lapsesSeconds
    ? null
    : `waits ${formatDuration(delay)}, but the callbacks lapse ${formatDuration(lapsesSeconds)} after the call came in`;
}

function queueOf({ source }: Rule, { queues, numbers }: Configuration): Queue | undefined {
  const name = numbers.find(({ number }) => number === source)?.queue ?? source;
  return queues.find((queue) => queue.name === name);
}
