import type { DeviceState, LegEnding } from '../core/calls/endings.ts';
import type { Speech } from '../core/calls/speech.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import type { LegId } from '../core/prelude/ids.ts';

/**
 * The port to one PBX. The engine speaks to every PBX through it and knows no other word of telephony.
 *
 *   connecting ──▶ reconciling ──▶ ready ──▶ (lost) ──▶ connecting …          closed, for good
 *
 * A driver connects, and reconnects for ever, by itself. After each connection it emits `connected` with a snapshot of
 * what the PBX really holds; the engine puts its records in order and only then lets new work through.
 * A driver never repeats a command by itself: not after a timeout, not after a reconnect.
 */
export interface Driver {
  /**
   * Carries out one command. Resolves when the PBX has taken it, which says nothing about its effect: effects come back
   * as events, possibly before this resolves.
   * @throws DriverRefusal the PBX answered that it will not do it: it has not happened and will not.
   * @throws DriverInDoubt no answer, or the connection broke: it may or may not have happened.
   */
  execute(command: DriverCommand): Promise<void>;
  /** What the PBX holds now. Rejects with DriverInDoubt while there is no connection. */
  snapshot(): Promise<PbxSnapshot>;
  /** True while commands can be carried out and the last sign of life is younger than 5 s. */
  isReady(): boolean;
  /** Ends the connection for good; pending commands reject with DriverInDoubt. Calls on the PBX go on. */
  close(): Promise<void>;
}

/** Makes a driver and starts connecting; `listener` is called in the order in which things happened on the PBX. */
export type DriverFactory<Settings> = (
  settings: Settings,
  listener: (event: DriverEvent) => void,
) => Driver;

/**
 * What the engine can ask of a PBX. Every command but `originate` is idempotent through our own ids and may be repeated;
 * an originate is sent at most once, and the engine sees to that.
 */
export type DriverCommand =
  /** Answers the caller if need be and lets them wait with music among the others of this queue. */
  | { readonly kind: 'hold'; readonly legId: LegId; readonly queueName: string }
  /**
   * Speaks to a leg; music goes on afterwards if the leg is on hold. The end is told as `speech-ended`, unless the leg
   * ends first: then nobody has heard it, and only `leg-ended` is told.
   */
  | {
      readonly kind: 'speak';
      readonly legId: LegId;
      /** Our own id; speaking again under a living id changes nothing. */
      readonly speechId: string;
      readonly speech: readonly Speech[];
    }
  /** Stops a speech, e.g. because the caller pressed a digit. Stopping what has ended is fine. */
  | { readonly kind: 'stop-speech'; readonly speechId: string }
  | OriginateCommand
  /** Lets two legs talk. The bridge goes away when it is empty. */
  | {
      readonly kind: 'bridge';
      readonly bridgeId: string;
      readonly legIds: readonly [LegId, LegId];
    }
  /** Ends a leg, after `saying` has been heard (or at once when it is empty). Hanging up a leg that is gone is fine. */
  | { readonly kind: 'hang-up'; readonly legId: LegId; readonly saying: readonly Speech[] }
  /**
   * Gives a call that is not ours back to the PBX's dialplan, which tells the caller something sensible. Once it is taken
   * the leg is ours no more: no snapshot lists it, and its end is not told.
   */
  | { readonly kind: 'give-back'; readonly legId: LegId }
  /**
   * Reports the state of these agents' phones from now on, beginning with one `device-changed` each. Replaces the former
   * list. Does not outlive the connection: ask again after each `connected`.
   */
  | { readonly kind: 'watch-devices'; readonly endpoints: readonly string[] };

/** Places a call. The leg id is ours, and the PBX refuses it while a leg with that id lives. */
export interface OriginateCommand {
  readonly kind: 'originate';
  readonly legId: LegId;
  /**
   * `agent`: `to` is a configured endpoint (`PJSIP/agent1`); a forwarded leg ends as `forwarded`.
   * `customer`: `to` is a route's dial pattern with the number put in (`PJSIP/+12025550123@carrier`); should Ringback be
   * away when the customer answers, the PBX speaks a fallback within two seconds.
   */
  readonly role: 'agent' | 'customer';
  readonly to: string;
  /** What the called phone shows. */
  readonly callerId: { readonly name: string; readonly number: string };
  readonly ringTimeoutSeconds: number;
}

/** What a PBX tells. */
export type DriverEvent =
  | { readonly kind: 'connected'; readonly snapshot: PbxSnapshot }
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** Another node has taken over the connection; this driver is closed for good. */
  | { readonly kind: 'replaced' }
  | ({ readonly kind: 'call-arrived' } & ArrivedCall)
  | { readonly kind: 'digit'; readonly legId: LegId; readonly digit: string }
  | { readonly kind: 'leg-ringing'; readonly legId: LegId }
  | { readonly kind: 'leg-answered'; readonly legId: LegId }
  | { readonly kind: 'leg-ended'; readonly legId: LegId; readonly ending: LegEnding }
  | { readonly kind: 'speech-ended'; readonly legId: LegId; readonly speechId: string }
  | { readonly kind: 'device-changed'; readonly endpoint: string; readonly device: DeviceState };

/** A call that came in for a number of ours. */
export interface ArrivedCall {
  readonly legId: LegId;
  /** As the PBX gave it, not yet checked; null when withheld. */
  readonly callerNumber: string | null;
  /** The number that was dialled, as the PBX gave it. */
  readonly dialledNumber: string;
}

/** What a PBX holds at one moment, as far as it is ours. */
export interface PbxSnapshot {
  /** Changes whenever the PBX has restarted: nothing of an earlier boot lives any more. */
  readonly bootId: string;
  readonly version: string;
  readonly legs: readonly SnapshotLeg[];
}

/** A living leg: one we placed (by our id), or a call that waits in our application. */
export interface SnapshotLeg {
  readonly legId: LegId;
  readonly state: 'ringing' | 'up';
  /** Present for calls that came in, so that a call which arrived unseen can be taken up. */
  readonly arrived: ArrivedCall | null;
}

/** The PBX said no: the command has not happened. `message` is readable by an operator. */
export class DriverRefusal extends Error {
  override readonly name = 'DriverRefusal';
  readonly ending: LegEnding;
  constructor(message: string, ending: LegEnding = 'congestion') {
    super(message);
    this.ending = ending;
  }
}

/** Nobody can say whether the command happened: no answer in time, or the connection broke. */
export class DriverInDoubt extends Error {
  override readonly name = 'DriverInDoubt';
}

/** Refused before anything was sent: the text could mean something else to a PBX (control characters, `&`, `,`, `|` …). */
export class UnsafeDialString extends Error {
  override readonly name = 'UnsafeDialString';
}

const UNSAFE = /[\p{Cc}&,|;^{}[\]<>$"'\\`]/u;

/** The text unchanged if it is safe to hand to a PBX. @throws UnsafeDialString otherwise; nothing is stripped. */
export function safeForPbx(text: string): string {
  if (UNSAFE.test(text)) {
    throw new UnsafeDialString('a text for the PBX contains a character that is not allowed');
  }
  return text;
}

/** A route's dial pattern with a checked number in place of `{number}`. @throws UnsafeDialString */
export function dialString(pattern: string, number: PhoneNumber): string {
  return safeForPbx(pattern.replace('{number}', number));
}
