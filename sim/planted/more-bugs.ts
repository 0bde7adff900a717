import type { PlantedBug } from './bugs.ts';

const PROMISES = 'core/interactions/promises.ts';
const SECOND_CHANCE = 'core/interactions/second-chance.ts';
const VERDICT = 'core/numbers/verdict.ts';
const MAY_DIAL = 'core/callbacks/may-dial.ts';
const WALL_TIME = 'engine/wall-time.ts';

/** Bugs about limits, times and the people who work off the phone. */
export const MORE_BUGS: readonly PlantedBug[] = [
  {
    name: 'opt-out-forgotten',
    file: VERDICT,
    find: "return facts.optedOut ? forGood('opted-out') : null;",
    replace: 'return null;',
    harm: 'who never wants to be called again is called',
  },
  {
    name: 'countries-forgotten',
    file: VERDICT,
    find: 'return facts.country !== null && allowed.includes(facts.country);',
    replace: 'return facts.country !== null && allowed.length >= 0;',
    harm: 'calls to countries that nobody has allowed',
  },
  {
    name: 'classes-forgotten',
    file: VERDICT,
    find: "if (includes(policy.refusedClasses, numberClass)) return forGood('class-refused');",
    replace: '',
    harm: 'numbers at a fortune a minute are called',
  },
  {
    name: 'velocity-off-by-one',
    file: VERDICT,
    find: 'count >= (hourlyMax(kind, policy.hourly)',
    replace: 'count > (hourlyMax(kind, policy.hourly)',
    harm: 'more calls within an hour than are allowed',
  },
  {
    name: 'daily-limit-off-by-one',
    file: VERDICT,
    find: 'requests.count >= policy.callbacksPerNumberPerDayMax',
    replace: 'requests.count > policy.callbacksPerNumberPerDayMax',
    harm: 'more promises to one number than a day may have',
  },
  {
    name: 'budget-forgotten',
    file: VERDICT,
    find: 'return spent.units + facts.callUnits > policy.budget.dailyMax',
    replace: 'return spent.units > Number.MAX_SAFE_INTEGER',
    harm: 'calls go on after the budget is spent',
  },
  {
    name: 'stop-forgotten',
    file: MAY_DIAL,
    find: "if (diallingStopped) return { yes: false, reason: 'dialling-stopped' };",
    replace: '',
    harm: 'a supervisor stops dialling, and it goes on',
  },
  {
    name: 'requests-not-stopped',
    file: 'core/callbacks/may-offer.ts',
    find: 'facts.requestsStopped\n',
    replace: 'false\n',
    harm: 'promises are made that a supervisor has stopped',
  },
  {
    name: 'gap-forgotten',
    file: MAY_DIAL,
    find: 'return until > nowMs ? until : null;',
    replace: 'return null;',
    harm: 'a phone rings again right after it was called',
  },
  {
    name: 'retry-at-once',
    file: 'core/callbacks/policy.ts',
    find: 'return Math.max(retryAfterSeconds[outcome], minimumGapSeconds);',
    replace: 'return minimumGapSeconds;',
    harm: 'who does not answer is called again sooner than the queue says',
  },
  {
    name: 'delay-forgotten',
    file: PROMISES,
    find: 'notBefore: rule.delaySeconds === 0 ? null : secondsAfter(at ?? nowMs, rule.delaySeconds),',
    replace: 'notBefore: null,',
    harm: 'a customer is called before the time that the rule says',
  },
  {
    name: 'unasked-tried-often',
    file: 'core/rules/resolve.ts',
    find: 'attemptsMax === null ? {} : { attemptsMax }',
    replace: '{}',
    harm: 'who never asked for a call is pestered',
  },
  {
    name: 'clock-gap-ignored',
    file: WALL_TIME,
    find: "const next = first.getTimeZoneTransition('next') ?? first;",
    replace: 'const next = first;',
    harm: 'on the day of a clock change the call comes an hour early',
  },
  {
    name: 'clock-fold-ignored',
    file: WALL_TIME,
    find: "const first = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });",
    replace: "const first = local.toZonedDateTime(timeZone, { disambiguation: 'later' });",
    harm: 'on the day of a clock change the call comes an hour late',
  },
  {
    name: 'second-chances-without-end',
    file: SECOND_CHANCE,
    find: "if (ending !== 'dropped' || callback?.secondChance !== null) return false;",
    replace: "if (ending !== 'dropped') return false;",
    harm: 'a bad line rings a customer over and over',
  },
  {
    name: 'second-chance-after-hang-up',
    file: SECOND_CHANCE,
    find: "if (ending !== 'dropped' || callback?.secondChance !== null) return false;",
    replace: 'if (callback?.secondChance !== null) return false;',
    harm: 'who has hung up is called again',
  },
  {
    name: 'second-chance-costs-an-attempt',
    file: 'core/interactions/ends.ts',
    find: 'if (isUnderWay(callback.secondChance)) return endSecondChance(outcome, context)(ended);',
    replace: '',
    harm: 'a promise is given up too soon, or kept twice',
  },
  {
    name: 'set-aside-without-ticket',
    file: 'core/interactions/set-aside.ts',
    find: "    ticket: { id: fresh.ticketId, reason: 'poisoned' },",
    replace: '',
    harm: 'what could not be handled lies where nobody looks',
  },
  {
    name: 'resumed-to-no-line',
    file: 'core/interactions/set-aside.ts',
    find: "? all(goTo('waiting'), enterLine())",
    replace: "? goTo('waiting')",
    harm: 'what a human resumes stands in no line',
  },
];
