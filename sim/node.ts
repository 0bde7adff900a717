import { id } from '../core/prelude/ids.ts';
import type { Log } from '../core/prelude/log.ts';
import { Engine } from '../engine/engine.ts';
import { Database } from '../store/database.ts';
import type { Driver, DriverCommand, DriverEvent } from '../telephony/driver.ts';
import type { VirtualTimers } from '../telephony/sandbox/virtual-timers.ts';
import type { SandboxWorld } from '../telephony/sandbox/world.ts';
import type { OwnerLocks } from './owner-locks.ts';
import { Pulse, PulsingTimers } from './pulse.ts';
import type { CommitFate, Session } from './session.ts';
import { withSpoiltRow } from './spoilt.ts';

/** What a node stands on. */
export interface NodeParts {
  readonly name: string;
  readonly timers: VirtualTimers;
  readonly world: SandboxWorld;
  readonly locks: OwnerLocks;
  readonly session: Session;
  readonly newId: () => string;
  readonly log: Log;
  /** Hears of each crash point as it is passed. */
  readonly onPoint: (node: SimulatedNode, point: string) => void;
  readonly fateOfCommit: (node: SimulatedNode) => CommitFate;
  /** Lets each event of the PBX through: at once, late, twice. */
  readonly deliver: (event: DriverEvent, hand: (event: DriverEvent) => void) => void;
  /** The interaction about which nothing can be written; null when there is none. */
  readonly spoilt: () => string | null;
  /** Tells every living node that commands wait for owners. */
  readonly notify: () => void;
}

const NEVER = new Promise<never>(() => undefined);

/** One Ringback process: the real engine over the real store, which can be stopped like a process at any wait. */
export class SimulatedNode {
  readonly name: string;
  readonly engine: Engine;
  readonly database: Database;
  readonly pulse = new Pulse();
  lastBeatMs = 0;
  /** Called when another node says that commands wait. */
  onNotice: () => void = () => undefined;
  readonly #parts: NodeParts;
  readonly #drivers: Driver[] = [];

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.name = parts.name;
    const borrower = {
      pulse: this.pulse,
      reach: (point: string) => {
        parts.onPoint(this, point);
      },
      fateOfCommit: () => parts.fateOfCommit(this),
      onNotify: parts.notify,
    };
    const { timers, session, locks } = parts;
    this.database = new Database({
      url: '',
      clock: () => timers.nowMs(),
      lend: withSpoiltRow(session.lendTo(borrower), parts.spoilt),
    });
    this.engine = new Engine({
      database: this.database,
      timers: new PulsingTimers(timers, this.pulse),
      newId: parts.newId,
      log: parts.log,
      nodeId: id<'node'>(parts.name),
      makeLock: (onNotice) => {
        this.onNotice = onNotice;
        return locks.lockOf(this);
      },
      makeDriver: async (_pbx, listener) => Promise.resolve(this.#connect(listener)),
    });
    this.engine.start();
  }

  get isDead(): boolean {
    return this.pulse.isDead;
  }

  /** SIGKILL: nothing is released or said; the operating system closes the connections. */
  kill(): void {
    this.pulse.stopForEver();
    for (const driver of this.#drivers) void driver.close(); // The sandbox's resolves at once.
  }

  #connect(listener: (event: DriverEvent) => void): Driver {
    const hand = (event: DriverEvent): void => {
      this.pulse.run(() => {
        listener(event);
      });
    };
    const driver = this.#parts.world.driver((event) => {
      this.#parts.deliver(event, hand);
    });
    this.#drivers.push(driver);
    return {
      execute: async (command) =>
        this.#around(nameOf(command), driver.execute.bind(driver, command)),
      snapshot: async () => this.#around('snapshot', driver.snapshot.bind(driver)),
      isReady: () => driver.isReady(),
      close: async () => driver.close(),
    };
  }

  async #around<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    await this.#pass(`before ${name}`);
    try {
      return await work();
    } finally {
      await this.#pass(`after ${name}`);
    }
  }

  async #pass(point: string): Promise<void> {
    await this.pulse.felt();
    this.#parts.onPoint(this, point);
    if (this.isDead) await NEVER;
    await this.pulse.felt();
  }
}

function nameOf(command: DriverCommand): string {
  return command.kind === 'originate' ? `call-${command.role}` : command.kind;
}
