import { type DialFacts, gapUntil, mayDial } from '../core/callbacks/may-dial.ts';
import type { MayDial } from '../core/interactions/input.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import { ALLOWED } from '../core/numbers/verdict.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { Transaction } from '../store/database.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import { callableTimes, type DayFacts, dayFactsOf } from './calling-hours.ts';
import { judge, type NumberJudgement } from './number-check.ts';
import { openingAt } from './opening-hours.ts';

/** Looks, without locks, at what the number policy says of one more call to the customer of this situation. */
export async function lookAtNumber(
  tx: Pick<Transaction, 'query'>,
  { tenantId, situation: { callback }, nowMs }: LoadedSituation,
): Promise<NumberJudgement> {
  if (callback === null) return { verdict: ALLOWED, ratePerMinute: 0 };
  const number: PhoneNumber = callback.number;
  return judge(tx, { tenantId, number, nowMs, counted: 'dials' });
}

/** What the core wants to know before the customer of this situation is called at this moment. */
export function dialFacts(loaded: LoadedSituation, { verdict }: NumberJudgement): DialFacts {
  const { nowMs, numberOnCall, lastTriedUntil, stops, gotThrough, situation } = loaded;
  const { callback, queue } = situation;
  const chance = callback?.secondChance ?? null;
  return {
    opening: openingOf(dayFactsOf(loaded), nowMs),
    numberOnCall,
    diallingStopped: stops.dialling,
    gotThrough,
    gapUntil: gapUntil(lastTriedUntil, chance, queue.callback, nowMs),
    numberVerdict: verdict,
  };
}

/** Whether queue and customer can be had at a moment, and if not, which of them closes, and when both are open next. */
export function openingOf(facts: DayFacts, at: EpochMs): DialFacts['opening'] {
  const opening = openingAt(callableTimes(facts), at);
  if (opening.open) return opening;
  const isQueueOpen = facts.hours === null || openingAt([facts.hours], at).open;
  return { ...opening, closed: isQueueOpen ? 'calling-hours' : 'closed-hours' };
}

/** Whether the customer of this situation may be called at this moment. */
export function mayDialNow(loaded: LoadedSituation, judgement: NumberJudgement): MayDial {
  return mayDial(dialFacts(loaded, judgement));
}
