import type { Registry } from 'prom-client';
import type { InteractionId, TenantId } from '../core/prelude/ids.ts';
import type { Operations } from '../engine/operations.ts';
import type { Database } from '../store/database.ts';
import type { ServerLog } from './problems.ts';

/** One thing that a PBX must have, as its driver found it. */
export interface PbxFinding {
  readonly what: string;
  readonly ok: boolean;
  /** What is missing, in words; null when nothing is. */
  readonly problem: string | null;
  /** What helps; empty when nothing is missing. */
  readonly remedy: readonly { readonly file: string; readonly lines: readonly string[] }[];
}

/** One caller of the practice centre; see contract/demo.ts. */
export interface CallerOrder {
  readonly queue: string;
  readonly presses: string | null;
  readonly afterSeconds: number | null;
  readonly hangsUpAfterSeconds: number | null;
  readonly whenCalled: 'answers' | 'busy' | 'no-answer' | 'rejects' | 'voicemail';
}

/** The practice centre that runs on this node. */
export interface DemoControl {
  readonly queues: readonly string[];
  isThere(): boolean;
  /** Back to its beginning; brings it back when it was removed. */
  reset(): Promise<void>;
  /** False when there is none. */
  remove(): Promise<boolean>;
  /** Sends one caller. Null while the practice PBX takes no calls. */
  send(
    order: CallerOrder,
  ): Promise<{ readonly number: string; readonly interactionId: InteractionId } | null>;
}

/** Everything the server stands on. */
export interface ServerDeps {
  readonly database: Database;
  readonly operations: Operations;
  /** Whose centre is set up here. */
  readonly tenantId: TenantId;
  /** Whose centre is looked at: the practice centre is shown until something of one's own is set up. @throws DatabaseUnavailable */
  readonly shownTenant: () => Promise<TenantId>;
  /** Null where there can be none. */
  readonly demo: DemoControl | null;
  /** Looks at a PBX and says what is missing on its side; null when there is no PBX of that name. */
  readonly checkPbx: (name: string) => Promise<readonly PbxFinding[] | null>;
  /** Takes the figures for Prometheus; handed in, so that two servers in one process do not share one. */
  readonly registry: Registry;
  readonly log: ServerLog;
  /** The address by which people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  readonly version: string;
}
