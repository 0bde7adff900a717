import type { LegEnding } from '../../core/calls/endings.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import type { ArrivedCall } from '../driver.ts';
import type { PlacedRole } from './names.ts';

/** What the driver remembers of one living leg. Everything but the ids is lost with the process, and may be. */
export interface Leg {
  readonly legId: LegId;
  readonly role: PlacedRole | 'inbound';
  /** The call as it came in; null for legs that we placed. */
  readonly arrived: ArrivedCall | null;
  /** Changes when a transfer puts another channel in its place. */
  channelId: string;
  /** True from the answer on. */
  isUp: boolean;
  /** True while Asterisk has it in our application. */
  isInStasis: boolean;
  /** It has been told, or needs not to be told, that it rings. */
  isRingingTold: boolean;
  /** It rang, or the network played something. */
  rang: boolean;
  /** Last word of Asterisk's Dial events; empty before the first. */
  dialStatus: string;
  /** Monotonic time when our ring timeout strikes; null where we placed no call or do not know. */
  ringsUntilMs: number | null;
  /** Somebody has asked for its end: the far side, us, or the PBX. */
  isHangingUp: boolean;
  /** How the far side, or the network, has ended it; null before that. */
  farEnding: LegEnding | null;
  /** We were the first to do so. */
  isEndedByUs: boolean;
  /** It goes back to the dialplan: its end is no news. */
  isGivenBack: boolean;
  /** Hears its last words: what comes after them is the end. */
  hasFarewell: boolean;
  /** The bridge it is in, by its name on the PBX. */
  bridge: string | null;
}

/** How many ended legs are remembered, so that what is still said of them revives none. */
const ENDED_MAX = 5_000;

/** A leg of which nothing has been heard yet. */
export function newLeg(facts: Pick<Leg, 'legId' | 'role' | 'arrived' | 'channelId'>): Leg {
  return {
    ...facts,
    isUp: false,
    isInStasis: false,
    isRingingTold: false,
    rang: false,
    dialStatus: '',
    ringsUntilMs: null,
    isHangingUp: false,
    farEnding: null,
    isEndedByUs: false,
    isGivenBack: false,
    hasFarewell: false,
    bridge: null,
  };
}

/** The living legs of one PBX, by our id and by Asterisk's. */
export class Legs {
  readonly #byId = new Map<LegId, Leg>();
  readonly #byChannel = new Map<string, Leg>();
  readonly #ended = new Set<LegId>();

  get(legId: LegId): Leg | undefined {
    return this.#byId.get(legId);
  }

  onChannel(channelId: string): Leg | undefined {
    return this.#byChannel.get(channelId);
  }

  all(): readonly Leg[] {
    return Array.from(this.#byId.values());
  }

  hasEnded(legId: LegId): boolean {
    return this.#ended.has(legId);
  }

  add(leg: Leg): Leg {
    this.#ended.delete(leg.legId);
    this.#byId.set(leg.legId, leg);
    this.#byChannel.set(leg.channelId, leg);
    return leg;
  }

  /** Another channel has taken the place of this leg's (a masquerade). */
  move(leg: Leg, channelId: string): void {
    this.#byChannel.delete(leg.channelId);
    leg.channelId = channelId;
    this.#byChannel.set(channelId, leg);
  }

  /** It was never there: a call that was not placed. */
  forget(leg: Leg): void {
    this.#byId.delete(leg.legId);
    this.#byChannel.delete(leg.channelId);
  }

  /** It is gone, and what is still said of it is not heard. */
  end(leg: Leg): void {
    this.forget(leg);
    this.#ended.add(leg.legId);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_MAX) break;
      this.#ended.delete(oldest);
    }
  }
}
