import { epochMs } from '../core/prelude/time.ts';
import { AT_ANY_TIME, type CallbackSettings, retryAfterAll } from '../core/queues/settings.ts';
import {
  type Act,
  hangsUp,
  hangsUpOnHearing,
  type PhoneHabit,
  patience,
  pressesOnHearing,
  talks,
} from '../telephony/sandbox/habits.ts';
import { SUPPORT_NUMBER } from './centre.ts';
import type { PlannedErrand } from './errands.ts';
import type { PlannedFault, Schedule } from './schedule.ts';

/** One customer and one agent to whom the same always happens: what a process may die in the middle of. */
export interface Life {
  readonly name: string;
  readonly schedule: Schedule;
}

/** What differs from a day on which everything works. */
interface Difference {
  readonly caller?: readonly Act[];
  readonly customer?: PhoneHabit;
  readonly agent?: PhoneHabit;
  readonly fault?: PlannedFault;
  readonly errand?: PlannedErrand;
  readonly redialSeconds?: number;
  readonly settings?: Partial<CallbackSettings>;
}

/** A Wednesday. */
const START_MS = epochMs(Date.UTC(2026, 10, 18, 15));
/** The agent comes to work then, in seconds; the caller has hung up by that time. */
const COMES_AT = 14;
const asks = pressesOnHearing('ringback/offer', '1', 0.5);
const answers: PhoneHabit = { kind: 'answer', afterSeconds: 3, acts: [talks(9)] };
const picksUp: PhoneHabit = { kind: 'answer', afterSeconds: 2, acts: [] };

/** Everything works: asked for, kept, talked, noted. */
export const HAPPY: Life = life('everything works', {});

/** The most common ways in which it does not. */
export const FAILURES: readonly Life[] = [
  life('the caller hangs up during the confirmation', {
    caller: [asks, hangsUpOnHearing('ringback/confirmation', 0.5)],
  }),
  life('the caller presses twice', { caller: [asks, { ...asks, afterSeconds: 0.8 }] }),
  life('the caller gives up', { caller: [patience(6)] }),
  life('the caller calls again while the promise waits', { redialSeconds: 2 }),
  life('the agent does not pick up', { agent: { kind: 'no-answer' } }),
  life('the agent declines', { agent: { kind: 'reject', afterSeconds: 1 } }),
  life('the phone of the agent forwards', { agent: { kind: 'forward', afterSeconds: 1 } }),
  life('the phone of the agent is not there', { agent: { kind: 'unreachable' } }),
  life('the agent hangs up during the alert', {
    agent: { kind: 'answer', afterSeconds: 2, acts: [hangsUp(1)] },
  }),
  life('the agent hangs up while the customer is called', {
    agent: { kind: 'answer', afterSeconds: 2, acts: [hangsUp(4)] },
  }),
  life('the agent hangs up on the customer', {
    agent: { kind: 'answer', afterSeconds: 2, acts: [hangsUp(8)] },
  }),
  life('the customer is busy', { customer: { kind: 'busy' } }),
  life('the customer does not answer', { customer: { kind: 'no-answer' } }),
  life('the customer declines', { customer: { kind: 'reject', afterSeconds: 2 } }),
  life('a machine answers', {
    customer: { kind: 'voicemail', afterSeconds: 2, recordsSeconds: 9 },
  }),
  life('the number does not exist', { customer: { kind: 'invalid-number' } }),
  life('the network is congested', { customer: { kind: 'congestion' } }),
  life('the customer hangs up at once', {
    customer: { kind: 'answer', afterSeconds: 2, acts: [hangsUp(0.5)] },
  }),
  life('the connection to the PBX is lost while the phone rings', {
    fault: { kind: 'connection-lost', atSeconds: COMES_AT + 5, seconds: 3 },
  }),
  life('the PBX restarts while they talk', {
    fault: { kind: 'pbx-restart', atSeconds: COMES_AT + 10, seconds: 2 },
  }),
  life('the callback is cancelled while the agent is asked', {
    errand: { errand: { kind: 'cancel' }, atSeconds: COMES_AT + 1 },
  }),
];

function life(name: string, difference: Difference): Life {
  const { caller, customer, agent, fault, errand, redialSeconds, settings } = difference;
  const redials =
    redialSeconds === undefined ? {} : { redials: { times: 1, afterSeconds: redialSeconds } };
  return {
    name,
    schedule: {
      seed: 0,
      startMs: START_MS,
      busySeconds: COMES_AT + 46,
      settings: {
        ...{ callingHours: AT_ANY_TIME, minimumGapSeconds: 5, retryAfterSeconds: retryAfterAll(5) },
        ...{ ringCustomerSeconds: 15, ringAgentSeconds: 8, wrapUpSeconds: 4, ...settings },
      },
      hasHours: false,
      nodes: 1,
      agents: 1,
      callbacksMin: 0,
      callers: [
        {
          atSeconds: 3,
          habit: {
            number: '+12025551000',
            dials: SUPPORT_NUMBER,
            acts: caller ?? [asks, talks(9), hangsUp(120)],
            ...redials,
          },
          phone: [customer ?? answers, answers],
        },
      ],
      agentPhone: [agent ?? picksUp, picksUp],
      shifts: [{ atSeconds: COMES_AT, agent: 1, does: 'come' }],
      faults: fault === undefined ? [] : [fault],
      errands: errand === undefined ? [] : [errand],
    },
  };
}
