import type { DriverEvent } from '../telephony/driver.ts';
import type { Fate } from '../telephony/sandbox/network.ts';
import type { VirtualTimers } from '../telephony/sandbox/virtual-timers.ts';
import type { SandboxWorld } from '../telephony/sandbox/world.ts';
import type { Dice } from './dice.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { SimulatedNode } from './node.ts';
import type { PlannedFault } from './schedule.ts';
import type { CommitFate, Session } from './session.ts';

/** How often something goes wrong while a fault that concerns single messages lasts. */
const OFTEN = 0.3;
/** How late a message comes at most, in milliseconds. */
const LATE_MS_MAX = 2_000;

/** A row is spoilt for so much longer than other faults last, in seconds: it is tried several times. */
const SPOILT_SECONDS = 60;

/** Waits at which a process that ends leaves most behind: between one commit and the next, around a call. */
const CRASHES_AT = [
  'after commit',
  'after timers/claim-due',
  'before call-agent',
  'after call-agent',
  'before call-customer',
  'after call-customer',
  'before hang-up',
] as const;

/** So long a crash waits for its point, in milliseconds. */
const CRASH_MS_MAX = 120_000;

/** What faults work on. */
export interface FaultParts {
  readonly timers: VirtualTimers;
  readonly world: SandboxWorld;
  readonly session: Session;
  readonly dice: Dice;
  /** A living node, chosen by chance; null when none is left. */
  readonly anyNode: () => SimulatedNode | null;
  /** Starts another process in place of one that has ended. */
  readonly restart: (node: SimulatedNode) => void;
  /** Spoils the row of an interaction, or mends what was spoilt. */
  readonly spoil: (isSpoilt: boolean) => void;
  /** Notes a fault that has really begun. */
  readonly note: (kind: FaultKind, what: string) => void;
}

/** Makes faults happen, and lets them end. */
export class Faults {
  /** How many crash points were passed while something could go wrong. */
  points = 0;
  readonly #parts: FaultParts;
  readonly #lasting = new Map<FaultKind, number>();
  /** The crash that waits for a node to pass its point: after so many points. */
  #crashIn: number | null = null;
  /** Only points that end like this are counted; null: all of them. */
  #crashAt: string | null = null;
  #isStopped = false;
  /** When the last event of each leg is handed on, and the last of all. */
  readonly #handedMs = new Map<string, number>();
  #lastHandedMs = 0;

  constructor(parts: FaultParts) {
    this.#parts = parts;
    parts.world.network.fateOf = () => this.#fateOfCommand();
  }

  /** True while nothing is broken and nobody is away. */
  get isCalm(): boolean {
    return this.#lasting.size === 0 && this.#crashIn === null;
  }

  /** True while this kind of fault lasts. */
  lasts(kind: FaultKind): boolean {
    return this.#lasting.has(kind);
  }

  begin({ kind, seconds }: PlannedFault): void {
    if (this.#isStopped) return;
    const { world, session } = this.#parts;
    switch (kind) {
      case 'connection-lost':
        world.network.cut();
        this.#for(kind, seconds, () => {
          world.network.restore();
        });
        return;
      case 'connection-silent':
        world.network.stall();
        this.#for(kind, seconds, () => {
          world.network.restore();
        });
        return;
      case 'pbx-restart':
        world.restartPbx(seconds * 1000);
        this.#for(kind, seconds + 0.1, () => undefined);
        return;
      case 'database-away':
        session.isAway = true;
        this.#for(kind, seconds, () => {
          session.isAway = false;
        });
        return;
      case 'row-spoilt':
        this.#parts.spoil(true);
        this.#for(kind, seconds + SPOILT_SECONDS, () => {
          this.#parts.spoil(false);
        });
        return;
      case 'commands-lost':
      case 'replies-lost':
      case 'replies-late':
      case 'events-late':
      case 'events-doubled':
      case 'events-reordered':
      case 'database-conflicts':
      case 'commits-lost':
        this.#for(kind, seconds, () => undefined);
        return;
      case 'node-killed':
      case 'node-frozen':
      case 'node-drained':
        this.#concernNode(kind, seconds);
        return;
      case 'node-crashed':
        this.#crashIn = this.#parts.dice.whole(1, 120);
        this.#crashAt = this.#parts.dice.weighed([
          [3, null],
          ...CRASHES_AT.map((point) => [1, point] as const),
        ]);
        if (this.#crashAt !== null) this.#crashIn = this.#parts.dice.whole(1, 3);
        // Who never comes by there ends at any wait: nobody is to watch for it all day.
        this.#parts.timers.after(CRASH_MS_MAX, () => {
          this.#crashAt = null;
        });
        return;
    }
  }

  /** Lets the process that passes the crash point after so many others end there. */
  crashAfter(points: number): void {
    this.#crashIn = points + 1;
  }

  /** No more faults from now on; what lasts ends at its time. */
  stop(): void {
    this.#isStopped = true;
    this.#crashIn = null;
    this.#crashAt = null;
  }

  /** Lets a node end at this point, if its turn has come. */
  onPoint(node: SimulatedNode, point: string): void {
    if (!this.#isStopped) this.points += 1;
    if (this.#crashIn === null) return;
    if (this.#crashAt !== null && !point.endsWith(this.#crashAt)) return;
    this.#crashIn -= 1;
    if (this.#crashIn > 0) return;
    this.#crashIn = null;
    this.#crashAt = null;
    this.crash(node, point, this.#parts.dice.between(1, 40));
  }

  /** Ends a node at this point and starts it again later. */
  crash(node: SimulatedNode, point: string, awaySeconds: number): void {
    this.#parts.note('node-crashed', `${node.name} ends ${point}`);
    node.kill();
    this.#for('node-crashed', awaySeconds, () => {
      this.#parts.restart(node);
    });
    return;
  }

  fateOfCommit(): CommitFate {
    const { dice } = this.#parts;
    if (this.lasts('database-conflicts') && dice.is(OFTEN)) {
      return dice.oneOf(['serialization', 'deadlock']);
    }
    if (this.lasts('commits-lost') && dice.is(OFTEN)) {
      return dice.oneOf(['lost-before', 'lost-after']);
    }
    return 'succeeds';
  }

  /** Hands an event on: at once, late, twice, or behind a later one. */
  deliver(event: DriverEvent, hand: (event: DriverEvent) => void): void {
    const { dice, timers } = this.#parts;
    const isOfLeg = 'legId' in event;
    if (this.lasts('events-doubled') && isOfLeg && dice.is(OFTEN)) {
      timers.after(dice.whole(0, LATE_MS_MAX), () => {
        hand(event);
      });
    }
    const nowMs = timers.monotonicMs();
    const dueMs = this.#handedAtMs(event, nowMs);
    if (dueMs <= nowMs) {
      hand(event);
      return;
    }
    timers.after(dueMs - nowMs, () => {
      hand(event);
    });
  }

  /** Events of one leg keep their order, whatever happens; those of the connection come behind all others. */
  #handedAtMs(event: DriverEvent, nowMs: number): number {
    const isReordered = this.lasts('events-reordered');
    const isLate = isReordered || this.lasts('events-late');
    const lateMs = isLate ? this.#parts.dice.whole(0, LATE_MS_MAX) : 0;
    const key = 'legId' in event ? event.legId : '';
    const behindMs =
      isReordered && key !== '' ? (this.#handedMs.get(key) ?? 0) : this.#lastHandedMs;
    const dueMs = Math.max(nowMs + lateMs, behindMs);
    this.#handedMs.set(key, dueMs);
    this.#lastHandedMs = Math.max(this.#lastHandedMs, dueMs);
    return dueMs;
  }

  #fateOfCommand(): Fate {
    const { dice } = this.#parts;
    if (this.lasts('commands-lost') && dice.is(OFTEN)) return { kind: 'lost' };
    if (this.lasts('replies-lost') && dice.is(OFTEN)) return { kind: 'reply-lost' };
    if (this.lasts('replies-late') && dice.is(OFTEN)) {
      return { kind: 'reply-late', ms: dice.whole(1, LATE_MS_MAX) };
    }
    return { kind: 'arrives' };
  }

  #concernNode(kind: 'node-killed' | 'node-frozen' | 'node-drained', seconds: number): void {
    const node = this.#parts.anyNode();
    if (node === null) return;
    if (kind === 'node-frozen') {
      node.pulse.freeze();
      this.#for(kind, seconds, () => {
        node.pulse.thaw();
      });
      return;
    }
    if (kind === 'node-killed') node.kill();
    else this.#drain(node);
    this.#for(kind, seconds, () => {
      node.kill();
      this.#parts.restart(node);
    });
  }

  #drain(node: SimulatedNode): void {
    node.engine.stop().then(
      () => {
        node.kill();
      },
      (error: unknown) => {
        this.#parts.note('node-drained', `${node.name} could not drain: ${String(error)}`);
      },
    );
  }

  #for(kind: FaultKind, seconds: number, end: () => void): void {
    this.#lasting.set(kind, (this.#lasting.get(kind) ?? 0) + 1);
    if (kind !== 'node-crashed') this.#parts.note(kind, `for ${seconds.toString()} s`);
    this.#parts.timers.after(seconds * 1000, () => {
      const left = (this.#lasting.get(kind) ?? 1) - 1;
      if (left === 0) this.#lasting.delete(kind);
      else this.#lasting.set(kind, left);
      end();
    });
  }
}
