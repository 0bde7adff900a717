import {
  type Act,
  hangsUp,
  hangsUpOnHearing,
  losesLine,
  type PhoneHabit,
  patience,
  pressesOnHearing,
  talks,
} from '../telephony/sandbox/habits.ts';
import type { Dice } from './dice.ts';
import { SHARED_NUMBER } from './office.ts';

const OFFER = 'ringback/offer';
const CONFIRMATION = 'ringback/confirmation';
/** Nobody stays on the phone for longer than this, in seconds. */
const ENDURANCE_SECONDS = 1200;

/** Most live in Washington, some in Berlin, some behind a switchboard, and some would cost a fortune to call back. */
export function callerNumber(dice: Dice, nth: number): string {
  const last = (1000 + nth).toString();
  return dice.weighed([
    [20, `+1202555${last}`],
    [1, `+4930901820${last.slice(2)}`],
    [1, SHARED_NUMBER],
    [0.5, `+1900234${last}`],
  ]);
}

/** What a caller does: asks for a callback, or waits for an agent as long as they can. */
export function callerActs(dice: Dice, asks: boolean): readonly Act[] {
  const conversation = [talks(dice.between(1, 90)), hangsUp(ENDURANCE_SECONDS)];
  if (!asks) return [...conversation, patience(dice.between(5, 500))];
  const press = pressesOnHearing(OFFER, '1', dice.between(0.2, 4));
  const acts: Act[] = [...conversation, press];
  // Some are impatient and press again, some hang up in the middle of the sentence.
  if (dice.is(0.15)) acts.push({ ...press, afterSeconds: press.afterSeconds + 0.4 });
  if (dice.is(0.3)) acts.push(hangsUpOnHearing(CONFIRMATION, dice.between(0, 1.9)));
  return acts;
}

/** What a customer's phone does when it is called. */
export function customerHabit(dice: Dice): PhoneHabit {
  const afterSeconds = dice.between(1, 14);
  return dice.weighed<PhoneHabit>([
    [10, { kind: 'answer', afterSeconds, acts: [talks(dice.between(9, 80))] }],
    // Hangs up at once, or loses patience before anybody speaks.
    [2, { kind: 'answer', afterSeconds, acts: [hangsUp(dice.between(0, 4))] }],
    // The network loses the call in the middle of a sentence.
    [1.5, { kind: 'answer', afterSeconds, acts: [losesLine(dice.between(1, 75))] }],
    [2, { kind: 'busy' }],
    [2, { kind: 'no-answer' }],
    [1, { kind: 'reject', afterSeconds: dice.between(1, 8) }],
    [1, { kind: 'voicemail', afterSeconds, recordsSeconds: dice.between(5, 40) }],
    [0.5, { kind: 'invalid-number' }],
    [1, { kind: 'congestion' }],
  ]);
}

/** What an agent's phone does when it rings. */
export function agentHabit(dice: Dice): PhoneHabit {
  const afterSeconds = dice.between(1, 7);
  return dice.weighed<PhoneHabit>([
    [12, { kind: 'answer', afterSeconds, acts: [] }],
    [2, { kind: 'answer', afterSeconds, acts: [hangsUp(dice.between(0.5, 25))] }],
    [1.5, { kind: 'no-answer' }],
    [1, { kind: 'reject', afterSeconds: dice.between(0.5, 5) }],
    [0.5, { kind: 'forward', afterSeconds: dice.between(1, 4) }],
    [0.5, { kind: 'unreachable' }],
  ]);
}

/** What everybody does in the end, when every promise is to be kept. */
export function reliable(dice: Dice, talkSeconds: number): PhoneHabit {
  return { kind: 'answer', afterSeconds: dice.between(1, 5), acts: [talks(talkSeconds)] };
}
