import type { PhoneNumber } from '../numbers/number.ts';
import type { CallbackSettings } from '../queues/settings.ts';

/**
 * When a callback arises by itself or is offered.
 * - `queue-callback`: a waiting caller chooses it instead of holding
 * - `abandoned`: a caller of our own queue left before anyone answered
 * - `missed`: another system tells us of a call that nobody answered
 */
export const RULE_TYPES = ['queue-callback', 'abandoned', 'missed'] as const;
export type RuleType = (typeof RULE_TYPES)[number];

/** What belongs to a queue as a whole, and not to one callback of it. */
type QueueOnly =
  | 'enabled'
  | 'offerEverySeconds'
  | 'prompts'
  | 'preserveSkills'
  | 'preservePriority'
  | 'callingHours';

/**
 * How callbacks behave, as far as somebody says so: what is missing is left to the next layer (see resolve.ts). A
 * request, a rule and a profile each hold one.
 */
export type Behaviour = Partial<Omit<CallbackSettings, QueueOnly>> & {
  /** Shown to the customer, before the number that they dialled. Never the agent's. */
  readonly callerId?: PhoneNumber;
};

/** A rule as one interaction meets it: its source is the interaction's queue or the number that was dialled. */
export interface Rule {
  readonly name: string;
  readonly type: RuleType;
  /** What it watches; the rule of a number goes before that of its queue. */
  readonly source: 'queue' | 'number';
  /** A disabled rule does nothing, and no other takes its place. */
  readonly enabled: boolean;
  /** A callback is not dialled earlier than this after it arose; the place is kept. */
  readonly delaySeconds: number;
  /** Callers who left sooner are not called back; only for `abandoned`. */
  readonly minimumWaitSeconds: number;
  /** What lies further back is not followed up; only for `abandoned` and `missed`. */
  readonly lookBackSeconds: number;
  readonly behaviour: Behaviour;
  /** The values of the profile that the rule names; empty without one. */
  readonly profile: Behaviour;
}

/** What a rule is unless it says otherwise, by its type. */
export const RULE_DEFAULTS: Readonly<
  Record<RuleType, Pick<Rule, 'delaySeconds' | 'minimumWaitSeconds' | 'lookBackSeconds'>>
> = {
  'queue-callback': { delaySeconds: 0, minimumWaitSeconds: 0, lookBackSeconds: 7200 },
  abandoned: { delaySeconds: 60, minimumWaitSeconds: 0, lookBackSeconds: 7200 },
  missed: { delaySeconds: 60, minimumWaitSeconds: 0, lookBackSeconds: 7200 },
};

/** How often the customer is tried at most by a rule that does not say so; null: as often as the queue says. */
export const RULE_ATTEMPTS: Readonly<Record<RuleType, number | null>> = {
  'queue-callback': null,
  // A customer who did not ask for the call is not to be pestered: a one-ring call can be bait.
  abandoned: 1,
  missed: 1,
};
