import type { ProfileSetup, RuleSetup } from '../core/centre/centre.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy } from '../core/numbers/policy.ts';
import { present } from '../core/prelude/assert.ts';
import { RULE_TYPES, type RuleType } from '../core/rules/rule.ts';
import type { SimulatedZone } from './clocks.ts';
import type { Dice } from './dice.ts';

/** What the administrator of one schedule has set up, beside the settings and hours of the queue. */
export interface Office {
  /** The company's own zone, in whose day customers are called whatever their number says; null: not asked. */
  readonly timeZone: SimulatedZone | null;
  readonly rules: readonly RuleSetup[];
  readonly profiles: readonly ProfileSetup[];
  readonly policy: NumberPolicy;
}

/** Nothing beside the queue's own settings. */
export const PLAIN_OFFICE: Office = {
  timeZone: null,
  rules: [],
  profiles: [],
  policy: NUMBER_POLICY_DEFAULTS,
};

/** A company's switchboard, behind which several people are. */
export const SHARED_NUMBER = '+12025550777';
/** The profile that some rules name. */
const PROFILE = 'gentle';

/** What is set up in one schedule, by chance. */
export function officeBy(dice: Dice): Office {
  const profile: ProfileSetup = { name: PROFILE, behaviour: { attemptsMax: dice.whole(1, 3) } };
  return {
    timeZone: dice.is(0.2) ? 'Europe/Berlin' : null,
    profiles: [profile],
    rules: RULE_TYPES.filter(() => dice.is(0.5)).map((type) => ruleBy(dice, type)),
    policy: policyBy(dice),
  };
}

function ruleBy(dice: Dice, type: RuleType): RuleSetup {
  const asks = type === 'queue-callback';
  return {
    name: `rule-${type}`,
    type,
    queue: 'support',
    number: null,
    // Whoever presses 1 is to get a callback in every schedule.
    enabled: asks || dice.is(0.85),
    delaySeconds: dice.is(0.7) ? dice.whole(1, asks ? 120 : 600) : 0,
    minimumWaitSeconds: asks ? 0 : dice.whole(0, 20),
    lookBackSeconds: dice.whole(300, 7200),
    profile: dice.is(0.4) ? PROFILE : null,
    behaviour: dice.is(0.4) ? { attemptsMax: dice.whole(1, 3) } : {},
  };
}

function policyBy(dice: Dice): NumberPolicy {
  const defaults = NUMBER_POLICY_DEFAULTS;
  const reservedMinutes = dice.whole(2, 5);
  return {
    ...defaults,
    countries: dice.is(0.3) ? ['US', 'DE'] : [],
    callbacksPerNumberPerDayMax: dice.weighed([
      [3, defaults.callbacksPerNumberPerDayMax],
      [1, dice.whole(1, 2)],
    ]),
    sharedNumbers: dice.is(0.5) ? [known(SHARED_NUMBER)] : [],
    hourly: dice.weighed([
      [4, defaults.hourly],
      [1, { ...defaults.hourly, callerMax: dice.whole(1, 2) }],
      [1, { ...defaults.hourly, tenantMax: dice.whole(20, 28) }],
    ]),
    budget: dice.weighed([
      [5, defaults.budget],
      [1, { ...defaults.budget, reservedMinutes, dailyMax: dice.whole(32, 50) }],
    ]),
  };
}

function known(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}
