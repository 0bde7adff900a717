import type { RefusableClass } from './classes.ts';
import type { PhoneNumber } from './number.ts';

/** Which numbers a tenant calls back, how often, and for how much. Checked for a request and again before each dial. */
export interface NumberPolicy {
  /** ISO 3166 codes of the countries that may be called, or `all`; empty: the countries of the tenant's own numbers. */
  readonly countries: readonly string[];
  readonly refusedClasses: readonly RefusableClass[];
  /** Requests for one number within 24 hours, over all queues. */
  readonly callbacksPerNumberPerDayMax: number;
  /** Numbers of others behind which several people are, e.g. a switchboard: they tell nobody apart. */
  readonly sharedNumbers: readonly PhoneNumber[];
  readonly hourly: HourlyLimits;
  readonly budget: CallBudget;
}

/** How many requests, and how many dials, there may be within any hour. */
export interface HourlyLimits {
  /** For one caller. */
  readonly callerMax: number;
  /** For numbers that differ in their last four digits only: pumped numbers come in such blocks. */
  readonly prefixMax: number;
  readonly tenantMax: number;
}

/** What the calls of any 24 hours may cost, in units of the administrator's choice; without rates a unit is a minute. */
export interface CallBudget {
  readonly dailyMax: number;
  /** A call that is up counts at least this long, in minutes: nobody knows yet how long it will be. */
  readonly reservedMinutes: number;
  /** What a minute costs that no rate is about. */
  readonly ratePerMinute: number;
  /** The longest prefix that a number begins with decides. */
  readonly rates: readonly CallRate[];
}

/** What a minute to numbers with this prefix costs. */
export interface CallRate {
  /** A plus and 1 to 15 digits. */
  readonly prefix: string;
  readonly perMinute: number;
}

/** The word that stands for every country. */
export const ALL_COUNTRIES = 'all';

/** What ships: the own countries, nothing that is known from fraud, and more than a centre of fifty agents needs. */
export const NUMBER_POLICY_DEFAULTS: NumberPolicy = {
  countries: [],
  refusedClasses: ['premium-rate', 'shared-cost', 'personal', 'uan', 'pager', 'satellite'],
  callbacksPerNumberPerDayMax: 3,
  sharedNumbers: [],
  hourly: { callerMax: 30, prefixMax: 100, tenantMax: 1000 },
  budget: { dailyMax: 10_000, reservedMinutes: 10, ratePerMinute: 1, rates: [] },
};

/** What a minute to `number` costs. */
export function ratePerMinute(number: string, { rates, ratePerMinute: usual }: CallBudget): number {
  const fitting = rates.filter(({ prefix }) => number.startsWith(prefix));
  return fitting.reduce<CallRate>(
    (longest, rate) => (rate.prefix.length > longest.prefix.length ? rate : longest),
    { prefix: '', perMinute: usual },
  ).perMinute;
}
