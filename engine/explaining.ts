import { type Explanation, explain } from '../core/callbacks/explain.ts';
import { type CallerExplanation, explainCaller } from '../core/calls/explain-caller.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import type { CallbackId, InteractionId, TenantId } from '../core/prelude/ids.ts';
import { done, type Outcome, refused } from '../core/prelude/refusal.ts';
import { peopleAhead, readiness } from '../store/centre.ts';
import { agentsOfLine } from '../store/matching/agents-of-line.ts';
import { interactionOfCallback, interactionOnCall } from '../store/situations/find.ts';
import { type LoadedSituation, loadSituation } from '../store/situations/load.ts';
import type { EngineDeps } from './deps.ts';
import { lookAtNumber, mayDialNow } from './facts.ts';
import { lookAtCaller } from './number-check.ts';

/** Why a callback stands where it stands; read without locks, judged by the functions that the engine itself asks. */
export async function explainCallback(
  deps: EngineDeps,
  tenantId: TenantId,
  callbackId: CallbackId,
): Promise<Outcome<Explanation>> {
  const { database } = deps;
  const interactionId = await interactionOfCallback(database, tenantId, callbackId);
  const loaded =
    interactionId === null
      ? null
      : await database.transaction(async (tx) => loadSituation(tx, tenantId, interactionId));
  return loaded === null
    ? refused('CALLBACK_UNKNOWN', 'There is no callback with this id.')
    : explained(deps, loaded);
}

async function explained(
  { database }: EngineDeps,
  loaded: LoadedSituation,
): Promise<Outcome<Explanation>> {
  const { tenantId, nowMs, situation } = loaded;
  const { interaction, timers, callback } = situation;
  if (callback === null) return refused('CALLBACK_UNKNOWN', 'There is no callback with this id.');
  const [waiting, agents, pbxReady] = await Promise.all([
    peopleAhead(database, tenantId, interaction.id),
    agentsOfLine(database, tenantId, interaction.place.lineId, interaction.id),
    readiness(database, tenantId, interaction.pbxId),
  ]);
  return done(
    explain({
      nowMs,
      state: callback.state,
      standing: interaction.standing,
      expiresAt: timers.expiry ?? null,
      ahead: waiting?.ahead ?? 0,
      agents,
      pbxReady,
      numberRefusal: callback.numberRefusal,
      mayDial: mayDialNow(loaded, await lookAtNumber(database, loaded)),
    }),
  );
}

/** A caller by the id of the interaction, or by the number of somebody who is on the phone. */
export type CallerName =
  | { readonly interactionId: InteractionId }
  | { readonly number: PhoneNumber };

/** A caller found, and what was said about them. */
export interface ExplainedCaller extends CallerExplanation {
  readonly interactionId: InteractionId;
}

/** Why a caller is offered a callback, or is not. */
export async function explainCallerNamed(
  { database }: EngineDeps,
  tenantId: TenantId,
  caller: CallerName,
): Promise<Outcome<ExplainedCaller>> {
  const interactionId =
    'number' in caller
      ? await interactionOnCall(database, tenantId, caller.number)
      : caller.interactionId;
  const waiting =
    interactionId === null ? null : await peopleAhead(database, tenantId, interactionId);
  if (interactionId === null || waiting === null) {
    const who = 'number' in caller ? 'Nobody with this number is on the phone.' : 'It is unknown.';
    return refused('INTERACTION_UNKNOWN', who);
  }
  const numberVerdict = await lookAtCaller(database, tenantId, waiting.number);
  return done({ interactionId, ...explainCaller({ ...waiting.offer, numberVerdict }) });
}
