import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type AgentId, DEFAULT_TENANT, id } from '../core/prelude/ids.ts';
import type { Log } from '../core/prelude/log.ts';
import { epochMs } from '../core/prelude/time.ts';
import { timestamp } from '../store/database.ts';
import { LEASE_SECONDS } from '../store/ownership/ownership.ts';
import { sqlFile } from '../store/statement.ts';
import type { CallerHabit, PhoneHabit } from '../telephony/sandbox/habits.ts';
import { VirtualTimers } from '../telephony/sandbox/virtual-timers.ts';
import { SandboxWorld } from '../telephony/sandbox/world.ts';
import { Agreed } from './agreed.ts';
import { type Books, Reader } from './books.ts';
import { agentName, setUpOffice } from './centre.ts';
import type { Dice } from './dice.ts';
import { Faults } from './faults.ts';
import { FrontDesk } from './front-desk.ts';
import { passOverLooks } from './looks.ts';
import { SimulatedNode } from './node.ts';
import type { Observer } from './observer.ts';
import { OwnerLocks } from './owner-locks.ts';
import { agentHabit, reliable } from './people.ts';
import {
  lateCaller,
  type PlannedCaller,
  type PlannedFault,
  type PlannedShift,
  type Schedule,
} from './schedule.ts';
import type { Session } from './session.ts';

const RENEW_LEASES = sqlFile(import.meta.url, './renew-leases.sql');
/** How long after the last fault nodes still look at everything in their usual rhythm, in milliseconds. */
const UNSETTLED_MS = 8_000;
/** The statement with which a node begins to compare records and PBX. */
const COMPARES = 'before situations/live-legs';
/** Somebody whose click did not work tries again after so long, in milliseconds. */
const TRY_AGAIN_MS = 3_000;
/** So long before the end of the busy time it is seen whether enough people have asked, in seconds. */
const LATE_SECONDS = 900;
/** Nobody is at a desk for so long then, and so many more call than are missing. */
const AWAY_SECONDS = 240;
const SPARE = 2;

/** A schedule under way: the real engine and store, in virtual time, with people, a PBX and faults around them. */
export class Simulation {
  readonly world: SandboxWorld;
  readonly timers: VirtualTimers;
  readonly faults: Faults;
  readonly session: Session;
  readonly schedule: Schedule;
  readonly agreed = new Agreed();
  books: Books | null = null;
  /** When something last went wrong, in monotonic milliseconds. */
  lastFaultMs = 0;
  /** When a node last compared records and PBX, in monotonic milliseconds. */
  comparedAtMs = 0;
  /** How many things have happened one after the other. */
  steps = 0;
  readonly #dice: Dice;
  readonly #ids: Dice;
  readonly #people: Dice;
  readonly #observer: Observer;
  readonly #locks: OwnerLocks;
  readonly #reader: Reader;
  readonly #desk: FrontDesk;
  readonly #hash: Hash = createHash('sha256');
  readonly #callers: CallerHabit[] = [];
  #spoilt: string | null = null;
  #nodes: SimulatedNode[] = [];
  #lives = 0;

  constructor(session: Session, schedule: Schedule, dice: Dice, observer: Observer) {
    this.session = session;
    this.#reader = new Reader(session);
    this.schedule = schedule;
    this.#observer = observer;
    this.#dice = dice;
    this.#ids = dice.apart();
    this.#people = dice.apart();
    this.timers = new VirtualTimers({
      startMs: schedule.startMs,
      settle: async () => this.#settle(),
    });
    this.world = new SandboxWorld({ timers: this.timers, chance: dice.apart().chance });
    this.#locks = new OwnerLocks(this.timers);
    this.faults = new Faults({
      timers: this.timers,
      world: this.world,
      session,
      dice: dice.apart(),
      anyNode: () => this.#anyNode(),
      spoil: (isSpoilt) => {
        this.#spoil(isSpoilt);
      },
      restart: (node) => {
        this.#restart(node);
      },
      note: (kind, what) => {
        this.lastFaultMs = this.timers.monotonicMs();
        observer.fault(kind);
        observer.tell(`fault: ${kind} (${what})`);
      },
    });
    this.#desk = this.#openDesk(dice.apart());
  }

  #openDesk(dice: Dice): FrontDesk {
    const { startMs, oddTime = null } = this.schedule;
    return new FrontDesk(
      {
        timers: this.timers,
        dice,
        season: { startMs, oddTime },
        books: () => this.books,
        node: () => this.living.find((one) => one.pulse.beats) ?? null,
        tell: (what) => {
          this.#observer.tell(what);
        },
      },
      this.agreed,
    );
  }

  /** The nodes that have not ended. */
  get living(): readonly SimulatedNode[] {
    return this.#nodes.filter((node) => !node.isDead);
  }

  /** Lays the schedule into time and starts the nodes. */
  async begin(): Promise<void> {
    const { nodes, agents } = this.schedule;
    await setUpOffice(this.session, this.schedule);
    for (let nth = 1; nth <= agents; nth += 1) {
      this.world.phone(`PJSIP/${agentName(nth)}`, (call) => this.#agentHabit(call));
    }
    for (let nth = 1; nth <= nodes; nth += 1) this.#start(`node-${nth.toString()}`);
    this.#plan();
  }

  #agentHabit(call: number): PhoneHabit {
    const habits = this.schedule.agentPhone;
    if (habits === undefined) return agentHabit(this.#people);
    return habits[Math.min(call, habits.length) - 1] ?? { kind: 'no-answer' };
  }

  /** Lets the next thing happen, and reads the books if it has changed them. False when nothing is left to happen. */
  async step(): Promise<boolean> {
    this.steps += 1;
    passOverLooks(this);
    if (!(await this.timers.step())) return false;
    await this.#read();
    return true;
  }

  /** Faults are over: everybody is there, picks up and has time. */
  becalm(): void {
    this.faults.stop();
    for (const { number } of this.#callers) {
      if (number !== null) this.world.phone(number, reliable(this.#people, 20));
    }
    for (let nth = 1; nth <= this.schedule.agents; nth += 1) {
      this.world.phone(`PJSIP/${agentName(nth)}`, () => reliable(this.#people, 600));
      this.world.setOnOtherCall(`PJSIP/${agentName(nth)}`, false);
      this.#shift({ atSeconds: 0, agent: nth, does: 'come' });
    }
    this.#desk.tidy();
  }

  /** True when every promise has ended, nobody is on the phone and everybody is free. */
  get isOver(): boolean {
    const { books } = this;
    return (
      books !== null &&
      this.faults.isCalm &&
      books.interactions.length === 0 &&
      books.agents.every((agent) => agent.occupation === 'idle') &&
      this.world.ledger.live().length === 0
    );
  }

  /** What happened, in one word: equal schedules have equal ones. */
  eventHash(): string {
    for (const entry of this.world.ledger.entries()) this.#hash.update(JSON.stringify(entry));
    return this.#hash.digest('hex');
  }

  /** Ends every process. */
  end(): void {
    for (const node of this.#nodes) node.kill();
  }

  async #settle(): Promise<void> {
    do {
      await this.session.idle();
      await setImmediate();
    } while (this.session.isAtWork);
  }

  async #read(): Promise<void> {
    const books = await this.#reader.read(this.timers.nowMs());
    if (books === null) return;
    this.books = books;
    for (const event of books.events) {
      this.#hash.update(JSON.stringify({ ...event, id: 0 }));
      this.#observer.event(event);
      this.#desk.hear(event);
      if (event.interaction === null && event.agent === null) continue;
      this.#observer.tell(
        `${(event.interaction ?? event.agent ?? '').slice(0, 8)} ${event.kind} ${JSON.stringify(event.body)}`,
      );
    }
  }

  /** True while one living node owns the ready PBX and nothing is wrong. */
  get isSettled(): boolean {
    const owner = this.books?.owner ?? null;
    return (
      this.faults.isCalm &&
      this.timers.monotonicMs() - this.lastFaultMs > UNSETTLED_MS &&
      owner?.ready === true &&
      this.living.some((node) => node.name === owner.node) &&
      this.living.length === this.schedule.nodes
    );
  }

  /** Before anything may go wrong, leases are as if every renewal that was passed over had been made. */
  async #renewLeases(): Promise<void> {
    const names = this.living.map((node) => node.name);
    for (const node of this.living) node.lastBeatMs = this.timers.monotonicMs();
    const until = epochMs(this.timers.nowMs() + LEASE_SECONDS * 1000);
    await this.session.ask(RENEW_LEASES, [timestamp(until), names]);
  }

  #plan(): void {
    const { callers, shifts, faults, errands, busySeconds } = this.schedule;
    for (const caller of callers) this.#expect(caller);
    for (const shift of shifts) {
      this.#at(shift.atSeconds, () => {
        this.#shift(shift);
      });
    }
    for (const errand of errands) {
      this.#at(errand.atSeconds, () => {
        this.#observer.errand(errand.errand.kind);
        this.#desk.run(errand);
      });
    }
    for (const fault of faults) {
      this.#at(fault.atSeconds, () => {
        this.#fault(fault);
      });
    }
    this.#at(busySeconds - LATE_SECONDS, () => {
      this.#topUp();
    });
  }

  #expect({ atSeconds, habit, phone }: PlannedCaller): void {
    this.#callers.push(habit);
    if (habit.number !== null) {
      this.world.phone(habit.number, (nth) => phone[(nth - 1) % phone.length] ?? { kind: 'busy' });
    }
    this.#at(atSeconds, () => {
      this.#observer.tell(`${habit.number ?? 'somebody'} calls`);
      this.world.call(habit);
    });
  }

  /** Sees to it that there are enough callbacks, whatever became of those who meant to ask for one. */
  #topUp(): void {
    const missing = this.schedule.callbacksMin - (this.books?.callbacks.length ?? 0);
    if (missing <= 0) return;
    for (let agent = 1; agent <= this.schedule.agents; agent += 1) {
      this.#shift({ atSeconds: 0, agent, does: 'leave' });
      this.#at(AWAY_SECONDS, () => {
        this.#shift({ atSeconds: 0, agent, does: 'come' });
      });
    }
    for (let nth = 1; nth <= missing + SPARE; nth += 1) {
      this.#expect(lateCaller(this.#people, nth));
    }
  }

  #at(seconds: number, action: () => void): void {
    this.timers.after(seconds * 1000, action);
  }

  #fault(fault: PlannedFault): void {
    // The leases first, and in the same instant the fault: nothing comes between them.
    this.lastFaultMs = this.timers.monotonicMs();
    void this.#renewLeases().then(() => {
      this.faults.begin(fault);
    });
  }

  #shift(shift: PlannedShift): void {
    const name = agentName(shift.agent);
    if (shift.does === 'begin-own-call' || shift.does === 'end-own-call') {
      this.world.setOnOtherCall(`PJSIP/${name}`, shift.does === 'begin-own-call');
      return;
    }
    const agent = this.books?.agents.find((one) => one.name === name);
    const node = this.living.find((one) => one.pulse.beats);
    const again = (): void => {
      this.timers.after(TRY_AGAIN_MS, () => {
        this.#shift(shift);
      });
    };
    if (agent === undefined || node === undefined) {
      again();
      return;
    }
    const presence = shift.does === 'come' ? 'available' : 'away';
    this.#observer.tell(`${name} is ${presence}`);
    node.engine
      .setPresence(DEFAULT_TENANT, id<'agent'>(agent.id) satisfies AgentId, presence)
      .catch(again);
  }

  /** Some callback that waits cannot be handled from now on, or everything can be again. */
  #spoil(isSpoilt: boolean): void {
    const waiting = this.books?.callbacks.filter(({ state }) => state === 'waiting') ?? [];
    const isAny = isSpoilt && waiting.length > 0;
    this.#spoilt = isAny ? this.#dice.oneOf(waiting).interaction : null;
  }

  #anyNode(): SimulatedNode | null {
    const { living } = this;
    return living.length === 0 ? null : this.#dice.oneOf(living);
  }

  #start(name: string): void {
    this.#lives += 1;
    const node = new SimulatedNode({
      name,
      timers: this.timers,
      world: this.world,
      locks: this.#locks,
      session: this.session,
      newId: () => this.#ids.uuid(),
      log: this.#log(name),
      onPoint: (one, point) => {
        if (point === COMPARES) this.comparedAtMs = this.timers.monotonicMs();
        this.#observer.point(point);
        this.faults.onPoint(one, point);
      },
      fateOfCommit: () => this.faults.fateOfCommit(),
      deliver: (event, hand) => {
        this.faults.deliver(event, hand);
      },
      spoilt: () => this.#spoilt,
      notify: () => {
        for (const one of this.living) {
          this.timers.after(1, () => {
            one.pulse.run(one.onNotice);
          });
        }
      },
    });
    this.#nodes = [...this.living, node];
  }

  #restart(node: SimulatedNode): void {
    this.lastFaultMs = this.timers.monotonicMs();
    const name = `${node.name.replace(/\..*/, '')}.${this.#lives.toString()}`;
    this.#observer.tell(`${name} starts`);
    this.#start(name);
  }

  #log(name: string): Log {
    const told: Log['info'] = (fields, sentence) => {
      this.#observer.tell(`${name}: ${sentence} ${JSON.stringify(fields)}`);
    };
    return { debug: () => undefined, info: told, warn: told, error: told };
  }
}
