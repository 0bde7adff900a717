import type { PbxRow } from '../store/centre.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { holdsFence, type Ownership, setReady } from '../store/ownership/ownership.ts';
import type { Driver, DriverEvent, PbxSnapshot } from '../telephony/driver.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { PbxSide } from './handling.ts';
import type { PbxStatus } from './operations.ts';
import type { PbxEvents, TelephoneEvent } from './pbx-events.ts';
import type { Reconciliation } from './reconciliation.ts';

/** What a connection needs of the engine. */
export interface ConnectionPorts {
  readonly deps: EngineDeps;
  readonly events: PbxEvents;
  readonly reconciliation: Reconciliation;
  /** The PBX is ready for new work: what waits for it may begin. */
  ready(connection: Connection): void;
  /** Another node or program has taken over the PBX's application. */
  replaced(connection: Connection): void;
}

/** How soon a failed reconciliation is tried again, in milliseconds. */
const RECONCILE_RETRY_MS = 1_000;

/** One PBX that this node owns, from taking the lease to losing it. New work passes only while it is `ready`. */
export class Connection {
  readonly pbx: PbxRow;
  readonly ownership: Ownership;
  private readonly ports: ConnectionPorts;
  private driver: Driver | null = null;
  private state: PbxStatus['state'] = 'connecting';
  private problem: string | null = null;
  /** Counts connects and disconnects, so that a reconciliation which was overtaken changes nothing. */
  private turn = 0;
  private knownBootId: string | null;

  constructor(pbx: PbxRow, ownership: Ownership, ports: ConnectionPorts) {
    this.pbx = pbx;
    this.ownership = ownership;
    this.ports = ports;
    this.knownBootId = pbx.bootId;
  }

  /** Makes the driver, which then connects by itself. Settings that cannot be used are shown, and tried again. */
  async open(): Promise<void> {
    try {
      this.driver = await this.ports.deps.makeDriver(
        this.pbx,
        (event) => {
          this.take(event);
        },
        async () => this.isStillOwner(),
      );
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.problem) {
        this.ports.deps.log.error({ pbx: this.pbx.name, problem }, 'a PBX cannot be used');
      }
      this.state = 'failed';
      this.problem = problem;
    }
  }

  /** The driver, whatever its state; null when its settings cannot be used. */
  get currentDriver(): Driver | null {
    return this.driver;
  }

  /** True while new work may be given to the PBX. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** How the connection is, in words. */
  status(): PbxStatus {
    return { name: this.pbx.name, state: this.state, problem: this.problem };
  }

  /** Mends what has been wrong for a while. Nothing while not ready. */
  async reconcileAgain(): Promise<void> {
    if (!this.isReady || this.driver === null) return;
    await this.ports.reconciliation.whileConnected(this.side(this.driver));
  }

  /** Watches the phones of the agents as they are set up now. Nothing while not ready. */
  async watchDevices(): Promise<void> {
    if (!this.isReady || this.driver === null) return;
    await this.ports.reconciliation.watchDevices(this.side(this.driver));
  }

  /** Lets go of the PBX. Its calls go on. */
  async close(): Promise<void> {
    this.turn += 1;
    this.state = 'connecting';
    await this.driver?.close();
  }

  /** Without a database nobody else can have taken it over, and callers hear at least an apology. */
  private async isStillOwner(): Promise<boolean> {
    const { database } = this.ports.deps;
    try {
      return await database.transaction(async (tx) => holdsFence(tx, this.ownership));
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return true;
      throw error;
    }
  }

  private take(event: DriverEvent): void {
    switch (event.kind) {
      case 'connected':
        this.turn += 1;
        this.state = 'reconciling';
        this.problem = null;
        void this.reconcile(event.snapshot, this.turn);
        return;
      case 'disconnected':
        this.turn += 1;
        this.disconnected(event.reason);
        return;
      case 'replaced':
        this.turn += 1;
        this.state = 'connecting';
        this.problem = 'another program has taken over the application on the PBX';
        this.ports.replaced(this);
        return;
      case 'call-arrived':
      case 'device-changed':
      case 'digit':
      case 'leg-answered':
      case 'leg-ended':
      case 'leg-ringing':
      case 'speech-ended':
        this.pass(event);
        return;
    }
  }

  private side(driver: Driver): PbxSide {
    return { pbx: { ...this.pbx, bootId: this.knownBootId }, driver, epoch: this.ownership.epoch };
  }

  private pass(event: TelephoneEvent): void {
    if (this.driver === null) return;
    this.ports.events.take(this.side(this.driver), event).catch((error: unknown) => {
      this.ports.deps.log.error(
        { pbx: this.pbx.name, event: event.kind, problem: messageOf(error) },
        'an event of the PBX was not understood',
      );
    });
  }

  private disconnected(reason: string): void {
    const { log } = this.ports.deps;
    if (this.state !== 'connecting' || this.problem !== reason) {
      log.warn({ pbx: this.pbx.name, problem: reason }, 'the PBX is not connected');
    }
    this.state = 'connecting';
    this.problem = reason;
    this.tellReady(false).catch((error: unknown) => {
      log.warn({ pbx: this.pbx.name, problem: messageOf(error) }, 'the lost PBX was not noted');
    });
  }

  /** Compares records and PBX until it has worked or the connection has changed again; only then new work begins. */
  private async reconcile(snapshot: PbxSnapshot, turn: number): Promise<void> {
    const { deps, reconciliation } = this.ports;
    for (let current = snapshot; turn === this.turn && this.driver !== null; ) {
      try {
        await reconciliation.onConnect(this.side(this.driver), current);
        this.knownBootId = current.bootId;
        if (turn !== this.turn || !(await this.tellReady(true))) return;
        this.state = 'ready';
        deps.log.info({ pbx: this.pbx.name, version: current.version }, 'the PBX is ready');
        this.ports.ready(this);
        return;
      } catch (error) {
        deps.log.warn(
          { pbx: this.pbx.name, problem: messageOf(error) },
          'reconciling is tried again',
        );
        await new Promise<void>((resolve) => deps.timers.after(RECONCILE_RETRY_MS, resolve));
        current = await this.driver.snapshot().catch(() => current);
      }
    }
  }

  private async tellReady(ready: boolean): Promise<boolean> {
    return setReady(this.ports.deps.database, this.ownership, ready);
  }
}
