import type { DeviceState, LegEnding } from '../../core/calls/endings.ts';
import { prompt, type Speech } from '../../core/calls/speech.ts';
import { id, type LegId } from '../../core/prelude/ids.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import {
  type ArrivedCall,
  type DriverCommand,
  type DriverEvent,
  DriverRefusal,
  type OriginateCommand,
  type PbxSnapshot,
  type SnapshotLeg,
} from '../driver.ts';
import { Bridges } from './bridges.ts';
import type { Ledger } from './ledger.ts';
import { type LegState, type LineActions, SandboxLeg } from './leg.ts';
import type { SeatFarEnd } from './line.ts';

/** What the dialplan says when it has to speak itself. */
const FALLBACK = prompt('ringback/fallback');
const NUMBER_UNKNOWN = prompt('ringback/number-unknown');
const QUIET: LegState = { kind: 'with-us', place: { kind: 'quiet' } };

/** Our application as the PBX sees it: is anybody connected, and telling them. */
export interface Application {
  isThere(): boolean;
  tell(event: DriverEvent): void;
}

/** The phones that can be called. */
export interface Phones {
  called(command: OriginateCommand): CalledPhone;
  /** What a phone tells of itself, calls of ours apart. */
  deviceOf(endpoint: string): DeviceState;
}

/** Who is reached by a call. */
export interface CalledPhone {
  /** The number in the dial text, or the endpoint. */
  readonly party: string;
  readonly isMachine: boolean;
  readonly seat: SeatFarEnd;
}

/** What a PBX is made with. */
export interface PbxParts {
  readonly name: string;
  readonly timers: Timers;
  readonly application: Application;
  readonly phones: Phones;
  readonly ledger: Ledger;
  readonly speechMs: (piece: Speech) => number;
}

/** A PBX in memory. It knows legs, bridges and devices; who is connected to it is the network's business. */
export class SandboxPbx {
  readonly #parts: PbxParts;
  readonly #legs = new Map<LegId, SandboxLeg>();
  readonly #bridges = new Bridges();
  #watched = new Map<string, DeviceState>();
  #boots = 1;
  #arrivals = 0;
  #isOn = true;

  constructor(parts: PbxParts) {
    this.#parts = parts;
  }

  /** Carries out one command at once. @throws DriverRefusal when it will not happen. */
  execute(command: DriverCommand): void {
    switch (command.kind) {
      case 'hold':
        this.#hold(this.#ours(command.legId), command.queueName);
        return;
      case 'speak':
        this.#speak(this.#ours(command.legId), command.speechId, command.speech);
        return;
      case 'stop-speech':
        for (const leg of this.#legs.values()) leg.speaker.stop(command.speechId);
        return;
      case 'originate':
        this.#originate(command);
        return;
      case 'bridge':
        this.#bridge(command.bridgeId, command.legIds);
        return;
      case 'hang-up':
        this.#hangUp(this.#legs.get(command.legId), command.saying);
        return;
      case 'give-back':
        this.#giveBack(this.#ours(command.legId));
        return;
      case 'watch-devices':
        this.#watch(command.endpoints);
        return;
    }
  }

  snapshot(): PbxSnapshot {
    const legs = [...this.#legs.values()].filter((leg) => leg.isOurs());
    return { bootId: this.#bootId(), version: 'sandbox 1', legs: legs.map(snapshotOf) };
  }

  /** Someone calls us. Null while the PBX is off. */
  arrive(callerNumber: string | null, dialledNumber: string, seat: SeatFarEnd): LegId | null {
    if (!this.#isOn) return null;
    this.#arrivals += 1;
    const legId = id<'leg'>(`${this.#bootId()}.${this.#arrivals.toString()}`);
    const arrived = { legId, callerNumber, dialledNumber };
    const leg = this.#arrivedLeg(arrived, seat);
    if (this.#parts.application.isThere()) this.#tell({ kind: 'call-arrived', ...arrived });
    else this.#answerInDialplan(leg, { kind: 'dialplan', isOurs: false });
    return legId;
  }

  /** Tells whoever watches this phone, if its state has changed. */
  refreshDevice(endpoint: string): void {
    const before = this.#watched.get(endpoint);
    const device = this.#deviceOf(endpoint);
    if (before === undefined || before === device) return;
    this.#watched.set(endpoint, device);
    this.#tell({ kind: 'device-changed', endpoint, device });
  }

  /** A new connection of our application: nobody watches devices until asked again. */
  forgetWatches(): void {
    this.#watched = new Map();
  }

  /** True while both legs are in one bridge. */
  bridged(one: LegId, other: LegId): boolean {
    const [bridge, otherBridge] = [one, other].map((legId) => bridgeOf(this.#legs.get(legId)));
    return bridge !== null && bridge === otherBridge;
  }

  /** Ends every call without a word to anybody. */
  powerOff(): void {
    this.#isOn = false;
    const legs = [...this.#legs.values()];
    this.#legs.clear();
    this.#bridges.clear();
    this.forgetWatches();
    for (const leg of legs) leg.ended('pbx-lost');
  }

  /** Comes back with a new boot identity. */
  powerOn(): void {
    this.#isOn = true;
    this.#boots += 1;
  }

  #bootId(): string {
    return `${this.#parts.name}-boot-${this.#boots.toString()}`;
  }

  #tell(event: DriverEvent): void {
    this.#parts.application.tell(event);
  }

  /** A leg inside our application. @throws DriverRefusal */
  #ours(legId: LegId): SandboxLeg {
    const leg = this.#legs.get(legId);
    if (leg === undefined) throw new DriverRefusal('there is no such leg', 'vanished');
    if (leg.state.kind !== 'with-us' && leg.state.kind !== 'waiting') {
      throw new DriverRefusal(`the leg is not in the application: ${leg.state.kind}`);
    }
    return leg;
  }

  #hold(leg: SandboxLeg, queueName: string): void {
    this.#bridges.leave(leg);
    const held: LegState = { kind: 'with-us', place: { kind: 'held', queueName } };
    if (leg.state.kind === 'waiting') leg.answered(held);
    else leg.state = held;
  }

  #speak(leg: SandboxLeg, speechId: string, pieces: readonly Speech[]): void {
    leg.speaker.say({
      speechId,
      pieces,
      onEnd: () => {
        this.#tell({ kind: 'speech-ended', legId: leg.facts.legId, speechId });
      },
    });
  }

  #originate(command: OriginateCommand): void {
    const { legId, role, callerId } = command;
    if (this.#legs.has(legId)) throw new DriverRefusal('a leg with this id lives already');
    const { party, isMachine, seat } = this.#parts.phones.called(command);
    const atMs = this.#parts.timers.nowMs();
    const pen = this.#parts.ledger.open({
      ...{ legId, role, party, callerId, atMs },
      answeredByMachine: isMachine,
    });
    const facts = { legId, role, party, arrived: null, pen };
    const leg = this.#add(new SandboxLeg(facts, { kind: 'dialing' }, seat, this.#legParts()));
    leg.ringFor(command.ringTimeoutSeconds, () => {
      this.#end(leg, 'no-answer');
    });
    this.refreshDevice(party);
  }

  #bridge(bridgeId: string, legIds: readonly LegId[]): void {
    const legs = legIds.map((legId) => this.#ours(legId));
    if (legs.some((leg) => leg.state.kind === 'waiting')) {
      throw new DriverRefusal('a leg that nobody has answered cannot be bridged');
    }
    this.#bridges.join(bridgeId, legs);
  }

  #hangUp(leg: SandboxLeg | undefined, saying: readonly Speech[]): void {
    if (leg?.isOurs() !== true) return;
    if (saying.length === 0 || leg.isRinging() || leg.state.kind === 'dialplan') {
      this.#end(leg, 'cancelled');
      return;
    }
    if (leg.isLeaving) return;
    leg.isLeaving = true;
    this.#bridges.leave(leg);
    leg.state = QUIET;
    this.#sayThenEnd(leg, saying, 'cancelled');
  }

  #giveBack(leg: SandboxLeg): void {
    this.#bridges.leave(leg);
    leg.speaker.silence();
    leg.state = { kind: 'dialplan', isOurs: false };
    this.#sayThenEnd(leg, [NUMBER_UNKNOWN], 'hung-up');
  }

  #watch(endpoints: readonly string[]): void {
    this.#watched = new Map(endpoints.map((endpoint) => [endpoint, this.#deviceOf(endpoint)]));
    for (const [endpoint, device] of this.#watched) {
      this.#tell({ kind: 'device-changed', endpoint, device });
    }
  }

  #deviceOf(endpoint: string): DeviceState {
    const legs = [...this.#legs.values()];
    const isOnOurCall = legs.some(
      ({ facts }) => facts.role === 'agent' && facts.party === endpoint,
    );
    const device = this.#parts.phones.deviceOf(endpoint);
    return isOnOurCall && device === 'idle' ? 'busy' : device;
  }

  #arrivedLeg(arrived: ArrivedCall, seat: SeatFarEnd): SandboxLeg {
    const { legId, callerNumber: party } = arrived;
    const pen = this.#parts.ledger.open({
      ...{ legId, role: 'caller', party, callerId: null },
      ...{ atMs: this.#parts.timers.nowMs(), answeredByMachine: false },
    });
    const facts = { legId, role: 'caller', party, arrived, pen } as const;
    return this.#add(new SandboxLeg(facts, { kind: 'waiting' }, seat, this.#legParts()));
  }

  #add(leg: SandboxLeg): SandboxLeg {
    this.#legs.set(leg.facts.legId, leg);
    return leg;
  }

  #legParts(): ConstructorParameters<typeof SandboxLeg>[3] {
    const { timers, speechMs } = this.#parts;
    return { timers, speechMs, actions: this.#actions };
  }

  /** What the far end can do to its line. A leg that is over hears nothing any more. */
  readonly #actions: LineActions = (leg) => ({
    ring: () => {
      if (leg.state.kind !== 'dialing') return;
      leg.state = { kind: 'ringing' };
      this.#tell({ kind: 'leg-ringing', legId: leg.facts.legId });
    },
    answer: () => {
      if (leg.isRinging()) this.#pickedUp(leg);
    },
    press: (digit) => {
      if (leg.state.kind !== 'with-us') return;
      this.#tell({ kind: 'digit', legId: leg.facts.legId, digit });
    },
    end: (ending) => {
      this.#end(leg, leg.isRinging() && ending === 'hung-up' ? 'rejected' : ending);
    },
  });

  /** Our application takes it; while it is away the dialplan does, and never lets a customer hear silence. */
  #pickedUp(leg: SandboxLeg): void {
    if (this.#parts.application.isThere()) {
      leg.answered(QUIET);
      this.#tell({ kind: 'leg-answered', legId: leg.facts.legId });
      return;
    }
    this.#answerInDialplan(leg, { kind: 'dialplan', isOurs: true });
  }

  #answerInDialplan(leg: SandboxLeg, state: LegState): void {
    leg.answered(state);
    this.#sayThenEnd(leg, leg.facts.role === 'agent' ? [] : [FALLBACK], 'hung-up');
  }

  #sayThenEnd(leg: SandboxLeg, pieces: readonly Speech[], ending: LegEnding): void {
    const onEnd = (): void => {
      this.#end(leg, ending);
    };
    leg.speaker.say({ speechId: null, pieces, onEnd });
  }

  #end(leg: SandboxLeg, ending: LegEnding): void {
    const { legId, role, party } = leg.facts;
    if (leg.state.kind === 'over') return;
    const isOurs = leg.isOurs();
    this.#legs.delete(legId);
    this.#bridges.leave(leg);
    leg.ended(ending);
    if (isOurs) this.#tell({ kind: 'leg-ended', legId, ending });
    if (role === 'agent' && party !== null) this.refreshDevice(party);
  }
}

function snapshotOf(leg: SandboxLeg): SnapshotLeg {
  const isRinging = leg.isRinging() || leg.state.kind === 'waiting';
  const { legId, arrived } = leg.facts;
  return { legId, state: isRinging ? 'ringing' : 'up', arrived };
}

function bridgeOf(leg: SandboxLeg | undefined): string | null {
  if (leg?.state.kind !== 'with-us' || leg.state.place.kind !== 'bridged') return null;
  return leg.state.place.bridgeId;
}
