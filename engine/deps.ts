import type { NodeId } from '../core/prelude/ids.ts';
import type { Log } from '../core/prelude/log.ts';
import type { Timers } from '../core/prelude/timers.ts';
import type { PbxRow } from '../store/centre.ts';
import type { Database } from '../store/database.ts';
import type { OwnerLock } from '../store/ownership/lock-session.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import type { CrashPoints } from './crash-points.ts';

/** All that the engine takes from outside: nothing in it reads a clock, throws dice or names a PBX. */
export interface EngineDeps {
  readonly database: Database;
  readonly timers: Timers;
  /** A fresh UUID. */
  readonly newId: () => string;
  readonly log: Log;
  readonly nodeId: NodeId;
  /** Makes the locks of this node; `onNotice` is called when another node says that commands wait. */
  readonly makeLock: (onNotice: () => void) => OwnerLock;
  /**
   * Makes the driver for a PBX and starts connecting. Before it connects, and connects again, it asks whether it may.
   * @throws when its settings cannot be used, with a readable message
   */
  readonly makeDriver: (
    pbx: PbxRow,
    listener: (event: DriverEvent) => void,
    mayConnect: () => Promise<boolean>,
  ) => Promise<Driver>;
  /** For tests of crashes; left out in production. */
  readonly crashPoints?: CrashPoints | undefined;
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
