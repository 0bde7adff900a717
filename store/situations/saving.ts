import type { Decision } from '../../core/interactions/decision.ts';
import type { Situation } from '../../core/interactions/situation.ts';
import type { TenantId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';

/** What was decided, about what, when, and by whom it will be carried out. */
export interface Saving {
  readonly tenantId: TenantId;
  /** Null for an interaction that begins with this decision. */
  readonly before: Situation | null;
  readonly decision: Decision;
  readonly nextCommand: number;
  readonly nowMs: EpochMs;
  /** The epoch under which this node will send the commands itself right after the commit; null when it is not the owner. */
  readonly epoch: number | null;
}
