import type { DeviceState } from '../../core/calls/endings.ts';
import type { Speech } from '../../core/calls/speech.ts';
import type { Timers } from '../../core/prelude/timers.ts';
import type { Driver, DriverEvent, OriginateCommand } from '../driver.ts';
import { SandboxCaller } from './caller.ts';
import type { Chance } from './chance.ts';
import type { CallerHabit, PhoneHabit } from './habits.ts';
import { Ledger } from './ledger.ts';
import { SandboxNetwork } from './network.ts';
import { phoneWith } from './person.ts';
import { sandboxDriver } from './sandbox-driver.ts';
import { type CalledPhone, type Phones, SandboxPbx } from './sandbox-pbx.ts';
import { usualSpeechMs } from './speaker.ts';

/** How long a PBX is away when it restarts. */
const RESTART_MS = 2_000;

/** What a phone does at its nth call, counted from 1. A constant habit is the usual case. */
export type HabitAtCall = PhoneHabit | ((nth: number) => PhoneHabit);

/** What a world is made with. Nothing in it reads a global clock or throws dice of its own. */
export interface SandboxWorldOptions {
  readonly timers: Timers;
  readonly chance: Chance;
  /** Tells this PBX from others in ids. */
  readonly name?: string;
  /** How long a piece of speech lasts; by default 2 s a prompt and 0.4 s a digit. */
  readonly speechMs?: (piece: Speech) => number;
  /** What numbers do that nobody has given a habit; by default they ring for ever. */
  readonly strangers?: (number: string, chance: Chance) => PhoneHabit;
  /** How many calls to customers the carrier takes at once; beyond that it says congestion. */
  readonly carrierLines?: number;
}

/** A PBX in memory with the people around it: the hands of tests, of the demonstration and of the simulation. */
export class SandboxWorld {
  readonly ledger = new Ledger();
  readonly network: SandboxNetwork;
  readonly pbx: SandboxPbx;
  readonly #options: SandboxWorldOptions;
  readonly #habits = new Map<string, HabitAtCall>();
  readonly #calls = new Map<string, number>();
  readonly #onOtherCalls = new Set<string>();

  constructor(options: SandboxWorldOptions) {
    this.#options = options;
    this.network = new SandboxNetwork(options);
    this.pbx = new SandboxPbx({
      name: options.name ?? 'sandbox',
      timers: options.timers,
      application: this.network,
      phones: this.#phones(),
      ledger: this.ledger,
      speechMs: options.speechMs ?? usualSpeechMs,
    });
  }

  /** Connects one more driver to this PBX; a later one takes over from an earlier one. */
  driver(listener: (event: DriverEvent) => void): Driver {
    const { timers, chance } = this.#options;
    const settings = { exchange: this.pbx, network: this.network, timers, chance };
    return sandboxDriver(settings, listener);
  }

  /** Declares what a customer's number (`+12025550123`) or an agent's phone (`PJSIP/agent1`) does from now on. */
  phone(numberOrEndpoint: string, habit: HabitAtCall): void {
    this.#habits.set(numberOrEndpoint, habit);
    this.pbx.refreshDevice(numberOrEndpoint);
  }

  /** An agent begins or ends a call that Ringback has nothing to do with. */
  setOnOtherCall(endpoint: string, isOn: boolean): void {
    if (isOn) this.#onOtherCalls.add(endpoint);
    else this.#onOtherCalls.delete(endpoint);
    this.pbx.refreshDevice(endpoint);
  }

  /** Somebody dials a number of ours, now. */
  call(habit: CallerHabit): SandboxCaller {
    return new SandboxCaller(habit, this.pbx, this.ledger, this.#options.timers);
  }

  /** The PBX dies with all its calls and comes back later with a new boot identity. */
  restartPbx(awayMs = RESTART_MS): void {
    this.network.cut('the PBX went away');
    this.pbx.powerOff();
    this.#options.timers.after(awayMs, () => {
      this.pbx.powerOn();
      this.network.restore();
    });
  }

  #phones(): Phones {
    return {
      called: (command) => this.#called(command),
      deviceOf: (endpoint) => this.#deviceOf(endpoint),
    };
  }

  #called(command: OriginateCommand): CalledPhone {
    const party = command.role === 'agent' ? command.to : numberIn(command.to);
    const nth = (this.#calls.get(party) ?? 0) + 1;
    this.#calls.set(party, nth);
    const habit = this.#habitFor(party, command.role, nth);
    const seat = phoneWith(habit, this.#options.timers);
    return { party, isMachine: habit.kind === 'voicemail', seat };
  }

  #habitFor(party: string, role: OriginateCommand['role'], nth: number): PhoneHabit {
    if (role === 'customer' && this.#areLinesFull()) return { kind: 'congestion' };
    if (this.#onOtherCalls.has(party)) return { kind: 'busy' };
    const habit = this.#habits.get(party);
    if (habit !== undefined) return typeof habit === 'function' ? habit(nth) : habit;
    if (role === 'agent') return { kind: 'unreachable' };
    const { strangers, chance } = this.#options;
    return strangers?.(party, chance) ?? { kind: 'no-answer' };
  }

  #areLinesFull(): boolean {
    const used = this.ledger.live().filter((entry) => entry.role === 'customer').length;
    return used >= (this.#options.carrierLines ?? Number.POSITIVE_INFINITY);
  }

  #deviceOf(endpoint: string): DeviceState {
    const habit = this.#habits.get(endpoint);
    if (habit === undefined) return 'unreachable';
    if (typeof habit !== 'function' && habit.kind === 'unreachable') return 'unreachable';
    return this.#onOtherCalls.has(endpoint) ? 'busy' : 'idle';
  }
}

/** The number in a dial text: `PJSIP/+12025550123@carrier`, `PJSIP/carrier/sip:+12025550123@host`. */
function numberIn(dialText: string): string {
  return /\+?\d{3,}/.exec(dialText)?.[0] ?? dialText;
}
