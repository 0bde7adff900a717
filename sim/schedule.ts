import type { EpochMs } from '../core/prelude/time.ts';
import {
  AT_ANY_TIME,
  type CallbackSettings,
  type CallingHours,
  CLOSINGS,
  REENTRIES,
  retryAfterAll,
  VOICEMAIL_RULES,
} from '../core/queues/settings.ts';
import type { CallerHabit, PhoneHabit } from '../telephony/sandbox/habits.ts';
import { AGENTS_MAX, SUPPORT_NUMBER } from './centre.ts';
import { dayOfChange, type Season, usualDay } from './clocks.ts';
import type { Dice } from './dice.ts';
import { errandsBy, type PlannedErrand } from './errands.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { type Office, officeBy } from './office.ts';
import { callerActs, callerNumber, customerHabit } from './people.ts';

/** How long the busy part of a schedule lasts, in simulated seconds. */
export const BUSY_SECONDS = 4 * 3600;
/** How many customers mean to ask for a callback. */
const REQUESTS_MIN = 21;
const REQUESTS_MAX = 24;
/** Not everybody's wish becomes a callback; should there be fewer than these, others call towards the end. */
export const CALLBACKS_MIN = 20;
/** How many come on the phone beside them. */
const OTHERS_MAX = 6;
const FAULTS_MIN = 3;
const FAULTS_MAX = 6;

/** Somebody who calls us, when, and what their phone does at each call of ours. */
export interface PlannedCaller {
  readonly atSeconds: number;
  readonly habit: CallerHabit;
  readonly phone: readonly PhoneHabit[];
}

/** One fault, when it begins and how long it lasts. */
export interface PlannedFault {
  readonly atSeconds: number;
  readonly kind: FaultKind;
  readonly seconds: number;
}

/** What an agent does at their desk from then on. */
export interface PlannedShift {
  readonly atSeconds: number;
  readonly agent: number;
  readonly does: 'come' | 'leave' | 'begin-own-call' | 'end-own-call';
}

/** Everything that is laid down before a schedule begins. The same seed gives the same. */
export interface Schedule {
  readonly seed: number;
  readonly startMs: EpochMs;
  /** How long people call and faults begin; afterwards everything comes to its end. */
  readonly busySeconds: number;
  readonly settings: Partial<CallbackSettings>;
  readonly hasHours: boolean;
  /** Rules, number policy and the company's zone; none of them when left out. */
  readonly office?: Office;
  /** The odd time of a day on which the clock changes; none when left out. */
  readonly oddTime?: Season['oddTime'];
  readonly nodes: 1 | 2;
  readonly agents: number;
  readonly callers: readonly PlannedCaller[];
  /** How many callbacks there are at least. */
  readonly callbacksMin: number;
  /** What every agent's phone does at its first call, at its second and so on; by chance when left out. */
  readonly agentPhone?: readonly PhoneHabit[];
  readonly shifts: readonly PlannedShift[];
  readonly faults: readonly PlannedFault[];
  readonly errands: readonly PlannedErrand[];
}

/** Lays down a schedule. `only` names the kinds of faults to choose from; all by default, none when empty. */
export function scheduleOf(
  seed: number,
  dice: Dice,
  only: readonly FaultKind[] = FAULT_KINDS,
): Schedule {
  const isOdd = dice.is(0.2);
  const hasHours = !isOdd && dice.is(0.35);
  // With opening hours the queue closes in the middle.
  const hour = hasHours ? dice.whole(13, 15) : 9;
  const usual = usualDay(hour * 60 + dice.whole(0, 59));
  const { startMs, oddTime } = isOdd ? dayOfChange(dice.apart()) : usual;
  const office = officeBy(dice.apart());
  const rushes = Array.from({ length: dice.whole(3, 5) }, () =>
    dice.whole(60, BUSY_SECONDS - 1800),
  );
  const agents = dice.whole(2, AGENTS_MAX);
  return {
    seed,
    startMs,
    oddTime,
    office,
    busySeconds: BUSY_SECONDS,
    settings: { ...settingsBy(dice), callingHours: callingHoursBy(dice.apart(), isOdd, office) },
    hasHours,
    nodes: dice.is(0.4) ? 2 : 1,
    agents,
    callbacksMin: CALLBACKS_MIN,
    callers: callersBy(dice.apart(), rushes),
    shifts: shiftsBy(dice.apart(), agents, rushes),
    faults: only.length === 0 ? [] : faultsBy(dice.apart(), rushes, only),
    errands: errandsBy(dice.apart(), rushes, { startMs, oddTime }),
  };
}

function settingsBy(dice: Dice): Partial<CallbackSettings> {
  const minimumGapSeconds = dice.whole(5, 90);
  return {
    attemptsMax: dice.whole(1, 4),
    offerEverySeconds: dice.whole(20, 60),
    minimumGapSeconds,
    retryAfterSeconds: {
      ...retryAfterAll(minimumGapSeconds + dice.whole(0, 900)),
      busy: minimumGapSeconds + dice.whole(0, 300),
    },
    reentry: dice.oneOf(REENTRIES),
    voicemail: dice.oneOf(VOICEMAIL_RULES),
    closing: dice.oneOf(CLOSINGS),
    ringCustomerSeconds: dice.whole(15, 40),
    ringAgentSeconds: dice.whole(8, 25),
    successAfterSeconds: dice.whole(3, 8),
    expiresAfterSeconds: dice.weighed([
      [3, dice.whole(3600, 14_400)],
      [1, dice.whole(300, 1200)],
    ]),
    wrapUpSeconds: dice.whole(0, 40),
  };
}

/** When customers may be called. With a zone of its own the company is called in its day as well, and both must meet. */
function callingHoursBy(dice: Dice, isOdd: boolean, { timeZone }: Office): CallingHours {
  const late = timeZone === null ? dice.oneOf(['05:30', '11:00']) : '05:30';
  if (isOdd && timeZone === null) {
    // It is half past midnight where the clock is about to change.
    return dice.oneOf([
      AT_ANY_TIME,
      { from: '00:00', to: '03:30' },
      { from: '03:00', to: '22:00' },
    ]);
  }
  return dice.weighed([
    [4, AT_ANY_TIME],
    // It is 4:00 to 11:00 where the customers live when a schedule begins.
    ...(timeZone === null
      ? [[1, { from: '00:00', to: dice.oneOf(['06:00', '10:30']) }] as const]
      : []),
    [1, { from: late, to: '22:00' }],
  ]);
}

function callersBy(dice: Dice, rushes: readonly number[]): readonly PlannedCaller[] {
  const requests = dice.whole(REQUESTS_MIN, REQUESTS_MAX);
  const others = dice.whole(1, OTHERS_MAX);
  return Array.from({ length: requests + others }, (_, at) => {
    const asks = at < requests;
    const number = callerNumber(dice, at);
    return {
      atSeconds: dice.oneOf(rushes) + dice.between(0, 240),
      habit: {
        number: !asks && dice.is(0.2) ? null : number,
        dials: SUPPORT_NUMBER,
        acts: callerActs(dice, asks),
        ...(dice.is(0.2) ? { redials: { times: 1, afterSeconds: dice.whole(20, 900) } } : {}),
      },
      phone: Array.from({ length: 5 }, () => customerHabit(dice)),
    };
  });
}

/** Somebody who calls towards the end and asks for a callback at once. */
export function lateCaller(dice: Dice, nth: number): PlannedCaller {
  return {
    atSeconds: dice.between(20, 120),
    habit: {
      number: `+1202555${(2000 + nth).toString()}`,
      dials: SUPPORT_NUMBER,
      acts: callerActs(dice, true),
    },
    phone: [customerHabit(dice), customerHabit(dice)],
  };
}

/** Nobody is there when a rush begins, so that lines grow; everybody comes back later, and some leave in the middle. */
function shiftsBy(dice: Dice, agents: number, rushes: readonly number[]): readonly PlannedShift[] {
  return Array.from({ length: agents }, (_, at) => at + 1).flatMap((agent) => {
    const shifts: PlannedShift[] = [
      { atSeconds: Math.min(...rushes) + dice.between(0, 300), agent, does: 'come' },
    ];
    for (const rush of rushes) {
      shifts.push({ atSeconds: rush - dice.between(1, 120), agent, does: 'leave' });
      shifts.push({ atSeconds: rush + dice.between(100, 400), agent, does: 'come' });
      const atSeconds = rush + dice.between(100, 900);
      const awaySeconds = dice.between(10, 300);
      const [from, to] = dice.weighed<readonly PlannedShift['does'][]>([
        [3, []],
        [1, ['leave', 'come']],
        [1, ['begin-own-call', 'end-own-call']],
      ]);
      if (from !== undefined) shifts.push({ atSeconds, agent, does: from });
      if (to !== undefined) shifts.push({ atSeconds: atSeconds + awaySeconds, agent, does: to });
    }
    return shifts;
  });
}

/** In or shortly after a rush, when something is under way. */
function faultsBy(
  dice: Dice,
  rushes: readonly number[],
  only: readonly FaultKind[],
): readonly PlannedFault[] {
  return Array.from({ length: dice.whole(FAULTS_MIN, FAULTS_MAX) }, () => ({
    atSeconds: dice.oneOf(rushes) + dice.between(5, 600),
    kind: dice.oneOf(only),
    seconds: dice.weighed([
      [3, dice.between(1, 15)],
      [2, dice.between(15, 90)],
    ]),
  }));
}
