import type { Timer, Timers } from '../../core/prelude/timers.ts';
import {
  type DriverCommand,
  type DriverEvent,
  DriverRefusal,
  type PbxSnapshot,
} from '../driver.ts';
import type { Chance } from './chance.ts';
import type { Application } from './sandbox-pbx.ts';

/** How long a message travels, at least. */
const TRAVEL_MS = 1;
/** What a connection that died without a word looks like for so long: like a living one. */
export const SILENCE_MAX_MS = 5_000;

/** The PBX as a connection sees it. */
export interface Exchange {
  execute(command: DriverCommand): void;
  snapshot(): PbxSnapshot;
  forgetWatches(): void;
}

/** The driver's end of a connection. */
export interface DriverEnd {
  receive(event: DriverEvent): void;
  lost(reason: string): void;
}

/** What becomes of one command on its way. */
export type Fate =
  | { readonly kind: 'arrives' }
  /** It never reaches the PBX. */
  | { readonly kind: 'lost' }
  /** It is carried out, and nobody learns of it. */
  | { readonly kind: 'reply-lost' }
  | { readonly kind: 'reply-late'; readonly ms: number };

/** One direction of a connection: messages arrive in the order in which they were sent. */
class Wire {
  readonly #timers: Timers;
  readonly #chance: Chance;
  readonly #underway = new Set<Timer>();
  #lastArrivalMs = 0;

  constructor(timers: Timers, chance: Chance) {
    this.#timers = timers;
    this.#chance = chance;
  }

  send(arrive: () => void): void {
    const nowMs = this.#timers.monotonicMs();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + TRAVEL_MS + this.#chance());
    const timer = this.#timers.after(this.#lastArrivalMs - nowMs, () => {
      this.#underway.delete(timer);
      arrive();
    });
    this.#underway.add(timer);
  }

  /** What is under way is lost. */
  drop(): void {
    for (const timer of this.#underway) timer.cancel();
    this.#underway.clear();
  }
}

/** One connection between a driver and the PBX. */
export class Link {
  readonly #network: SandboxNetwork;
  readonly #exchange: Exchange;
  readonly #timers: Timers;
  readonly #toPbx: Wire;
  readonly #toDriver: Wire;
  readonly end: DriverEnd;
  /** When it went silent without a word, in monotonic milliseconds; null while it is alive. */
  #silentSinceMs: number | null = null;

  constructor(
    network: SandboxNetwork,
    exchange: Exchange,
    end: DriverEnd,
    parts: { readonly timers: Timers; readonly chance: Chance },
  ) {
    this.#network = network;
    this.#exchange = exchange;
    this.end = end;
    this.#timers = parts.timers;
    this.#toPbx = new Wire(parts.timers, parts.chance);
    this.#toDriver = new Wire(parts.timers, parts.chance);
  }

  /** Sends a command. `answer` gets null, or the refusal; it is never called if nothing comes back. */
  execute(command: DriverCommand, answer: (refusal: DriverRefusal | null) => void): void {
    const fate = this.#network.fateOf(command);
    if (fate.kind === 'lost') return;
    this.#send(this.#toPbx, () => {
      const refusal = attempt(() => {
        this.#exchange.execute(command);
      });
      if (fate.kind === 'reply-lost') return;
      this.#reply(fate.kind === 'reply-late' ? fate.ms : 0, () => {
        answer(refusal);
      });
    });
  }

  /** Asks what the PBX holds. */
  snapshot(answer: (snapshot: PbxSnapshot) => void): void {
    this.#send(this.#toPbx, () => {
      const snapshot = this.#exchange.snapshot();
      this.#reply(0, () => {
        answer(snapshot);
      });
    });
  }

  /** The PBX tells something. */
  tell(event: DriverEvent): void {
    this.#send(this.#toDriver, () => {
      this.end.receive(event);
    });
  }

  /** How long ago the last sign of life was. */
  silentForMs(): number {
    return this.#silentSinceMs === null ? 0 : this.#timers.monotonicMs() - this.#silentSinceMs;
  }

  /** Nothing passes any more, and nobody is told. */
  goSilent(): void {
    this.#silentSinceMs ??= this.#timers.monotonicMs();
    this.#toPbx.drop();
    this.#toDriver.drop();
  }

  /** The driver hangs up its end. What it has sent already still arrives. */
  close(): void {
    this.#toDriver.drop();
    this.#network.closed(this);
  }

  #send(wire: Wire, arrive: () => void): void {
    if (this.#silentSinceMs === null) wire.send(arrive);
  }

  #reply(delayMs: number, arrive: () => void): void {
    this.#timers.after(delayMs, () => {
      this.#send(this.#toDriver, arrive);
    });
  }
}

/** The network between drivers and one PBX, with the one application name that all of them use. */
export class SandboxNetwork implements Application {
  /** Decides what becomes of each command; replace it to lose or delay some. */
  fateOf: (command: DriverCommand) => Fate = () => ({ kind: 'arrives' });
  readonly #parts: { readonly timers: Timers; readonly chance: Chance };
  readonly #waiting = new Set<() => void>();
  #link: Link | null = null;
  #isReachable = true;

  constructor(parts: { readonly timers: Timers; readonly chance: Chance }) {
    this.#parts = parts;
  }

  isThere(): boolean {
    return this.#link !== null;
  }

  /** To whoever is connected now; without anybody it is lost. */
  tell(event: DriverEvent): void {
    this.#link?.tell(event);
  }

  /** A new connection takes the application over, and begins with the snapshot. Null while the PBX is out of reach. */
  connect(exchange: Exchange, end: DriverEnd): Link | null {
    if (!this.#isReachable) return null;
    this.#link?.tell({ kind: 'replaced' });
    exchange.forgetWatches();
    this.#link = new Link(this, exchange, end, this.#parts);
    this.#link.tell({ kind: 'connected', snapshot: exchange.snapshot() });
    return this.#link;
  }

  /** Calls `action` once, as soon as the PBX can be reached. Returns how to give that up. */
  whenReachable(action: () => void): () => void {
    if (this.#isReachable) action();
    else this.#waiting.add(action);
    return () => this.#waiting.delete(action);
  }

  /** Breaks the connection and lets no new one through; both sides notice at once. What is under way is lost. */
  cut(reason = 'the connection broke'): void {
    this.#isReachable = false;
    this.#break(reason);
  }

  /** The connection dies without a word: both sides believe in it for five seconds. No new one comes through. */
  stall(): void {
    this.#isReachable = false;
    const link = this.#link;
    link?.goSilent();
    this.#parts.timers.after(SILENCE_MAX_MS, () => {
      if (this.#link === link) this.#break('no sign of life for 5 s');
    });
  }

  /** Lets connections through again. */
  restore(): void {
    this.#isReachable = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const action of waiting) action();
  }

  /** The driver's end has gone: our application is away until somebody connects. */
  closed(link: Link): void {
    if (this.#link === link) this.#link = null;
  }

  #break(reason: string): void {
    const link = this.#link;
    this.#link = null;
    if (link === null) return;
    link.goSilent();
    this.#parts.timers.after(0, () => {
      link.end.lost(reason);
    });
  }
}

/** Null, or why it will not happen. What else is thrown is a bug of the sandbox and goes through. */
function attempt(action: () => void): DriverRefusal | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof DriverRefusal) return error;
    throw error;
  }
}
