import type { PhoneNumber } from '../numbers/number.ts';
import type { NumberPolicy } from '../numbers/policy.ts';
import type { CallbackSettings } from '../queues/settings.ts';
import type { Behaviour, RuleType } from '../rules/rule.ts';

/**
 * What an administrator sets up, with every default spelled out and every duration in seconds. Things refer to each
 * other by name; names are unique within their kind.
 */
export interface Centre {
  readonly tenant: TenantSetup;
  readonly pbxs: readonly PbxSetup[];
  readonly hours: readonly HoursSetup[];
  readonly queues: readonly QueueSetup[];
  readonly agents: readonly AgentSetup[];
  readonly profiles: readonly ProfileSetup[];
  readonly rules: readonly RuleSetup[];
  readonly numbers: readonly NumberSetup[];
  /** Which numbers are called back at all. */
  readonly numberPolicy: NumberPolicy;
}

/** What holds for the whole company. */
export interface TenantSetup {
  /** IANA name of the zone in whose day customers may be called whatever their number says; null: not asked. */
  readonly timeZone: string | null;
}

/** Of a tenant that nobody has set up. */
export const NO_TENANT_SETTINGS: TenantSetup = { timeZone: null };

/** A connection to one PBX. */
export interface PbxSetup {
  readonly name: string;
  readonly driver: 'asterisk' | 'sandbox';
  readonly settings: PbxSettings;
  /** Tried in this order. */
  readonly routes: readonly RouteSetup[];
}

/** How to reach a PBX. The password itself is never kept, only where it can be read. */
export interface PbxSettings {
  readonly url: string;
  readonly username: string;
  readonly passwordFile: string;
  /** The Stasis application's name on the PBX. */
  readonly application: string;
  /** Allows plain HTTP beyond loopback. */
  readonly allowInsecure: boolean;
}

/** An outbound way to the telephone network. */
export interface RouteSetup {
  readonly name: string;
  /** With `{number}` where the E.164 number goes. */
  readonly dial: string;
  readonly callerId: PhoneNumber | null;
  /** How many calls it carries at once. */
  readonly lines: number;
}

/** When a queue may call. */
export interface HoursSetup {
  readonly name: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  readonly weekly: readonly WeeklyHours[];
  /** Days on which the week does not count. A date of its own goes before one that comes every year. */
  readonly holidays: readonly Holiday[];
}

/** Part of a day. Wall-clock times `HH:MM`; `24:00` is the end of the day. */
export interface DayHours {
  readonly from: string;
  readonly to: string;
}

/** One day with openings of its own. */
export interface Holiday {
  /** ISO 8601, e.g. `2027-12-24`; of a yearly one only month and day count. */
  readonly date: string;
  readonly yearly: boolean;
  /** Empty: closed all day. */
  readonly open: readonly DayHours[];
}

/** Monday first, as ISO 8601 counts. */
export const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The same opening on some days of the week. */
export interface WeeklyHours extends DayHours {
  readonly days: readonly Weekday[];
}

/** A line of customers with its rules. */
export interface QueueSetup {
  readonly name: string;
  readonly number: PhoneNumber | null;
  readonly pbx: string;
  /** Null: always open. */
  readonly hours: string | null;
  /** Of its calls, unless their number has one of its own; more goes first. */
  readonly priority: number;
  readonly callback: CallbackSettings;
}

/** A person who takes calls. */
export interface AgentSetup {
  readonly name: string;
  readonly pbx: string;
  /** The phone as the PBX calls it, e.g. `PJSIP/agent1`. */
  readonly endpoint: string;
  readonly queues: readonly string[];
}

/** A number of ours and the queue that its calls enter. */
export interface NumberSetup {
  readonly number: PhoneNumber;
  readonly queue: string;
  /** Off: no callback is offered to its callers, and none arises. */
  readonly callbackEnabled: boolean;
  /** Of its calls; null: that of the queue. */
  readonly priority: number | null;
}

/** Values that rules have in common. */
export interface ProfileSetup {
  readonly name: string;
  readonly behaviour: Behaviour;
}

/** When callbacks are offered or arise by themselves. Either `queue` or `number` is its source, the other is null. */
export interface RuleSetup {
  readonly name: string;
  readonly type: RuleType;
  readonly queue: string | null;
  readonly number: PhoneNumber | null;
  readonly enabled: boolean;
  readonly delaySeconds: number;
  readonly minimumWaitSeconds: number;
  readonly lookBackSeconds: number;
  readonly profile: string | null;
  readonly behaviour: Behaviour;
}
