import type { PbxId } from '../core/prelude/ids.ts';
import type { Timer } from '../core/prelude/timers.ts';
import { listPbxs, type PbxRow } from '../store/centre.ts';
import type { OwnerLock } from '../store/ownership/lock-session.ts';
import {
  LEASE_SECONDS,
  releaseOwnership,
  renewOwnership,
  takeOwnership,
} from '../store/ownership/ownership.ts';
import type { Driver } from '../telephony/driver.ts';
import { Connection, type ConnectionPorts } from './connection.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { PbxStatus } from './operations.ts';

/** How often ownership is renewed, or tried to be taken, in milliseconds. */
const BEAT_MS = 1_000;

/**
 * Which PBX connections this node owns. Ownership is a row with an epoch and a lease, renewed every second; the
 * advisory lock only makes a take-over quicker when the former owner has died.
 */
export class Connections {
  private readonly deps: EngineDeps;
  private readonly lock: OwnerLock;
  private readonly ports: Omit<ConnectionPorts, 'deps' | 'replaced'>;
  private readonly onLost: (pbxId: PbxId) => void;
  private readonly owned = new Map<PbxId, Connection>();
  private known: readonly PbxRow[] = [];
  private beating: Promise<void> = Promise.resolve();
  private timer: Timer | null = null;
  private stopped = false;

  constructor(
    deps: EngineDeps,
    lock: OwnerLock,
    ports: Omit<ConnectionPorts, 'deps' | 'replaced'>,
    onLost: (pbxId: PbxId) => void,
  ) {
    this.deps = deps;
    this.lock = lock;
    this.ports = ports;
    this.onLost = onLost;
  }

  /** Begins to take and renew ownership. */
  start(): void {
    this.beatNow();
  }

  /** Looks at the configuration anew; connections whose settings have changed are made again. */
  async refresh(): Promise<void> {
    await this.beating;
    this.timer?.cancel();
    this.beatNow();
    await this.beating;
  }

  /** The epoch under which this node owns the PBX; null when it does not. */
  epochOf(pbxId: PbxId): number | null {
    return this.owned.get(pbxId)?.ownership.epoch ?? null;
  }

  /** The driver of a PBX of this node. */
  driverOf(pbxId: PbxId): Driver | null {
    return this.owned.get(pbxId)?.currentDriver ?? null;
  }

  /** The connections of this node. */
  all(): readonly Connection[] {
    return [...this.owned.values()];
  }

  /** How every known PBX is, as this node sees it. */
  status(): readonly PbxStatus[] {
    return this.known.map(
      (pbx) =>
        this.owned.get(pbx.id)?.status() ?? { name: pbx.name, state: 'elsewhere', problem: null },
    );
  }

  /** Gives every connection up, so that another node can take over at once. Calls on the PBXs go on. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.beating;
    this.timer?.cancel();
    for (const connection of this.all()) await this.letGo(connection, true);
    await this.lock.close();
  }

  private beatNow(): void {
    if (this.stopped) return;
    this.beating = this.beat().then(() => {
      const beat = (): void => {
        this.beatNow();
      };
      this.timer = this.deps.timers.after(BEAT_MS, beat, 'ownership');
    });
  }

  private async beat(): Promise<void> {
    try {
      await this.lock.beat();
      this.known = await listPbxs(this.deps.database);
      for (const connection of this.all()) await this.keep(connection);
      for (const pbx of this.known) if (!this.owned.has(pbx.id)) await this.tryTake(pbx);
    } catch (error) {
      // Live calls go on without a database; nobody else can take over either. It is tried again at the next beat.
      this.deps.log.warn(
        { problem: messageOf(error) },
        'ownership of PBX connections was not renewed',
      );
    }
  }

  private async keep(connection: Connection): Promise<void> {
    const { ownership, pbx } = connection;
    const now = this.known.find(({ id }) => id === pbx.id);
    if (now === undefined || settingsOf(now) !== settingsOf(pbx)) {
      await this.letGo(connection, true);
      return;
    }
    const nowMs = await this.deps.database.clock();
    if (await renewOwnership(this.deps.database, ownership, nowMs)) {
      await this.lock.tryLock(pbx.id);
      if (connection.currentDriver === null) await connection.open();
      return;
    }
    this.deps.log.warn({ pbx: pbx.name }, 'another node has taken over this PBX');
    await this.letGo(connection, false);
  }

  private async tryTake(pbx: PbxRow): Promise<void> {
    const lockHeld = await this.lock.tryLock(pbx.id);
    const who = { tenantId: pbx.tenantId, pbxId: pbx.id, nodeId: this.deps.nodeId };
    const nowMs = await this.deps.database.clock();
    const ownership = await takeOwnership(this.deps.database, who, nowMs, lockHeld);
    if (ownership === null || this.stopped) return;
    this.deps.log.info({ pbx: pbx.name, epoch: ownership.epoch }, 'this node owns the PBX now');
    const connection = new Connection(pbx, ownership, {
      ...this.ports,
      deps: this.deps,
      replaced: (lost) => void this.replaced(lost),
    });
    this.owned.set(pbx.id, connection);
    await connection.open();
  }

  private async replaced(connection: Connection): Promise<void> {
    this.deps.log.warn({ pbx: connection.pbx.name }, 'the application was taken over on the PBX');
    // The lease is left to run out: if it was another node, it has a newer epoch; if it was a stranger, we do not fight.
    await this.letGo(connection, false);
  }

  private async letGo(connection: Connection, release: boolean): Promise<void> {
    const { pbx, ownership } = connection;
    this.owned.delete(pbx.id);
    this.onLost(pbx.id);
    try {
      await connection.close();
      if (release) await releaseOwnership(this.deps.database, ownership);
      await this.lock.unlock(pbx.id);
    } catch (error) {
      this.deps.log.warn(
        { pbx: pbx.name, problem: messageOf(error), leaseSeconds: LEASE_SECONDS },
        'a PBX was let go without telling the database; its lease will run out',
      );
    }
  }
}

function settingsOf(pbx: PbxRow): string {
  return JSON.stringify([pbx.driver, pbx.settings]);
}
