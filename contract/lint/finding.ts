import type { Configuration } from '../configuration.ts';
import type { ConfigurationPath } from '../configuration-problems.ts';

/**
 * How bad a finding is: with an `error` the centre cannot do what it is set up for, a `warning` is likely not meant, an
 * `advice` could be better. The worst first.
 */
export const SEVERITIES = ['error', 'warning', 'advice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One place at which a rule has found something. */
export interface Spot {
  readonly path: ConfigurationPath;
  /** What is there, in a sentence without a full stop. */
  readonly found: string;
}

/** One thing that the linter looks for, in configurations that have no mistakes. */
export interface LintRule {
  /** `L1`, `L2`, …: a promise to those who read it in CI; never given to another rule. */
  readonly number: `L${number}`;
  readonly severity: Severity;
  /** What it looks for, for docs/reference/lint.md. */
  readonly title: string;
  readonly why: string;
  /** What would be better. */
  readonly better: string;
  readonly look: (configuration: Configuration) => readonly Spot[];
}

/** Something that is allowed and could be better. */
export interface Finding extends Spot {
  readonly rule: string;
  readonly severity: Severity;
  readonly why: string;
  readonly better: string;
}

export type QueueConfiguration = Configuration['queues'][number];

/** Looks at each queue that calls customers back; the paths begin at its `callback`. */
export function inCallbacks(
  field: string,
  judge: (queue: QueueConfiguration) => string | null,
): LintRule['look'] {
  return ({ queues }) =>
    queues.flatMap((queue, at) => {
      const found = queue.callback.enabled ? judge(queue) : null;
      return found === null ? [] : [{ path: ['queues', at, 'callback', field], found }];
    });
}

/** Looks at everything that says how callbacks behave: queues, profiles and rules; the paths end with `field`. */
export function inBehaviours(
  field: 'attempts' | 'retryAfter',
  judge: (values: Behaviour) => string | null,
): LintRule['look'] {
  return (configuration) => {
    const { queues, profiles, rules } = configuration;
    const behaviours: readonly (readonly [Behaviour, ConfigurationPath])[] = [
      ...queues.flatMap(({ callback }, at) =>
        callback.enabled ? [[callback, ['queues', at, 'callback']] as const] : [],
      ),
      ...profiles.map((profile, at) => [profile, ['profiles', at]] as const),
      ...rules.map((rule, at) => [rule, ['rules', at]] as const),
    ];
    return behaviours.flatMap(([values, path]) => {
      const found = judge(values);
      return found === null ? [] : [{ path: [...path, field], found }];
    });
  };
}
export type Behaviour = Pick<Configuration['profiles'][number], 'attempts' | 'retryAfter'>;
