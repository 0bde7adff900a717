import type { CustomerDial } from '../core/interactions/command.ts';
import type { PbxId } from '../core/prelude/ids.ts';
import { freeRoute } from '../store/centre.ts';
import { type CommandKey, markSent } from '../store/commands/commands.ts';
import { type LoadedSituation, lockSituation } from '../store/situations/load.ts';
import type { EngineDeps } from './deps.ts';
import { lookAtNumber, mayDialNow } from './facts.ts';
import type { Handled, Handling } from './handling.ts';
import { checkDial, type NumberJudgement } from './number-check.ts';

/** A call that the last check has let pass, and since when this node is known to own the PBX. */
export interface OpenGate {
  readonly dial: CustomerDial;
  readonly verifiedAtMs: number;
}

/**
 * The last check before a customer is called, in one transaction: this node still owns the PBX, the command was not sent
 * before, the callback is still wanted, the number may be called by the number policy and is not on a call, the hours are open, and a route has a free line.
 * Once it has committed, the call is placed exactly once or never.
 * @returns null when nothing may be dialled; whatever follows from that has been committed as well.
 */
export async function openGate(
  deps: EngineDeps,
  handling: Handling,
  errand: CommandKey & { readonly pbxId: PbxId; readonly epoch: number },
): Promise<OpenGate | null> {
  const { interactionId } = errand;
  return handling.inTurn(interactionId, async () => {
    const verifiedAtMs = deps.timers.monotonicMs();
    const handled = await deps.database
      .transaction(async (tx) => checkAndDecide(tx, handling, errand))
      .catch(async (error: unknown) => {
        await handling.failed({ ...errand, what: 'dial-due', agentId: null }, error);
        throw error;
      });
    if (handled === null) return null;
    handling.publish(handled);
    const { dial } = handled.decision;
    return dial === null ? null : { dial, verifiedAtMs };
  });
}

async function checkAndDecide(
  tx: Parameters<typeof lockSituation>[0],
  handling: Handling,
  errand: CommandKey & { readonly pbxId: PbxId; readonly epoch: number },
): Promise<Handled | null> {
  const { tenantId, pbxId, interactionId, epoch } = errand;
  const loaded = await lockSituation(tx, tenantId, interactionId, epoch);
  if (loaded === null) return null;
  if (!(await markSent(tx, errand, epoch))) return null;
  const number = await checkNumber(tx, loaded);
  const mayDial = mayDialNow(loaded, number);
  const free = mayDial.yes ? await freeRoute(tx, tenantId, pbxId) : null;
  const route = free === null ? null : { ...free, ratePerMinute: number.ratePerMinute };
  return handling.decideAndSave(tx, loaded, { kind: 'dial-due', mayDial, route }, epoch);
}

async function checkNumber(
  tx: Parameters<typeof lockSituation>[0],
  loaded: LoadedSituation,
): Promise<NumberJudgement> {
  const { tenantId, nowMs, situation } = loaded;
  const number = situation.attempt?.number ?? null;
  return number === null ? lookAtNumber(tx, loaded) : checkDial(tx, { tenantId, number, nowMs });
}
