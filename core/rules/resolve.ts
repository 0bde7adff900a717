import type { CallbackSettings } from '../queues/settings.ts';
import type { Behaviour, Rule } from './rule.ts';
import { RULE_ATTEMPTS } from './rule.ts';

/**
 * What several layers say together: of each value the first layer that says something. The order is always request,
 * rule, profile; queue and defaults stand behind them (see `settingsWith`).
 */
export function layered(...layers: readonly Behaviour[]): Behaviour {
  return layers.reduceRight<Behaviour>((below, layer) => ({ ...below, ...layer }), {});
}

/** What a rule says, its profile behind it and the default of its type behind that. */
export function behaviourOf({ type, behaviour, profile }: Rule): Behaviour {
  const attemptsMax = RULE_ATTEMPTS[type];
  return layered(behaviour, profile, attemptsMax === null ? {} : { attemptsMax });
}

/** The settings that hold for a callback: what request, rule and profile leave open is as the queue has it. */
export function settingsWith(queue: CallbackSettings, overrides: Behaviour): CallbackSettings {
  return { ...queue, ...withoutCallerId(overrides) };
}

/** What is shown to the customer is no setting of a queue: its number comes after the one that was dialled (C2). */
function withoutCallerId({ callerId: _, ...settings }: Behaviour): Omit<Behaviour, 'callerId'> {
  return settings;
}
