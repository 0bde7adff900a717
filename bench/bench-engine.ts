import { randomUUID } from 'node:crypto';
import { DEFAULT_TENANT, id } from '../core/prelude/ids.ts';
import { Engine } from '../engine/engine.ts';
import type { Database } from '../store/database.ts';
import type { OwnerLock } from '../store/ownership/lock-session.ts';
import { sql } from '../store/statement.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import { systemTimers } from '../telephony/timers.ts';

/** There is one node only: it owns every PBX without asking. */
const ONLY_NODE: OwnerLock = {
  tryLock: async () => Promise.resolve(true),
  unlock: async () => Promise.resolve(),
  beat: async () => Promise.resolve(),
  close: async () => Promise.resolve(),
};

/** Complaints are shown: figures of an engine in trouble mean nothing. */
function complain(fields: Readonly<Record<string, unknown>>, sentence: string): void {
  process.stderr.write(`  ${sentence} ${JSON.stringify(fields)}\n`);
}

const READY = sql('bench-pbx-ready', 'select ready from pbx_owner where tenant_id = $1');

/** The product's engine on a PBX of the bench. */
export function makeEngine(
  database: Database,
  driver: (listener: (event: DriverEvent) => void) => Driver,
): Engine {
  return new Engine({
    database,
    timers: systemTimers(),
    newId: randomUUID,
    log: { debug: () => undefined, info: () => undefined, warn: complain, error: complain },
    nodeId: id<'node'>('bench'),
    makeLock: () => ONLY_NODE,
    makeDriver: async (_pbx, listener) => Promise.resolve(driver(listener)),
  });
}

/** Starts it and waits until it takes work. */
export async function startEngine(engine: Engine, database: Database): Promise<void> {
  engine.start();
  for (;;) {
    const [row] = await database.query<{ ready: boolean }>(READY, [DEFAULT_TENANT]);
    if (row?.ready === true && engine.status().pbxs[0]?.state === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
