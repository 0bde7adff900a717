import type { NodeId, PbxId, TenantId } from '../../core/prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../../core/prelude/time.ts';
import { type Database, type Transaction, timestamp } from '../database.ts';
import { sqlFile } from '../statement.ts';

const TAKE = sqlFile(import.meta.url, './take.sql');
const RENEW = sqlFile(import.meta.url, './renew.sql');
const SET_READY = sqlFile(import.meta.url, './set-ready.sql');
const RELEASE = sqlFile(import.meta.url, './release.sql');
const FENCE = sqlFile(import.meta.url, './fence.sql');

/** How long ownership lasts without being renewed, in seconds. It is renewed every second. */
export const LEASE_SECONDS = 5;

/** Which connection, held by whom, under which epoch. */
export interface Ownership {
  readonly tenantId: TenantId;
  readonly pbxId: PbxId;
  readonly nodeId: NodeId;
  readonly epoch: number;
}

/** The epoch under which a node owns a PBX, as it believes: what the PBX has told it counts while that is true. */
export type Owned = Omit<Ownership, 'nodeId'>;

/**
 * Tries to become the owner. Each success has a new epoch, and whoever holds an older one can change nothing any more.
 * @param lockHeld the caller holds the advisory lock, so no former owner is alive, whatever the lease says.
 */
export async function takeOwnership(
  database: Database,
  who: Omit<Ownership, 'epoch'>,
  nowMs: EpochMs,
  lockHeld: boolean,
): Promise<Ownership | null> {
  const [row] = await database.query<{ epoch: number }>(TAKE, [
    who.tenantId,
    who.pbxId,
    who.nodeId,
    timestamp(secondsAfter(nowMs, LEASE_SECONDS)),
    timestamp(nowMs),
    lockHeld,
  ]);
  return row === undefined ? null : { ...who, epoch: row.epoch };
}

/** Keeps ownership for another lease; false when somebody else has it now. */
export async function renewOwnership(
  database: Database,
  { tenantId, pbxId, nodeId, epoch }: Ownership,
  nowMs: EpochMs,
): Promise<boolean> {
  const until = timestamp(secondsAfter(nowMs, LEASE_SECONDS));
  return (await database.query(RENEW, [tenantId, pbxId, nodeId, epoch, until])).length > 0;
}

/** Says whether new work may be given to this PBX. False when ownership has been lost. */
export async function setReady(
  database: Database,
  { tenantId, pbxId, epoch }: Ownership,
  ready: boolean,
): Promise<boolean> {
  return (await database.query(SET_READY, [tenantId, pbxId, epoch, ready])).length > 0;
}

/** Gives ownership up, so that another node need not wait for the lease. */
export async function releaseOwnership(
  database: Database,
  { tenantId, pbxId, epoch }: Ownership,
): Promise<void> {
  await database.query(RELEASE, [tenantId, pbxId, epoch]);
}

/** True, and it stays true until the transaction ends, when the epoch is still the owner's. */
export async function holdsFence(
  tx: Transaction,
  { tenantId, pbxId, epoch }: Owned,
): Promise<boolean> {
  return (await tx.query(FENCE, [tenantId, pbxId, epoch])).length > 0;
}
