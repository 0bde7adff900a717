import type { Configuration } from '../contract/configuration.ts';
import type { ProfileSetup, RuleSetup } from '../core/centre/centre.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { type Behaviour, RULE_DEFAULTS } from '../core/rules/rule.ts';
import { checkedNumber, fieldName, optionalNumber } from './configuration-values.ts';

/* Rules and profiles as outsiders see them, and as the core knows them. */

type ProfileConfiguration = Configuration['profiles'][number];
type RuleConfiguration = Configuration['rules'][number];

/** The inside names of the settings of a callback by their outside names. */
const INSIDE: ReadonlyMap<string, string> = new Map(
  Object.keys(CALLBACK_DEFAULTS).map((field) => [fieldName(field), field]),
);

/** A profile as the core knows it. */
export function profileSetup({ name, ...values }: ProfileConfiguration): ProfileSetup {
  return { name, behaviour: behaviourOf(values) };
}

/** A profile as it is shown: only what it says. */
export function profileConfiguration({ name, behaviour }: ProfileSetup): ProfileConfiguration {
  return { name, ...valuesOf(behaviour) };
}

/** A rule as the core knows it, with the defaults of its type. */
export function ruleSetup(rule: RuleConfiguration, { queues }: Configuration): RuleSetup {
  const { name, type, source, enabled, attempts, retryAfter, callerId } = rule;
  const preset = RULE_DEFAULTS[type];
  const isQueue = queues.some((queue) => queue.name === source);
  return {
    name,
    type,
    queue: isQueue ? source : null,
    number: isQueue ? null : checkedNumber(source),
    enabled,
    delaySeconds: rule.delay ?? preset.delaySeconds,
    minimumWaitSeconds: rule.minimumWait ?? preset.minimumWaitSeconds,
    lookBackSeconds: rule.lookBack ?? preset.lookBackSeconds,
    profile: rule.profile ?? null,
    behaviour: behaviourOf({ attempts, retryAfter, callerId }),
  };
}

/** A rule as it is shown. */
export function ruleConfiguration(rule: RuleSetup): RuleConfiguration {
  const { name, type, queue, number, enabled, behaviour, profile } = rule;
  const { attemptsMax, retryAfterSeconds, callerId } = behaviour;
  return {
    name,
    type,
    source: queue ?? number ?? '',
    enabled,
    delay: rule.delaySeconds,
    ...(attemptsMax === undefined ? {} : { attempts: attemptsMax }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: { ...retryAfterSeconds } }),
    ...(callerId === undefined ? {} : { callerId }),
    ...(profile === null ? {} : { profile }),
    ...(type === 'abandoned' ? { minimumWait: rule.minimumWaitSeconds } : {}),
    ...(type === 'queue-callback' ? {} : { lookBack: rule.lookBackSeconds }),
  };
}

/** Only what is said, under the names of the core. */
export function behaviourOf(values: Readonly<Record<string, unknown>>): Behaviour {
  const { callerId, ...settings } = values;
  const said = Object.entries(settings).flatMap(([field, value]) =>
    value === undefined ? [] : [[INSIDE.get(field) ?? field, value] as const],
  );
  const shown = optionalNumber(typeof callerId === 'string' ? callerId : undefined);
  // Profiles are made of the settings of queues, whose names are mapped one to one.
  const behaviour = Object.fromEntries(said) as Behaviour;
  return shown === null ? behaviour : { ...behaviour, callerId: shown };
}

function valuesOf(behaviour: Behaviour): Omit<ProfileConfiguration, 'name'> {
  const values = Object.entries(behaviour).map(([field, value]) => [fieldName(field), value]);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the way back of behaviourOf
  return Object.fromEntries(values) as Omit<ProfileConfiguration, 'name'>;
}
