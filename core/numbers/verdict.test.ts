import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, secondsAfter } from '../prelude/time.ts';
import { ALWAYS_REFUSED_CLASSES, NUMBER_CLASSES } from './classes.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy, ratePerMinute } from './policy.ts';
import {
  ALLOWED,
  DAY_SECONDS,
  HOUR_SECONDS,
  isLasting,
  judgeNumber,
  NUMBER_REFUSALS,
  type NumberFacts,
  type NumberVerdict,
  prefixOf,
} from './verdict.ts';

const NOW = epochMs(Date.UTC(2027, 2, 1, 10));
const EARLIER = secondsAfter(NOW, -600);

/** A number that nothing speaks against. */
const GOOD: NumberFacts = {
  country: 'DE',
  numberClass: 'mobile',
  ownCountries: ['DE'],
  optedOut: false,
  requests: { count: 0, oldestAt: null },
  velocities: [],
  spent: { units: 0, oldestAt: null },
  callUnits: 10,
};

function judged(facts: Partial<NumberFacts>, policy: Partial<NumberPolicy> = {}): NumberVerdict {
  return judgeNumber({ ...NUMBER_POLICY_DEFAULTS, ...policy }, { ...GOOD, ...facts });
}

function reasonOf(verdict: NumberVerdict): string {
  return verdict.allowed ? 'allowed' : verdict.reason;
}

describe('a number is refused', () => {
  test.each<readonly [string, Partial<NumberFacts>]>([
    ['country-not-allowed', { country: 'GB' }],
    ['country-not-allowed', { country: null }],
    ['country-not-allowed', { ownCountries: [] }],
    ['class-refused', { numberClass: 'premium-rate' }],
    ['class-refused', { numberClass: 'satellite' }],
    ['emergency-or-short', { numberClass: 'short' }],
    ['opted-out', { optedOut: true }],
  ])('for good: %s with %j', (reason, facts) => {
    expect(judged(facts)).toEqual({ allowed: false, reason, until: null });
    expect(isLasting(judged(facts))).toBe(true);
  });

  test.each<readonly [string, Partial<NumberFacts>, number]>([
    ['number-daily-limit', { requests: { count: 3, oldestAt: EARLIER } }, DAY_SECONDS],
    ['caller-velocity', fast('caller', 30), HOUR_SECONDS],
    ['prefix-velocity', fast('prefix', 100), HOUR_SECONDS],
    ['tenant-velocity', fast('tenant', 1000), HOUR_SECONDS],
    ['budget-spent', { spent: { units: 9991, oldestAt: EARLIER } }, DAY_SECONDS],
  ])('for now: %s, until the oldest is out of the window', (reason, facts, windowSeconds) => {
    const until = secondsAfter(EARLIER, windowSeconds);
    expect(judged(facts)).toEqual({ allowed: false, reason, until });
    expect(isLasting(judged(facts))).toBe(false);
  });

  test('not when there is room for exactly one more', () => {
    expect(judged({ requests: { count: 2, oldestAt: EARLIER } })).toEqual(ALLOWED);
    expect(judged(fast('prefix', 99))).toEqual(ALLOWED);
    expect(judged({ spent: { units: 9990, oldestAt: EARLIER } })).toEqual(ALLOWED);
  });

  test('not for its country when the policy names it, or all', () => {
    expect(judged({ country: 'GB' }, { countries: ['GB'] })).toEqual(ALLOWED);
    expect(judged({ country: null }, { countries: ['all'] })).toEqual(ALLOWED);
    // Countries that are named are all there are: the own ones are not added.
    expect(reasonOf(judged({}, { countries: ['GB'] }))).toBe('country-not-allowed');
  });

  test('not for requests when it is about to be dialled, and not for an address that has no limit yet', () => {
    expect(judged({ requests: null })).toEqual(ALLOWED);
    expect(judged(fast('address', 1_000_000))).toEqual(ALLOWED);
  });
});

describe('deny wins', () => {
  test('I8: whatever else is allowed, one reason against a number is enough', () => {
    const bad = fc.constantFrom<Partial<NumberFacts>>(
      { country: 'GB' },
      { numberClass: 'pager' },
      { numberClass: 'impossible' },
      { optedOut: true },
      { requests: { count: 3, oldestAt: EARLIER } },
      fast('tenant', 1000),
      { spent: { units: 10_000, oldestAt: EARLIER } },
    );
    fc.assert(
      fc.property(fc.array(bad, { minLength: 1, maxLength: 4 }), (all) => {
        const facts = all.reduce<Partial<NumberFacts>>((sofar, one) => ({ ...sofar, ...one }), {});
        expect(judged(facts).allowed).toBe(false);
      }),
    );
  });

  test('what lasts is told first: nobody waits for a budget who will be refused after it', () => {
    const facts = { optedOut: true, spent: { units: 10_000, oldestAt: EARLIER } };
    expect(reasonOf(judged(facts))).toBe('opted-out');
  });

  test('no policy lets a short or impossible number through', () => {
    for (const numberClass of ALWAYS_REFUSED_CLASSES) {
      expect(judged({ numberClass }, { countries: ['all'], refusedClasses: [] }).allowed).toBe(
        false,
      );
    }
    const open = NUMBER_CLASSES.filter(
      (numberClass) => judged({ numberClass }, { refusedClasses: [] }).allowed,
    );
    expect(open).toHaveLength(NUMBER_CLASSES.length - ALWAYS_REFUSED_CLASSES.length);
  });

  test('every reason has a sentence', () => {
    for (const { text } of Object.values(NUMBER_REFUSALS)) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

describe('what a minute costs', () => {
  const budget = {
    ...NUMBER_POLICY_DEFAULTS.budget,
    rates: [
      { prefix: '+49', perMinute: 2 },
      { prefix: '+4915', perMinute: 9 },
      { prefix: '+491', perMinute: 5 },
    ],
  };

  test('is decided by the longest prefix, in whatever order they are written', () => {
    expect(ratePerMinute('+4915123456789', budget)).toBe(9);
    expect(ratePerMinute('+4917123456789', budget)).toBe(5);
    expect(ratePerMinute('+4930123456', budget)).toBe(2);
    expect(ratePerMinute('+12025550001', budget)).toBe(1);
  });

  test('a block of numbers is what they share but for four digits', () => {
    expect(prefixOf('+12025550001')).toBe(prefixOf('+12025559999'));
    expect(prefixOf('+12025550001')).not.toBe(prefixOf('+12025640001'));
  });
});

describe('P22: pumping', () => {
  /** Durations of the drill's calls, in minutes: none is longer than what is reserved for it. */
  const minutes = fc.integer({ min: 0, max: 10 });

  test('P22: of 100,000 requests for one block of numbers, no more are called than the budget pays for, by at most one call', () => {
    const policy: NumberPolicy = {
      ...NUMBER_POLICY_DEFAULTS,
      hourly: { callerMax: 1000, prefixMax: 100_000, tenantMax: 1_000_000 },
    };
    const durations = fc.sample(minutes, { seed: 1, numRuns: 1000 });
    const drill = pump(policy, durations, 100_000);
    expect(drill.unitsInAnyDayMax).toBeLessThanOrEqual(policy.budget.dailyMax + 10);
    // The drill reaches the budget: a limit that nobody comes near shows nothing.
    expect(drill.unitsInAnyDayMax).toBeGreaterThan(policy.budget.dailyMax - 20);
    expect(drill.refused).toBeGreaterThan(50_000);
  });

  test('P22: as it ships, no more than a hundred of one block are called within any hour', () => {
    const drill = pump(NUMBER_POLICY_DEFAULTS, [1], 100_000);
    expect(drill.dialsInAnyHourMax).toBe(100);
  });
});

interface Call {
  readonly atSeconds: number;
  readonly minutes: number;
}

/** Asks for a call every second, and places it when the policy says so; calls end as long after as `durations` say. */
function pump(policy: NumberPolicy, durations: readonly number[], requests: number) {
  const calls: Call[] = [];
  const seen = { refused: 0, unitsInAnyDayMax: 0, dialsInAnyHourMax: 0 };
  const { reservedMinutes } = policy.budget;
  let [dayFrom, hourFrom] = [0, 0];
  for (let atSeconds = 0; atSeconds < requests; atSeconds += 1) {
    while ((calls[dayFrom]?.atSeconds ?? atSeconds) <= atSeconds - DAY_SECONDS) dayFrom += 1;
    while ((calls[hourFrom]?.atSeconds ?? atSeconds) <= atSeconds - HOUR_SECONDS) hourFrom += 1;
    const units = unitsOf(calls, dayFrom, atSeconds, reservedMinutes);
    const hour = calls.length - hourFrom;
    const verdict = judgeNumber(policy, {
      ...GOOD,
      requests: null,
      velocities: [{ kind: 'prefix', count: hour, oldestAt: null }],
      spent: { units, oldestAt: null },
      callUnits: reservedMinutes,
    });
    seen.unitsInAnyDayMax = Math.max(seen.unitsInAnyDayMax, units);
    seen.dialsInAnyHourMax = Math.max(seen.dialsInAnyHourMax, hour);
    if (!verdict.allowed) seen.refused += 1;
    else calls.push({ atSeconds, minutes: durations[calls.length % durations.length] ?? 0 });
  }
  return seen;
}

/** What the calls since `from` cost: those that are up what is reserved, the others what they came to. */
function unitsOf(
  calls: readonly Call[],
  from: number,
  nowSeconds: number,
  reservedMinutes: number,
): number {
  let units = 0;
  for (let at = from; at < calls.length; at += 1) {
    const call = calls[at];
    if (call === undefined) break;
    const isUp = nowSeconds < call.atSeconds + call.minutes * 60;
    units += isUp ? reservedMinutes : call.minutes;
  }
  return units;
}

function fast(
  kind: NumberFacts['velocities'][number]['kind'],
  count: number,
): Pick<NumberFacts, 'velocities'> {
  return { velocities: [{ kind, count, oldestAt: EARLIER }] };
}
