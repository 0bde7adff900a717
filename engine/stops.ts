import type { TenantId } from '../core/prelude/ids.ts';
import { done, type Outcome, refused } from '../core/prelude/refusal.ts';
import type { Stoppable } from '../core/stops/stop.ts';
import type { Transaction } from '../store/database.ts';
import {
  beginStop,
  endStop,
  findTarget,
  type StopTarget,
  type StopWord,
  waitForDials,
} from '../store/stops/stops.ts';
import type { EngineDeps } from './deps.ts';

/** Who turns which switch, and why. */
export interface StopErrand {
  readonly tenantId: TenantId;
  readonly what: Stoppable;
  readonly scope:
    | { readonly kind: 'queue' | 'pbx'; readonly name: string }
    | { readonly kind: 'all' };
  /** The name of whoever does it, as it was given. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Stops requests or dialling. Once it has answered, no decision to dial is made any more; what was decided before, goes on.
 * @throws DatabaseUnavailable
 */
export async function stopWork(deps: EngineDeps, errand: StopErrand): Promise<Outcome<null>> {
  return withTarget(deps, errand, async (tx, word) => {
    if (errand.what === 'dialling') await waitForDials(tx, errand.tenantId, word.target);
    return (await beginStop(tx, deps.newId(), word))
      ? done(null)
      : refused('ALREADY_STOPPED', `Stopped already: ${errand.what} for ${word.target.scope}.`);
  });
}

/** Lets requests or dialling go on; whoever waits for it is looked at at once. @throws DatabaseUnavailable */
export async function resumeWork(deps: EngineDeps, errand: StopErrand): Promise<Outcome<null>> {
  return withTarget(deps, errand, async (tx, word) =>
    (await endStop(tx, word))
      ? done(null)
      : refused('NOT_STOPPED', `Not stopped: ${errand.what} for ${word.target.scope}.`),
  );
}

async function withTarget(
  { database }: EngineDeps,
  { tenantId, what, scope, by, reason }: StopErrand,
  turn: (tx: Transaction, word: StopWord) => Promise<Outcome<null>>,
): Promise<Outcome<null>> {
  return database.transaction(async (tx) => {
    const target = await targetOf(tx, tenantId, scope);
    if (target !== null) {
      return turn(tx, { tenantId, what, target, by, reason, nowMs: await tx.clock() });
    }
    return scope.kind === 'pbx'
      ? refused('PBX_UNKNOWN', 'There is no PBX with this name.')
      : refused('QUEUE_UNKNOWN', 'There is no queue with this name.');
  });
}

async function targetOf(
  tx: Transaction,
  tenantId: TenantId,
  scope: StopErrand['scope'],
): Promise<StopTarget | null> {
  return scope.kind === 'all'
    ? { queueId: null, pbxId: null, scope: 'everything' }
    : findTarget(tx, tenantId, scope.kind, scope.name);
}
