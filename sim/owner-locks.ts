import type { PbxId } from '../core/prelude/ids.ts';
import type { Timers } from '../core/prelude/timers.ts';
import type { OwnerLock } from '../store/ownership/lock-session.ts';

/** After so long without a sign of life the database ends the session that holds a node's locks. */
const LOCK_IDLE_MS = 5_000;

/** A process as the locks see it. */
export interface LockHolder {
  readonly isDead: boolean;
  /** When it last showed life, in monotonic milliseconds. */
  lastBeatMs: number;
}

/** The advisory locks of all nodes on one database: gone with a dead holder, and with one that shows no life. */
export class OwnerLocks {
  readonly #holders = new Map<PbxId, LockHolder>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** The locks as one node uses them. */
  lockOf(node: LockHolder): OwnerLock {
    return {
      tryLock: async (pbxId) => {
        const holder = this.#holders.get(pbxId);
        const isFree = holder === undefined || holder === node || !this.#isAlive(holder);
        if (isFree) this.#holders.set(pbxId, node);
        return Promise.resolve(isFree);
      },
      unlock: async (pbxId) => {
        if (this.#holders.get(pbxId) === node) this.#holders.delete(pbxId);
        return Promise.resolve();
      },
      beat: async () => {
        node.lastBeatMs = this.#timers.monotonicMs();
        return Promise.resolve();
      },
      close: async () => Promise.resolve(),
    };
  }

  #isAlive(holder: LockHolder): boolean {
    return !holder.isDead && this.#timers.monotonicMs() - holder.lastBeatMs <= LOCK_IDLE_MS;
  }
}
