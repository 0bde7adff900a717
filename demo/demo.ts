import type { Presence } from '../core/agents/agent.ts';
import { assert } from '../core/prelude/assert.ts';
import type { AgentId, InteractionId } from '../core/prelude/ids.ts';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import type { Timer, Timers } from '../core/prelude/timers.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import { ConfigurationInUse } from '../store/configuration/use.ts';
import type { Database } from '../store/database.ts';
import {
  DEMO_TENANT,
  forgetDemoBefore,
  interactionSince,
  isDemoWanted,
  wantDemo,
  wipeDemo,
} from '../store/demo/demo.ts';
import { viewAgent } from '../store/views/agents.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import type { Chance } from '../telephony/sandbox/chance.ts';
import { isPracticeQueue, PRACTICE_QUEUES, practiceCentre } from './centre.ts';
import type { CallerOrder } from './people.ts';
import { PracticeWorld } from './practice-world.ts';

/** What the practice centre needs of the node that it runs on. */
export interface DemoPorts {
  readonly database: Database;
  /** The login that owns the tables. */
  readonly ownerUrl: string;
  readonly timers: Timers;
  readonly chance: Chance;
  /** A fresh UUID. */
  readonly newId: () => string;
  /** Changes what an agent wants to be, as the agent's own screen would. */
  readonly setPresence: (agentId: AgentId, presence: Presence) => Promise<unknown>;
  /** The set-up has changed: the engine looks at it anew. */
  readonly centreChanged: () => Promise<void>;
}

/** What is wanted at a start: `begin` only in a database that is new. */
export type DemoWish = 'begin' | 'keep' | 'none';
/** What came of it. */
export type DemoStart = 'running' | 'removed' | 'absent';

/** How much of the past is kept, and how often the rest is forgotten. */
const KEPT_MS = 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
/** How long a caller who has dialled may take to stand in line. */
const ARRIVAL_MS_MAX = 5_000;
const LOOK_MS = 20;

/**
 * The practice centre of one node: a tenant of its own on a PBX in memory, with people around it. It never meets a real
 * PBX, since its PBX is the one that `driver` makes.
 */
export class Demo {
  /** The queues that can be called. */
  readonly queues: readonly string[] = Object.keys(PRACTICE_QUEUES);
  private readonly ports: DemoPorts;
  private world: PracticeWorld | null = null;
  private forgetting: Timer | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(ports: DemoPorts) {
    this.ports = ports;
  }

  /** Puts the practice centre where it belongs, before the engine starts. @param isNew whether the database is */
  async open(wish: DemoWish, isNew: boolean): Promise<DemoStart> {
    const { database, ownerUrl } = this.ports;
    const isWanted = await isDemoWanted(database);
    if (isWanted && wish === 'none') {
      await wipeDemo(ownerUrl);
      return 'removed';
    }
    if (!isWanted && !(wish === 'begin' && isNew)) return 'absent';
    await this.load();
    return 'running';
  }

  /** Whether there is a practice centre. */
  isThere(): boolean {
    return this.world !== null;
  }

  /** The connection to the practice PBX; people begin to call as soon as it stands. */
  driver(listener: (event: DriverEvent) => void): Driver {
    assert(this.world !== null, 'the practice PBX is set up, but nobody has made it');
    return this.world.driver(listener);
  }

  /** Puts everything back to its beginning, and brings it back when it was removed. */
  async reset(): Promise<void> {
    await this.inTurn(async () => {
      await this.takeDown();
      await this.load();
      await this.ports.centreChanged();
    });
  }

  /** Removes it with its whole history. False when there is none. */
  async remove(): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.world === null) return false;
      await this.takeDown();
      return true;
    });
  }

  /** Sends one caller. Null while the practice PBX takes no calls, or there is none. */
  async send(
    order: Omit<CallerOrder, 'queue'> & { readonly queue: string },
  ): Promise<{ readonly number: string; readonly interactionId: InteractionId } | null> {
    const since = await this.ports.database.clock();
    const { queue } = order;
    assert(isPracticeQueue(queue), 'only a queue of the practice centre can be called');
    const number = this.world?.send({ ...order, queue }) ?? null;
    if (number === null) return null;
    const interactionId = await this.arrivalOf(number, since);
    return interactionId === null ? null : { number, interactionId };
  }

  /** Nobody calls or changes any more. */
  stop(): void {
    this.forgetting?.cancel();
    this.world?.stop();
  }

  private async load(): Promise<void> {
    const { database, ownerUrl, newId, timers, chance } = this.ports;
    await wantDemo(ownerUrl);
    const apply = async (): Promise<unknown> =>
      database.forTenant(DEMO_TENANT, async (tx) =>
        applyCentre(tx, DEMO_TENANT, practiceCentre, newId),
      );
    try {
      await apply();
    } catch (error) {
      // Another version had a practice centre that cannot be turned into ours while its history is kept.
      if (!(error instanceof ConfigurationInUse)) throw error;
      await wipeDemo(ownerUrl);
      await wantDemo(ownerUrl);
      await apply();
    }
    this.world = new PracticeWorld({
      timers,
      chance,
      name: `practice-${newId()}`,
      setPresence: async (name, presence) => this.setPresence(name, presence),
    });
    this.forgetSoon();
  }

  private async takeDown(): Promise<void> {
    const { world } = this;
    this.stop();
    await wipeDemo(this.ports.ownerUrl);
    this.world = null;
    await this.ports.centreChanged();
    world?.switchOff();
  }

  private async setPresence(name: string, presence: Presence): Promise<void> {
    const agent = await viewAgent(this.ports.database, DEMO_TENANT, name);
    if (agent !== null) await this.ports.setPresence(agent.id, presence);
  }

  /** The caller is on the line; the engine writes it down within milliseconds. */
  private async arrivalOf(number: string, since: EpochMs): Promise<InteractionId | null> {
    const { timers, database } = this.ports;
    const endMs = timers.monotonicMs() + ARRIVAL_MS_MAX;
    while (timers.monotonicMs() < endMs) {
      const found = await interactionSince(database, number, since);
      if (found !== null) return found;
      await new Promise<void>((resolve) => void timers.after(LOOK_MS, resolve));
    }
    return null;
  }

  private forgetSoon(): void {
    const { timers, ownerUrl } = this.ports;
    this.forgetting = timers.after(FORGET_EVERY_MS, () => {
      const before = epochMs(timers.nowMs() - KEPT_MS);
      this.world?.forgetBefore(before);
      // What could not be forgotten now is forgotten an hour later.
      void this.inTurn(async () => forgetDemoBefore(ownerUrl, before)).catch(() => undefined);
      this.forgetSoon();
    });
  }

  /** One change at a time. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.turn;
    const mine = before.then(work, work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
