import type { DeviceState } from '../../core/calls/endings.ts';
import type { DriverEvent } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import type { Ari, DeviceState as AriDevice } from './generated/ari.ts';

/** Subscriptions travel in one line of text each; this many names stay well below what Asterisk reads of one. */
const NAMES_PER_REQUEST = 20;

/** What devices work with. */
export interface DevicesParts {
  readonly application: string;
  readonly ari: () => Ari;
  readonly emit: (event: DriverEvent) => void;
}

/** The agents' phones that are watched, and what was last told of each. */
export class Devices {
  readonly #parts: DevicesParts;
  #watched = new Map<string, DeviceState | null>();

  constructor(parts: DevicesParts) {
    this.#parts = parts;
  }

  /** Watches these and no others, beginning with their states of now. @throws DriverRefusal, DriverInDoubt */
  async watch(endpoints: readonly string[]): Promise<void> {
    const ari = this.#parts.ari();
    const before = Array.from(this.#watched.keys());
    const watched = new Map<string, DeviceState | null>(
      endpoints.map((endpoint) => [endpoint, null]),
    );
    this.#watched = watched;
    const dropped = before.filter((endpoint) => !watched.has(endpoint));
    await this.#inGroups(dropped, async (eventSource) => this.#unsubscribe(ari, eventSource));
    await this.#subscribe(ari, endpoints);
  }

  /** Watches on over a new connection, and tells what has changed meanwhile. @throws DriverRefusal, DriverInDoubt */
  async resume(): Promise<void> {
    await this.#subscribe(this.#parts.ari(), Array.from(this.#watched.keys()));
  }

  async #subscribe(ari: Ari, endpoints: readonly string[]): Promise<void> {
    const watched = this.#watched;
    const before = new Map(watched);
    await this.#inGroups(endpoints, async (eventSource) => {
      await ari.applications.subscribe({ applicationName: this.#parts.application, eventSource });
    });
    for (const endpoint of endpoints) {
      const { state } = await ari.deviceStates.get({ deviceName: endpoint });
      // A change that came meanwhile is newer than this answer.
      const isNews = watched.get(endpoint) === before.get(endpoint);
      if (watched === this.#watched && isNews) this.changed(endpoint, state);
    }
  }

  /** A device has told its state. */
  changed(endpoint: string, state: AriDevice['state']): void {
    const before = this.#watched.get(endpoint);
    const device = deviceOf(state);
    if (before === undefined || before === device) return;
    this.#watched.set(endpoint, device);
    this.#parts.emit({ kind: 'device-changed', endpoint, device });
  }

  async #unsubscribe(ari: Ari, eventSource: readonly string[]): Promise<void> {
    try {
      await ari.applications.unsubscribe({ applicationName: this.#parts.application, eventSource });
    } catch (error) {
      if (!(error instanceof AriRefusal)) throw error; // Refused: a restarted PBX knows no subscription.
    }
  }

  async #inGroups(
    endpoints: readonly string[],
    ask: (eventSource: readonly string[]) => Promise<void>,
  ): Promise<void> {
    for (let from = 0; from < endpoints.length; from += NAMES_PER_REQUEST) {
      const group = endpoints.slice(from, from + NAMES_PER_REQUEST);
      await ask(group.map((endpoint) => `deviceState:${endpoint}`));
    }
  }
}

/** Asterisk's device states (https://docs.asterisk.org, "Device State") in our words. */
export function deviceOf(state: AriDevice['state']): DeviceState {
  switch (state) {
    case 'NOT_INUSE':
      return 'idle';
    case 'INUSE': // In a call, even if it could take another one: an agent has one pair of ears.
    case 'BUSY':
    case 'RINGING':
    case 'RINGINUSE':
    case 'ONHOLD':
      return 'busy';
    case 'UNAVAILABLE': // Not registered.
    case 'INVALID': // Asterisk knows no such endpoint.
      return 'unreachable';
    case 'UNKNOWN': // It does not watch this kind of device.
      return 'unknown';
  }
}
