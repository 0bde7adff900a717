import type { Driver, DriverCommand, DriverEvent, DriverFactory, PbxSnapshot } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import { inBackground } from './background.ts';
import { asRefusal, carryOut, finishFarewell } from './commands.ts';
import { Connection } from './connection.ts';
import { Devices } from './devices.ts';
import type { DriverParts } from './driver-parts.ts';
import { liftTimeLimit, takeIn } from './events.ts';
import type { Ari } from './generated/ari.ts';
import { type Holdings, readHoldings, snapshotOf } from './holdings.ts';
import { type Leg, Legs } from './legs.ts';
import { namesOf } from './names.ts';
import { type AsteriskSettings, type AsteriskWorld, targetOf } from './settings.ts';
import { hasEnded } from './stopping.ts';

/**
 * Drivers for Asterisk 20 and later, verified on 22, over ARI (https://docs.asterisk.org, "Asterisk REST Interface").
 * What the PBX needs for it is told in docs/connecting/, and by `checkAsterisk`.
 * The factory throws AsteriskSettingsError for settings that cannot be used or are not safe.
 */
export function asteriskDriver(world: AsteriskWorld): DriverFactory<AsteriskSettings> {
  return (settings, listener) => {
    const driver = new AsteriskDriver(settings, world, listener);
    driver.start();
    return driver;
  };
}

class AsteriskDriver implements Driver {
  readonly #connection: Connection;
  readonly #parts: DriverParts;

  constructor(
    settings: AsteriskSettings,
    world: AsteriskWorld,
    emit: (event: DriverEvent) => void,
  ) {
    const target = targetOf(settings);
    this.#connection = new Connection(target, world, {
      reconcile: async (ari) => this.#reconcile(ari),
      onEvent: (event) => {
        takeIn(this.#parts, event);
      },
      onLost: (reason) => {
        emit({ kind: 'disconnected', reason });
      },
      onReplaced: () => {
        emit({ kind: 'replaced' });
      },
    });
    const ari = (): Ari => this.#connection.ari();
    this.#parts = {
      ...{ target, world, emit, ari, legs: new Legs() },
      ...{ playing: new Map(), stopped: new Map(), musical: new Set() },
      names: namesOf(target.application),
      devices: new Devices({ application: target.application, ari, emit }),
      keepsOrder: () => this.#connection.keepsOrder(),
    };
  }

  start(): void {
    this.#connection.start();
  }

  async execute(command: DriverCommand): Promise<void> {
    try {
      await carryOut(this.#parts, command);
    } catch (error) {
      throw asRefusal(error, 'congestion');
    }
  }

  async snapshot(): Promise<PbxSnapshot> {
    const holdings = await readHoldings(this.#connection.ari(), this.#parts.names);
    return snapshotOf(holdings);
  }

  isReady(): boolean {
    return this.#connection.isReady();
  }

  async close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  /** Looks at what the PBX holds, and puts our own memory in order with it. */
  async #reconcile(ari: Ari): Promise<() => void> {
    const { names } = this.#parts;
    const holdings = await readHoldings(ari, names);
    await this.#subscribeTo(ari, holdings);
    return () => {
      this.#adopt(holdings);
      this.#parts.emit({ kind: 'connected', snapshot: snapshotOf(holdings) });
      this.#tidyUp(holdings);
    };
  }

  /** Legs that are not in our application tell nothing without a subscription, and a new node has none. */
  async #subscribeTo(ari: Ari, { legs }: Holdings): Promise<void> {
    for (const leg of legs.filter(({ arrived }) => arrived === null)) {
      try {
        const eventSource = [`channel:${leg.channelId}`];
        await ari.applications.subscribe({
          applicationName: this.#parts.names.application,
          eventSource,
        });
      } catch (error) {
        if (!(error instanceof AriRefusal)) throw error; // Refused: it has just ended, unseen.
      }
    }
  }

  /** What the PBX holds is true; of what we remember only that survives which the PBX cannot tell. */
  #adopt({ legs }: Holdings): void {
    const memory = this.#parts.legs;
    const remembered = new Map(memory.all().map((leg) => [leg.legId, leg]));
    for (const leg of remembered.values()) memory.forget(leg);
    for (const leg of legs) {
      if (!memory.hasEnded(leg.legId)) memory.add(withMemory(leg, remembered.get(leg.legId)));
    }
    for (const playbackId of [...this.#parts.playing.keys()]) hasEnded(this.#parts, playbackId);
    this.#parts.musical.clear();
  }

  #tidyUp({ legs, emptyTalkBridges }: Holdings): void {
    for (const leg of legs) {
      if (leg.isInStasis) liftTimeLimit(this.#parts, leg);
      if (leg.hasFarewell) {
        inBackground(this.#parts, 'hanging up after the last words', async () =>
          finishFarewell(this.#parts, leg),
        );
      }
    }
    for (const bridgeId of emptyTalkBridges) {
      inBackground(this.#parts, 'removing an empty bridge', async () =>
        this.#connection.ari().bridges.destroy({ bridgeId }),
      );
    }
    inBackground(this.#parts, 'watching the phones again', async () =>
      this.#parts.devices.resume(),
    );
  }
}

function withMemory(leg: Leg, remembered: Leg | undefined): Leg {
  if (remembered === undefined) return leg;
  const { isRingingTold, rang, dialStatus, ringsUntilMs, isEndedByUs, hasFarewell } = remembered;
  const kept = { rang: rang || leg.rang, dialStatus, ringsUntilMs, isEndedByUs, hasFarewell };
  return Object.assign(leg, { ...kept, isRingingTold: isRingingTold || leg.isRingingTold });
}
