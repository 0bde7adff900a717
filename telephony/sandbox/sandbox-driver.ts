import type { Speech } from '../../core/calls/speech.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import {
  type Driver,
  type DriverCommand,
  type DriverEvent,
  type DriverFactory,
  DriverInDoubt,
  type DriverRefusal,
  type PbxSnapshot,
  safeForPbx,
} from '../driver.ts';
import type { Chance } from './chance.ts';
import {
  type DriverEnd,
  type Exchange,
  type Link,
  type SandboxNetwork,
  SILENCE_MAX_MS,
} from './network.ts';

/** How long an answer may take before nobody can say what happened. */
const ANSWER_MAX_MS = 5_000;
/** Drivers come back after this long at least, and not all in the same moment. */
const RECONNECT_MS = 100;

/** What a sandbox driver connects to. */
export interface SandboxDriverSettings {
  readonly exchange: Exchange;
  readonly network: SandboxNetwork;
  readonly timers: Timers;
  readonly chance: Chance;
}

/** Makes a driver of the sandbox PBX and starts connecting. */
export const sandboxDriver: DriverFactory<SandboxDriverSettings> = (settings, listener) => {
  const driver = new SandboxDriver(settings, listener);
  driver.connect();
  return driver;
};

/** The driver port over a PBX in memory: the same gate, doubt and takeover as over a real wire. */
class SandboxDriver implements Driver, DriverEnd {
  readonly #settings: SandboxDriverSettings;
  readonly #listener: (event: DriverEvent) => void;
  /** One per question without an answer: ends it in doubt. */
  readonly #pending = new Set<(reason: string) => void>();
  #link: Link | null = null;
  /** True from `connected` on: only then does the port hold. */
  #isConnected = false;
  #isClosed = false;
  #giveUpConnecting: () => void = () => undefined;

  constructor(settings: SandboxDriverSettings, listener: (event: DriverEvent) => void) {
    this.#settings = settings;
    this.#listener = listener;
  }

  async execute(command: DriverCommand): Promise<void> {
    for (const text of textsOf(command)) safeForPbx(text);
    return this.#ask((link, resolve, reject) => {
      link.execute(command, (refusal) => {
        if (refusal === null) resolve();
        else reject(refusal);
      });
    });
  }

  async snapshot(): Promise<PbxSnapshot> {
    return this.#ask((link, resolve) => {
      link.snapshot(resolve);
    });
  }

  isReady(): boolean {
    return this.#isConnected && (this.#link?.silentForMs() ?? SILENCE_MAX_MS) < SILENCE_MAX_MS;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUpConnecting();
    this.#link?.close();
    this.#forgetLink('the driver was closed');
    return Promise.resolve();
  }

  connect(): void {
    const { network, exchange, timers, chance } = this.#settings;
    const timer = timers.after(RECONNECT_MS * (1 + chance()), () => {
      this.#giveUpConnecting = network.whenReachable(() => {
        this.#link = network.connect(exchange, this);
      });
    });
    this.#giveUpConnecting = () => {
      timer.cancel();
    };
  }

  receive(event: DriverEvent): void {
    if (this.#isClosed) return;
    if (event.kind === 'connected') this.#isConnected = true;
    if (event.kind === 'replaced') void this.close(); // Nothing can fail here: it resolves at once.
    this.#listener(event);
  }

  lost(reason: string): void {
    if (this.#isClosed) return;
    const wasConnected = this.#isConnected;
    this.#forgetLink(reason);
    if (wasConnected) this.#listener({ kind: 'disconnected', reason });
    this.connect();
  }

  #forgetLink(reason: string): void {
    this.#link = null;
    this.#isConnected = false;
    for (const giveUp of this.#pending) giveUp(reason);
    this.#pending.clear();
  }

  /** One question and its answer, refusal, or doubt. */
  async #ask<Value>(
    send: (
      link: Link,
      resolve: (value: Value) => void,
      reject: (refusal: DriverRefusal) => void,
    ) => void,
  ): Promise<Value> {
    const link = this.#link;
    if (link === null || !this.#isConnected) {
      throw new DriverInDoubt('there is no connection to the PBX');
    }
    return new Promise<Value>((resolve, reject) => {
      const giveUp = (reason: string): void => {
        settled();
        reject(new DriverInDoubt(reason));
      };
      const timer = this.#settings.timers.after(ANSWER_MAX_MS, () => {
        giveUp('the PBX did not answer in time');
      });
      const settled = (): void => {
        timer.cancel();
        this.#pending.delete(giveUp);
      };
      this.#pending.add(giveUp);
      send(
        link,
        (value) => {
          settled();
          resolve(value);
        },
        (refusal) => {
          settled();
          reject(refusal);
        },
      );
    });
  }
}

/** Everything in a command that a PBX would read as text. */
function textsOf(command: DriverCommand): readonly string[] {
  switch (command.kind) {
    case 'hold':
      return [command.queueName];
    case 'speak':
      return [command.speechId, ...command.speech.map(nameOf)];
    case 'stop-speech':
      return [command.speechId];
    case 'originate':
      return [command.legId, command.to, command.callerId.name, command.callerId.number];
    case 'bridge':
      return [command.bridgeId];
    case 'hang-up':
      return command.saying.map(nameOf);
    case 'give-back':
      return [];
    case 'watch-devices':
      return command.endpoints;
  }
}

function nameOf(piece: Speech): string {
  return piece.kind === 'prompt' ? piece.name : '';
}
