import { randomUUID } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import { id, type TenantId } from '../../core/prelude/ids.ts';
import type { Log } from '../../core/prelude/log.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import { Engine } from '../../engine/engine.ts';
import type { OwnerLocks } from '../../sim/owner-locks.ts';
import { Pulse, PulsingTimers } from '../../sim/pulse.ts';
import type { DatabaseOptions, Transaction } from '../../store/database.ts';
import type { Statement } from '../../store/statement.ts';
import type { Driver, DriverCommand, DriverEvent } from '../../telephony/driver.ts';
import type { VirtualTimers } from '../../telephony/sandbox/virtual-timers.ts';
import type { SandboxWorld } from '../../telephony/sandbox/world.ts';
import { QuietDatabase } from './quiet-database.ts';

/** What a node of the test centre stands on. */
export interface NodeParts {
  readonly name: string;
  readonly timers: VirtualTimers;
  readonly world: SandboxWorld;
  readonly locks: OwnerLocks;
  readonly database: DatabaseOptions;
  readonly log: Log;
}

/** One Ringback process of a test: an engine that can be stopped like a process, beside others on the same database. */
export class SandboxNode {
  readonly engine: Engine;
  readonly database: QuietDatabase;
  lastBeatMs = 0;
  /** Asked before each command is sent; what it does happens between the commit and the PBX. */
  beforeSending: (command: DriverCommand) => void = () => undefined;
  /** How long a command waits on its way to the PBX, in milliseconds. */
  delaySending: (command: DriverCommand) => number = () => 0;
  /** Asked before each statement of a transaction; it may throw, as a row would that nothing can be done with. */
  beforeStatement: (statement: Statement, values: readonly unknown[]) => void = () => undefined;
  /** Runs after each transaction, before the process hears of its success. */
  afterTransaction: () => Promise<void> = async () => Promise.resolve();
  readonly #pulse = new Pulse();
  readonly #drivers: Driver[] = [];
  readonly #timers: Timers;

  constructor(parts: NodeParts) {
    this.#timers = parts.timers;
    this.database = new PulsingDatabase(parts.database, this.#pulse, {
      beforeStatement: (statement, values) => {
        this.beforeStatement(statement, values);
      },
      afterTransaction: async () => this.afterTransaction(),
    });
    this.engine = new Engine({
      database: this.database,
      timers: new PulsingTimers(parts.timers, this.#pulse),
      newId: randomUUID,
      log: parts.log,
      nodeId: id<'node'>(parts.name),
      makeLock: () => parts.locks.lockOf(this),
      makeDriver: async (_pbx, listener) => Promise.resolve(this.#connect(parts.world, listener)),
    });
    this.engine.start();
  }

  get isDead(): boolean {
    return this.#pulse.isDead;
  }

  /** SIGSTOP: nothing moves, connections stay open. */
  freeze(): void {
    this.#pulse.freeze();
  }

  /** SIGCONT: everything goes on where it stood, as if no time had passed. */
  thaw(): void {
    this.#pulse.thaw();
  }

  /** SIGKILL: nothing is released or said; the operating system closes the connections. */
  async kill(): Promise<void> {
    this.#pulse.stopForEver();
    for (const driver of this.#drivers) await driver.close();
  }

  /** Ends the process if it still lives, and its connections. */
  async close(): Promise<void> {
    if (!this.isDead) {
      this.thaw();
      await this.engine.stop();
    }
    await this.database.close();
  }

  #connect(world: SandboxWorld, listener: (event: DriverEvent) => void): Driver {
    const driver = world.driver((event) => {
      this.#pulse.run(() => {
        listener(event);
      });
    });
    this.#drivers.push(driver);
    return {
      execute: async (command) => {
        this.beforeSending(command);
        await this.#pulse.felt();
        const delayMs = this.delaySending(command);
        if (delayMs > 0) await new Promise<void>((resolve) => this.#timers.after(delayMs, resolve));
        return this.#afterwards(driver.execute(command));
      },
      snapshot: async () => this.#afterwards(driver.snapshot()),
      isReady: () => driver.isReady(),
      close: async () => driver.close(),
    };
  }

  async #afterwards<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } finally {
      await this.#pulse.felt();
    }
  }
}

/** Where a test takes part in the work of a database. */
interface DatabaseHooks {
  readonly beforeStatement: (statement: Statement, values: readonly unknown[]) => void;
  readonly afterTransaction: () => Promise<void>;
}

class PulsingDatabase extends QuietDatabase {
  readonly #pulse: Pulse;
  readonly #hooks: DatabaseHooks;

  constructor(options: DatabaseOptions, pulse: Pulse, hooks: DatabaseHooks) {
    super(options);
    this.#pulse = pulse;
    this.#hooks = hooks;
  }

  override async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.#felt(async () => {
      const result = await super.transaction(async (tx) => work(this.#watched(tx)));
      await this.#hooks.afterTransaction();
      return result;
    });
  }

  override async forTenant<Result>(
    tenantId: TenantId,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return this.#felt(async () => super.forTenant(tenantId, work));
  }

  override async query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.#felt(async () => super.query<Row>(statement, values));
  }

  #watched(tx: Transaction): Transaction {
    return {
      query: async (statement, values) => {
        this.#hooks.beforeStatement(statement, values);
        return tx.query(statement, values);
      },
      clock: async () => tx.clock(),
      timeFrom: (databaseNow) => tx.timeFrom(databaseNow),
    };
  }

  async #felt<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#pulse.felt();
    try {
      return await work();
    } finally {
      await this.#pulse.felt();
    }
  }
}
