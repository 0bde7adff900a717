import { receiveCall } from '../core/interactions/calls.ts';
import { id } from '../core/prelude/ids.ts';
import { numbersOfPbx, type PbxRow, queueOfNumber } from '../store/centre.ts';
import type { ArrivedCall } from '../telephony/driver.ts';
import { normalizeNumber } from './caller-numbers.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling } from './handling.ts';

/**
 * Puts a call that came in into the line of the queue that its number leads to.
 * @returns false when the number leads nowhere; the call is then not ours.
 * @throws DatabaseUnavailable
 */
export async function takeCall(
  deps: EngineDeps,
  handling: Handling,
  pbx: PbxRow,
  call: ArrivedCall,
): Promise<boolean> {
  const [own = null] = await numbersOfPbx(deps.database, pbx.tenantId, pbx.id);
  const dialled = normalizeNumber(call.dialledNumber, own);
  if (dialled === null) return false;
  const handled = await deps.database.transaction<Handled | null>(async (tx) => {
    const entry = await queueOfNumber(tx, pbx.tenantId, pbx.id, dialled);
    if (entry === null) return null;
    const nowMs = await tx.clock();
    const decision = receiveCall({
      interactionId: id<'interaction'>(deps.newId()),
      pbxId: pbx.id,
      queueId: entry.queueId,
      legId: call.legId,
      customerNumber: normalizeNumber(call.callerNumber, own),
      dialledNumber: dialled,
      place: { lineId: entry.lineId, priority: 0, enteredAt: nowMs, sequence: entry.sequence },
      queue: entry.queue,
    });
    const { tenantId } = pbx;
    return handling.save(tx, { tenantId, before: null, decision, nextCommand: 1, nowMs });
  });
  if (handled !== null) handling.publish(handled);
  return handled !== null;
}
