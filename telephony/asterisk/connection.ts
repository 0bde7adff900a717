import type { Timer } from '../../core/prelude/timers.ts';
import { DriverInDoubt } from '../driver.ts';
import { sendOver } from './answers.ts';
import { complaintOf, NotAnAsterisk } from './complaint.ts';
import { type Ari, type AriEvent, ariClient, parseAriEvent } from './generated/ari.ts';
import { type HttpWire, httpWire } from './http-wire.ts';
import { profileOf } from './profile.ts';
import type { AsteriskTarget, AsteriskWorld } from './settings.ts';
import { SILENCE_MS_MAX, SocketWire } from './socket-wire.ts';

/** First wait before a reconnect; it doubles with every failure. */
const BACKOFF_MS_MIN = 200;
/** Reconnecting goes on for ever, and never waits longer: a PBX that is back is taken up within five seconds. */
const BACKOFF_MS_MAX = 5_000;

/** Events of no use to us that would be the bulk of the traffic. */
const UNWANTED = [
  'ChannelVarset',
  'ChannelDialplan',
  'ChannelConnectedLine',
  'ChannelCallerId',
  'BridgeVideoSourceChanged',
  'PeerStatusChange',
  'ContactStatusChange',
];

/** What a connection tells its owner. */
export interface ConnectionListener {
  /**
   * A new connection stands. The owner looks at what the PBX holds and returns how to announce it; that is called when
   * commands are accepted, and before any event that came meanwhile. A rejection gives the connection up.
   */
  reconcile(ari: Ari): Promise<() => void>;
  onEvent(event: AriEvent): void;
  /** A connection has broken, or none could be made for a new reason. */
  onLost(reason: string): void;
  /** Another node has the events now. The connection is closed for good. */
  onReplaced(): void;
}

type Phase = 'connecting' | 'reconciling' | 'ready' | 'closed';

/**
 * The one connection to one PBX, for ever:
 *
 *   connecting ──▶ reconciling ──▶ ready ──▶ (lost) ──▶ connecting …     closed, by us or because another node took over
 *
 * A process that stood still does not know what it has lost: each connect begins with the question whether it may.
 * Requests are never sent a second time, and none is accepted before `ready` but those of the reconciliation.
 */
export class Connection {
  readonly #target: AsteriskTarget;
  readonly #world: AsteriskWorld;
  readonly #listener: ConnectionListener;
  #phase: Phase = 'connecting';
  #socket: SocketWire | null = null;
  #http: HttpWire | null = null;
  #ari: Ari | null = null;
  /** Events that came while the owner reconciles. */
  #early: AriEvent[] = [];
  /** Numbers the attempts to connect: what an old one still says is not heard. */
  #attempt = 0;
  #keepsOrder = false;
  #failures = 0;
  #lastReason = '';
  #retry: Timer | null = null;

  constructor(target: AsteriskTarget, world: AsteriskWorld, listener: ConnectionListener) {
    this.#target = target;
    this.#world = world;
    this.#listener = listener;
  }

  /** Begins to connect, and never stops trying until it is closed. */
  start(): void {
    void this.#connect(); // It reports its failures itself.
  }

  isReady(): boolean {
    const silentForMs = this.#socket?.silentForMs() ?? SILENCE_MS_MAX;
    return this.#phase === 'ready' && silentForMs < SILENCE_MS_MAX;
  }

  /** The requests of a standing connection. @throws DriverInDoubt while there is none */
  ari(): Ari {
    if (this.#phase !== 'ready' || this.#ari === null) {
      throw new DriverInDoubt('there is no connection to the PBX');
    }
    return this.#ari;
  }

  /** Whether Asterisk carries out requests in the order in which they are sent: over one WebSocket, not over four. */
  keepsOrder(): boolean {
    return this.#keepsOrder;
  }

  /** Ends it for good. Closing twice is fine. */
  close(): void {
    this.#phase = 'closed';
    this.#retry?.cancel();
    this.#drop('the connection was closed');
  }

  async #connect(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    try {
      await this.#establish(attempt);
    } catch (error) {
      this.#lost(attempt, complaintOf(error, this.#target));
    }
  }

  async #establish(attempt: number): Promise<void> {
    this.#early = [];
    const mayConnect = await this.#world.mayConnect();
    if (!this.#isCurrent(attempt)) return;
    if (!mayConnect) {
      this.#lost(attempt, 'another node is connected to it now');
      return;
    }
    const http = httpWire(this.#target);
    this.#http = http;
    const version = await versionAt(http);
    if (!this.#isCurrent(attempt)) return;
    const socket = await SocketWire.open(this.#target, this.#world.timers, {
      onMessage: (text) => {
        if (this.#isCurrent(attempt)) this.#received(text);
      },
      onClosed: (reason) => {
        this.#lost(attempt, reason);
      },
    });
    if (!this.#isCurrent(attempt)) {
      socket.end('the connection was closed');
      return;
    }
    this.#socket = socket;
    const restOverSocket = this.#target.restOverSocket && profileOf(version).restOverSocket;
    this.#keepsOrder = restOverSocket;
    if (restOverSocket) http.close();
    const ari = ariClient(sendOver(restOverSocket ? socket.carry : http.carry));
    await this.#reconcile(ari, attempt);
    this.#world.log.info('connected to Asterisk', { version, restOverSocket });
  }

  async #reconcile(ari: Ari, attempt: number): Promise<void> {
    this.#phase = 'reconciling';
    await ari.applications.filter({
      applicationName: this.#target.application,
      filter: { disallowed: UNWANTED.map((type) => ({ type })) },
    });
    const announce = await this.#listener.reconcile(ari);
    if (!this.#isCurrent(attempt)) return;
    this.#ari = ari;
    this.#phase = 'ready';
    this.#failures = 0;
    this.#lastReason = '';
    // In one go, so that no event overtakes the snapshot or an earlier event.
    announce();
    for (const event of this.#early.splice(0)) {
      if (this.#isCurrent(attempt)) this.#listener.onEvent(event);
    }
  }

  #received(text: string): void {
    const event = parseAriEvent(text);
    if (event === undefined) {
      this.#world.log.warn('Asterisk sent an event that was not understood', {
        type: /"type":\s*"(?<type>\w{1,60})"/.exec(text)?.groups?.['type'] ?? 'none',
      });
    } else if (event.type === 'ApplicationReplaced') {
      this.close();
      this.#listener.onReplaced();
    } else if (this.#phase === 'ready') {
      this.#listener.onEvent(event);
    } else {
      this.#early.push(event);
    }
  }

  #lost(attempt: number, reason: string): void {
    if (!this.#isCurrent(attempt)) return;
    const wasUp = this.#phase !== 'connecting';
    this.#phase = 'connecting';
    this.#drop(reason);
    this.#retry = this.#world.timers.after(this.#backoffMs(), () => {
      this.start();
    });
    if (!wasUp && reason === this.#lastReason) return; // Told once, not every five seconds.
    this.#lastReason = reason;
    this.#world.log.warn('no connection to Asterisk', { reason });
    this.#listener.onLost(reason);
  }

  /** Whatever belongs to this attempt is nobody's from now on. */
  #drop(reason: string): void {
    this.#attempt += 1;
    const socket = this.#socket;
    this.#socket = null;
    this.#ari = null;
    socket?.end(reason);
    this.#http?.close();
  }

  /** False once an attempt, or the connection that came of it, was given up. */
  #isCurrent(attempt: number): boolean {
    return attempt === this.#attempt;
  }

  /** From half to all of the doubled wait: nodes that lost the same PBX do not come back in one moment. */
  #backoffMs(): number {
    const fullMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    return fullMs * (0.5 + this.#world.random() / 2);
  }
}

/** Asks over HTTP who is there, where errors are told apart best. @throws NotAnAsterisk, AriRefusal, DriverInDoubt */
async function versionAt(http: HttpWire): Promise<string> {
  const { system } = await ariClient(sendOver(http.carry)).asterisk.getInfo({});
  if (system === undefined) throw new NotAnAsterisk('no version was told');
  return system.version;
}
