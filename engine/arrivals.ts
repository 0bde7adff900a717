import { receiveCall } from '../core/interactions/calls.ts';
import { id } from '../core/prelude/ids.ts';
import { numbersOfPbx, queueOfNumber } from '../store/centre.ts';
import { holdsFence } from '../store/ownership/ownership.ts';
import type { ArrivedCall } from '../telephony/driver.ts';
import { normalizeNumber } from './caller-numbers.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling, PbxSide } from './handling.ts';

/** What became of a call: `not-ours` when another node owns the PBX by now and takes it. */
export type Taken = 'in-line' | 'leads-nowhere' | 'not-ours';

/**
 * Puts a call that came in into the line of the queue that its number leads to.
 * @throws DatabaseUnavailable
 */
export async function takeCall(
  deps: EngineDeps,
  handling: Handling,
  { pbx, epoch }: PbxSide,
  call: ArrivedCall,
): Promise<Taken> {
  const [own = null] = await numbersOfPbx(deps.database, pbx.tenantId, pbx.id);
  const dialled = normalizeNumber(call.dialledNumber, own);
  if (dialled === null) return 'leads-nowhere';
  const { tenantId, id: pbxId } = pbx;
  const handled = await deps.database.transaction<Handled | Taken>(async (tx) => {
    if (!(await holdsFence(tx, { tenantId, pbxId, epoch }))) return 'not-ours';
    const entry = await queueOfNumber(tx, tenantId, pbxId, dialled);
    if (entry === null) return 'leads-nowhere';
    const nowMs = await tx.clock();
    const decision = receiveCall({
      interactionId: id<'interaction'>(deps.newId()),
      pbxId,
      queueId: entry.queueId,
      legId: call.legId,
      customerNumber: normalizeNumber(call.callerNumber, own),
      dialledNumber: dialled,
      place: {
        lineId: entry.lineId,
        priority: entry.priority,
        enteredAt: nowMs,
        sequence: entry.sequence,
      },
      queue: entry.queue,
      origins: entry.origins,
    });
    return handling.save(tx, { tenantId, before: null, decision, nextCommand: 1, nowMs });
  });
  if (typeof handled === 'string') return handled;
  handling.publish(handled);
  return 'in-line';
}
