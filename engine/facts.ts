import { type DialFacts, gapUntil, mayDial } from '../core/callbacks/may-dial.ts';
import type { MayDial } from '../core/interactions/input.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import { openingAt } from './opening-hours.ts';

/** What the core wants to know before the customer of this situation is called at this moment. */
export function dialFacts(loaded: LoadedSituation): DialFacts {
  const { hours, nowMs, numberOnCall, lastTriedUntil, situation } = loaded;
  const { callback, queue } = situation;
  const chance = callback?.secondChance ?? null;
  return {
    opening: openingAt(hours, nowMs),
    numberOnCall,
    gapUntil: gapUntil(lastTriedUntil, chance, queue.callback, nowMs),
  };
}

/** Whether the customer of this situation may be called at this moment. */
export function mayDialNow(loaded: LoadedSituation): MayDial {
  return mayDial(dialFacts(loaded));
}
