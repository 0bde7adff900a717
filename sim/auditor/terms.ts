import { CALLBACK_DEFAULTS, type CallbackSettings } from '../../core/queues/settings.ts';
import { CLOSES_AT_HOUR, OPENS_AT_HOUR } from '../centre.ts';
import type { SimulatedZone } from '../clocks.ts';
import { type Office, PLAIN_OFFICE } from '../office.ts';
import type { Schedule } from '../schedule.ts';
import type { CallbackTold } from './history.ts';

/** Who is not asked whether they want to be called is tried once, unless a rule says otherwise. */
const UNASKED = new Set(['abandoned', 'missed']);

/** What was laid down for a schedule, as far as somebody from outside must know it to judge what is done. */
export interface Terms {
  readonly settings: CallbackSettings;
  readonly office: Office;
  /** In whose day everybody is called as well; null when the company has none. */
  readonly companyZone: SimulatedZone | null;
  /** The opening hours of the only queue, as hours of a weekday; null when it is always open. */
  readonly hours: { readonly opens: number; readonly closes: number } | null;
}

export function termsOf({ settings, hasHours, office = PLAIN_OFFICE }: Schedule): Terms {
  return {
    settings: { ...CALLBACK_DEFAULTS, ...settings },
    office,
    companyZone: office.timeZone,
    hours: hasHours ? { opens: OPENS_AT_HOUR, closes: CLOSES_AT_HOUR } : null,
  };
}

/** How often the customer of this callback is tried at most: what its rule says, then its profile, then the queue. */
export function attemptsMaxOf(callback: CallbackTold, { settings, office }: Terms): number {
  const rule = ruleOf(callback, office);
  const profile = office.profiles.find(({ name }) => name === rule?.profile);
  const usual = rule !== null && UNASKED.has(rule.type) ? 1 : settings.attemptsMax;
  return rule?.behaviour.attemptsMax ?? profile?.behaviour.attemptsMax ?? usual;
}

/** How long the rule by which it arose lets nobody be called, in milliseconds. */
export function delayMsOf(callback: CallbackTold, { office }: Terms): number {
  return callback.origin === 'ticket' ? 0 : (ruleOf(callback, office)?.delaySeconds ?? 0) * 1000;
}

function ruleOf({ origin, rule }: CallbackTold, { rules }: Office): Office['rules'][number] | null {
  const made = (type: string): Office['rules'][number] | null =>
    rules.find((one) => one.type === type) ?? null;
  if (origin === 'queue-offer') return made('queue-callback');
  if (origin === 'abandoned') return made('abandoned');
  if (origin === 'missed') return made('missed') ?? made('abandoned');
  // Whoever is called again because of a ticket is called as before.
  return origin === 'ticket' ? (rules.find(({ name }) => name === rule) ?? null) : null;
}
