import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import { ALWAYS_REFUSED_CLASSES, type NumberClass } from './classes.ts';
import { ALL_COUNTRIES, type HourlyLimits, type NumberPolicy } from './policy.ts';

/** The window of velocities, in seconds. */
export const HOUR_SECONDS = 3600;
/** The window of the budget and of requests per number, in seconds: any 24 hours, so that nothing begins anew at midnight. */
export const DAY_SECONDS = 86_400;

/**
 * Why a number is not called. Codes are promises to integrators: never renamed. Those that last end a promise; the others
 * pass with time.
 */
export const NUMBER_REFUSALS = {
  'country-not-allowed': { lasts: true, text: 'Numbers of this country are not called.' },
  'class-refused': { lasts: true, text: 'Numbers of this class are not called.' },
  'emergency-or-short': {
    lasts: true,
    text: 'It is an emergency or service code, or no number of its country.',
  },
  'opted-out': { lasts: true, text: 'Whoever has this number does not want to be called.' },
  'number-daily-limit': {
    lasts: false,
    text: 'There have been as many requests for this number as a day may have.',
  },
  'caller-velocity': {
    lasts: false,
    text: 'There has been as much for this caller as an hour may have.',
  },
  'address-velocity': {
    lasts: false,
    text: 'There has been as much from this address as an hour may have.',
  },
  'prefix-velocity': {
    lasts: false,
    text: 'There has been as much for numbers with this beginning as an hour may have.',
  },
  'tenant-velocity': { lasts: false, text: 'There has been as much as an hour may have.' },
  'budget-spent': { lasts: false, text: 'The calls of the last 24 hours have used the budget up.' },
} as const satisfies Readonly<Record<string, { readonly lasts: boolean; readonly text: string }>>;
export type NumberRefusal = keyof typeof NUMBER_REFUSALS;

/** What a velocity is counted by. `address` is an IP address, for requests that come over the web. */
export type VelocityKind = 'caller' | 'address' | 'prefix' | 'tenant';

/** How many there were within the window, and when the oldest of them was; null without any. */
export interface Tally {
  readonly count: number;
  readonly oldestAt: EpochMs | null;
}

/** What is known of a number when it is judged: gathered at the edge and, for what counts, under lock. */
export interface NumberFacts {
  /** ISO 3166; null for what belongs to no country. */
  readonly country: string | null;
  readonly numberClass: NumberClass;
  /** The countries of the tenant's own numbers. */
  readonly ownCountries: readonly string[];
  readonly optedOut: boolean;
  /** Requests for the number within 24 hours; null when the request exists already. */
  readonly requests: Tally | null;
  /** Within the last hour; a kind that does not apply is left out. */
  readonly velocities: readonly (Tally & { readonly kind: VelocityKind })[];
  /** What the calls of the last 24 hours have cost, with what is reserved for those that are up. */
  readonly spent: { readonly units: number; readonly oldestAt: EpochMs | null };
  /** What is to be reserved for one more call to this number. */
  readonly callUnits: number;
}

/** Whether a number may be called; `until` says when a refusal that passes may pass, null when it lasts. */
export type NumberVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: NumberRefusal; readonly until: EpochMs | null };

/** A number may be called. */
export const ALLOWED: NumberVerdict = { allowed: true };

/** The one judge of numbers, for requests of any origin and for dials. Deny wins, and what lasts is told first. */
export function judgeNumber(policy: NumberPolicy, facts: NumberFacts): NumberVerdict {
  return lastingRefusal(policy, facts) ?? passingRefusal(policy, facts) ?? ALLOWED;
}

/** True for a refusal that no waiting changes. */
export function isLasting(verdict: NumberVerdict): boolean {
  return !verdict.allowed && NUMBER_REFUSALS[verdict.reason].lasts;
}

function lastingRefusal(policy: NumberPolicy, facts: NumberFacts): NumberVerdict | null {
  const { numberClass } = facts;
  if (!isCountryAllowed(policy, facts)) return forGood('country-not-allowed');
  if (includes(policy.refusedClasses, numberClass)) return forGood('class-refused');
  if (includes(ALWAYS_REFUSED_CLASSES, numberClass)) return forGood('emergency-or-short');
  return facts.optedOut ? forGood('opted-out') : null;
}

function isCountryAllowed({ countries }: NumberPolicy, facts: NumberFacts): boolean {
  if (countries.includes(ALL_COUNTRIES)) return true;
  const allowed = countries.length === 0 ? facts.ownCountries : countries;
  return facts.country !== null && allowed.includes(facts.country);
}

function passingRefusal(policy: NumberPolicy, facts: NumberFacts): NumberVerdict | null {
  const { requests, spent } = facts;
  if (requests !== null && requests.count >= policy.callbacksPerNumberPerDayMax) {
    return later('number-daily-limit', requests.oldestAt, DAY_SECONDS);
  }
  const fast = facts.velocities.find(
    ({ kind, count }) => count >= (hourlyMax(kind, policy.hourly) ?? Number.POSITIVE_INFINITY),
  );
  if (fast !== undefined) return later(`${fast.kind}-velocity`, fast.oldestAt, HOUR_SECONDS);
  return spent.units + facts.callUnits > policy.budget.dailyMax
    ? later('budget-spent', spent.oldestAt, DAY_SECONDS)
    : null;
}

/** The most there may be of a kind within an hour; null for a kind that has no limit yet. */
function hourlyMax(kind: VelocityKind, limits: HourlyLimits): number | null {
  switch (kind) {
    case 'caller':
      return limits.callerMax;
    case 'prefix':
      return limits.prefixMax;
    case 'tenant':
      return limits.tenantMax;
    case 'address':
      return null;
  }
}

/** How many digits at the end of a number tell numbers of one block apart. */
const BLOCK_DIGITS = 4;

/** The block of numbers that one belongs to. */
export function prefixOf(number: string): string {
  return number.slice(0, -BLOCK_DIGITS);
}

function forGood(reason: NumberRefusal): NumberVerdict {
  return { allowed: false, reason, until: null };
}

/** `until` is when the oldest of what was counted is out of the window. */
function later(
  reason: NumberRefusal,
  oldestAt: EpochMs | null,
  windowSeconds: number,
): NumberVerdict {
  const until = oldestAt === null ? null : secondsAfter(oldestAt, windowSeconds);
  return { allowed: false, reason, until };
}

function includes(classes: readonly NumberClass[], one: NumberClass): boolean {
  return classes.includes(one);
}
