import type { MayDial } from '../core/interactions/input.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { Transaction } from '../store/database.ts';
import { numberOnCall } from '../store/situations/find.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import { openingAt } from './opening-hours.ts';

/** Whether the customer of this situation may be called at this moment: hours first, then whether they are on a call. */
export async function mayDialNow(
  tx: Transaction,
  { tenantId, situation, hours }: LoadedSituation,
  nowMs: EpochMs,
): Promise<MayDial> {
  const opening = openingAt(hours, nowMs);
  if (!opening.open) {
    return { yes: false, reason: 'closed-hours', nextOpening: opening.nextOpening };
  }
  const { callback, attempt } = situation;
  const onCall =
    callback !== null && (await numberOnCall(tx, tenantId, callback.number, attempt?.id ?? null));
  return onCall ? { yes: false, reason: 'number-on-call' } : { yes: true };
}
