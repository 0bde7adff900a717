import type { ExplainFacts } from '../core/callbacks/explain.ts';
import type { CallbackId, TenantId } from '../core/prelude/ids.ts';
import { peopleAhead, readiness } from '../store/centre.ts';
import { availableAgents } from '../store/matching/matching.ts';
import { interactionOfCallback } from '../store/situations/find.ts';
import { loadSituation } from '../store/situations/load.ts';
import type { EngineDeps } from './deps.ts';

/** Everything that core needs to say why a callback stands where it stands; read without locks. Null when unknown. */
export async function factsForExplaining(
  { database }: EngineDeps,
  tenantId: TenantId,
  callbackId: CallbackId,
): Promise<ExplainFacts | null> {
  const interactionId = await interactionOfCallback(database, tenantId, callbackId);
  if (interactionId === null) return null;
  const loaded = await database.transaction(async (tx) =>
    loadSituation(tx, tenantId, interactionId),
  );
  const callback = loaded?.situation.callback;
  if (loaded === null || callback === undefined || callback === null) return null;
  const { interaction, timers } = loaded.situation;
  const waiting = await peopleAhead(database, tenantId, interactionId);
  const agents = await availableAgents(database, tenantId, interaction.place.lineId);
  return {
    state: callback.state,
    standing: interaction.standing,
    expiresAt: timers.expiry ?? null,
    ahead: waiting?.ahead ?? 0,
    agentsAvailable: agents.length,
    numberRefusal: callback.numberRefusal,
    pbxReady: await readiness(database, tenantId, interaction.pbxId),
  };
}
