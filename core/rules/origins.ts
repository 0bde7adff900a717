import type { OfferFacts } from '../callbacks/may-offer.ts';
import type { QueueSettings } from '../queues/settings.ts';
import type { Rule, RuleType } from './rule.ts';

/** What decides whether a callback arises for one interaction, beside the settings of its queue. */
export interface Origins {
  /** The switch of the number that was dialled; true when it is none of ours. */
  readonly numberEnabled: boolean;
  /** The rules whose source is the interaction's queue or the number that was dialled. */
  readonly rules: readonly Rule[];
}

/** Nobody has made a rule: the queue's own settings decide alone. */
export const NO_RULES: Origins = { numberEnabled: true, rules: [] };

/**
 * The rule of a type that counts here: that of the dialled number before that of the queue. A queue's own `callback:`
 * settings are its rule for callers who press 1 unless one was made; a missed call without a rule of its own is
 * followed up by the abandoned one. Null when there is none.
 */
export function ruleFor(type: RuleType, { rules }: Origins, queueName: string): Rule | null {
  const made = madeRule(type, rules) ?? (type === 'missed' ? madeRule('abandoned', rules) : null);
  return made ?? (type === 'queue-callback' ? ownRule(queueName) : null);
}

function madeRule(type: RuleType, rules: readonly Rule[]): Rule | null {
  const ofType = rules.filter((rule) => rule.type === type);
  return ofType.find(({ source }) => source === 'number') ?? ofType[0] ?? null;
}

/** The rule that a queue's own `callback:` settings make: the queue's switch is its switch. */
export function ownRule(queueName: string): Rule {
  return {
    name: queueName,
    type: 'queue-callback',
    source: 'queue',
    enabled: true,
    delaySeconds: 0,
    minimumWaitSeconds: 0,
    lookBackSeconds: 0,
    behaviour: {},
    profile: {},
  };
}

/** Which of the three switches of an offer are on: all must be (C14). */
export function whoOffers(
  origins: Origins,
  { name, callback }: Pick<QueueSettings, 'name' | 'callback'>,
): Pick<OfferFacts, 'numberOffers' | 'queueOffers' | 'ruleEnabled'> {
  return {
    numberOffers: origins.numberEnabled,
    queueOffers: callback.enabled,
    ruleEnabled: ruleFor('queue-callback', origins, name)?.enabled === true,
  };
}
