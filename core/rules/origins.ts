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

/** Why a waiting caller is not offered a callback. Codes are promises to integrators: never renamed. */
export type OfferObstacle =
  | 'number-switched-off'
  | 'queue-switched-off'
  | 'rule-disabled'
  | 'number-withheld';

/** What is known of somebody who waits. */
export interface OfferFacts {
  readonly origins: Origins;
  readonly queueName: string;
  readonly queueEnabled: boolean;
  /** False when the caller withheld their number. */
  readonly numberKnown: boolean;
}

/**
 * Everything that speaks against offering a callback; empty: it is offered. The number's switch, the queue's switch and
 * an enabled rule must agree (C14).
 */
export function offerObstacles(facts: OfferFacts): readonly OfferObstacle[] {
  const { origins, queueName, queueEnabled, numberKnown } = facts;
  const rule = ruleFor('queue-callback', origins, queueName);
  return [
    ...(origins.numberEnabled ? [] : ['number-switched-off' as const]),
    ...(queueEnabled ? [] : ['queue-switched-off' as const]),
    ...(rule?.enabled === true ? [] : ['rule-disabled' as const]),
    ...(numberKnown ? [] : ['number-withheld' as const]),
  ];
}
