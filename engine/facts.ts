import type { MayDial } from '../core/interactions/input.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import { openingAt } from './opening-hours.ts';

/** Whether the customer of this situation may be called at this moment: hours first, then whether they are on a call. */
export function mayDialNow({ hours, nowMs, numberOnCall }: LoadedSituation): MayDial {
  const opening = openingAt(hours, nowMs);
  if (!opening.open) {
    return { yes: false, reason: 'closed-hours', nextOpening: opening.nextOpening };
  }
  return numberOnCall ? { yes: false, reason: 'number-on-call' } : { yes: true };
}
