import type { Registry } from 'prom-client';
import type { TenantId } from '../core/prelude/ids.ts';
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

/** Everything the server stands on. */
export interface ServerDeps {
  readonly database: Database;
  readonly operations: Operations;
  readonly tenantId: TenantId;
  /** Looks at a PBX and says what is missing on its side; null when there is no PBX of that name. */
  readonly checkPbx: (name: string) => Promise<readonly PbxFinding[] | null>;
  /** Takes the figures for Prometheus; handed in, so that two servers in one process do not share one. */
  readonly registry: Registry;
  readonly log: ServerLog;
  /** The address by which people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  readonly version: string;
}
