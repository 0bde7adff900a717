import type { Presence } from '../core/agents/agent.ts';
import type { Explanation } from '../core/callbacks/explain.ts';
import type { AgentId, CallbackId, PbxId, TenantId } from '../core/prelude/ids.ts';
import { done, type Outcome, refused } from '../core/prelude/refusal.ts';
import type { Timer } from '../core/prelude/timers.ts';
import type { TicketChange } from '../core/tickets/ticket.ts';
import { setPresence } from '../store/agents.ts';
import { notifyOwners } from '../store/commands/commands.ts';
import { forgetPassed } from '../store/retention/retention.ts';
import { interactionOfAgent, interactionOfCallback } from '../store/situations/find.ts';
import { Announcements } from './announcements.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import { DueTimers } from './due-timers.ts';
import { Execution } from './execution.ts';
import {
  type CallerName,
  type ExplainedCaller,
  explainCallback,
  explainCallerNamed,
} from './explaining.ts';
import { tellPromises } from './glare.ts';
import { type Handled, Handling, type Openings } from './handling.ts';
import { Matching } from './matching.ts';
import { type MissedOutcome, type MissedReport, reportMissedCall } from './missed-calls.ts';
import type { EngineStatus, NotableOutcome, Operations, SupervisorWord } from './operations.ts';
import { PbxEvents } from './pbx-events.ts';
import { Reconciliation } from './reconciliation.ts';
import { Requests, type RequestsOutcome } from './requests.ts';
import { resumeWork, type StopErrand, stopWork } from './stops.ts';
import { type CalledAgain, type TicketErrand, Tickets } from './tickets.ts';

/** How often lost matches and commands of other nodes are looked for, in milliseconds. */
const SWEEP_MS = 1_000;
/** How often records and PBX are compared while connected, in milliseconds; done by a sweep. */
const RECONCILE_MS = 30_000;
/**
 * How long after a connect they are compared once more, in milliseconds. What was begun just before a crash was too young
 * to be judged at the connect, and by then it is not: an agent who waits for it is not kept for 30 seconds.
 */
const SECOND_LOOK_MS = 11_000;
/** How often what is kept for a time only is removed, in milliseconds. */
const FORGET_EVERY_MS = 3_600_000;
/** A node that was just started has better things to do, and one that is started anew every hour does it as well. */
const FORGET_FIRST_MS = 60_000;
/** How long notices to other nodes are collected before they are sent as one, in milliseconds. */
const NOTICE_MS = 20;

/** The running engine of one node: events in, commands out, everything in between in the database. */
export class Engine implements Operations {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;
  private readonly matching: Matching;
  private readonly execution: Execution;
  private readonly announcements: Announcements;
  private readonly events: PbxEvents;
  private readonly connections: Connections;
  private readonly dueTimers: DueTimers;
  private readonly tickets: Tickets;
  private readonly requests: Requests;
  private readonly noticed = new Set<PbxId>();
  private sweepTimer: Timer | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private comparedAtMs = 0;
  private forgotAtMs = 0;
  private stopped = false;

  constructor(deps: EngineDeps) {
    this.deps = deps;
    const driverOf = (pbxId: PbxId): ReturnType<Connections['driverOf']> =>
      this.connections.driverOf(pbxId);
    this.handling = new Handling(deps, {
      epochOf: (pbxId) => this.connections.epochOf(pbxId),
      committed: (handled, openings) => {
        this.committed(handled, openings);
      },
    });
    this.matching = new Matching(deps, this.handling);
    this.announcements = new Announcements(deps, driverOf);
    this.execution = new Execution(deps, this.handling, this.announcements, driverOf);
    this.events = new PbxEvents(deps, this.handling, this.matching, this.announcements);
    const { handling, events, announcements } = this;
    const reconciliation = new Reconciliation({ deps, handling, events, announcements });
    const lock = deps.makeLock(() => {
      this.inBackground('commands are left to the next sweep', async () => this.takeUpCommands());
    });
    this.connections = new Connections(
      deps,
      lock,
      {
        events,
        reconciliation,
        ready: (connection) => {
          this.becameReady(connection);
        },
      },
      (pbxId) => {
        announcements.forget(pbxId);
      },
    );
    this.dueTimers = new DueTimers(deps, this.handling);
    this.tickets = new Tickets(deps, this.handling);
    this.requests = new Requests(deps, this.handling);
  }

  /** Begins to work: owns what nobody owns, handles what is due, mends what a crash has left. */
  start(): void {
    this.connections.start();
    this.dueTimers.start();
    this.comparedAtMs = this.deps.timers.monotonicMs();
    this.forgotAtMs = this.comparedAtMs - FORGET_EVERY_MS + FORGET_FIRST_MS;
    this.sweepSoon();
  }

  /** Drains: takes nothing new, finishes what it has begun, and gives its PBX connections up. Calls go on. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.sweepTimer?.cancel();
    await this.sweeping;
    await this.dueTimers.stop();
    await this.events.idle();
    await this.matching.idle();
    await this.handling.idle();
    await this.execution.idle();
    await this.connections.stop();
  }

  async cancelCallback(tenantId: TenantId, callbackId: CallbackId): Promise<Outcome<null>> {
    return this.askOf(tenantId, callbackId, { kind: 'cancel-asked' });
  }

  async superviseCallback(
    tenantId: TenantId,
    callbackId: CallbackId,
    word: SupervisorWord,
  ): Promise<Outcome<null>> {
    return this.askOf(tenantId, callbackId, word);
  }

  async noteOutcome(
    tenantId: TenantId,
    callbackId: CallbackId,
    outcome: NotableOutcome,
  ): Promise<Outcome<null>> {
    return this.askOf(tenantId, callbackId, { kind: 'outcome-noted', outcome });
  }

  async explainCallback(tenantId: TenantId, callbackId: CallbackId): Promise<Outcome<Explanation>> {
    return explainCallback(this.deps, tenantId, callbackId);
  }

  async explainCaller(tenantId: TenantId, caller: CallerName): Promise<Outcome<ExplainedCaller>> {
    return explainCallerNamed(this.deps, tenantId, caller);
  }

  async setPresence(
    tenantId: TenantId,
    agentId: AgentId,
    presence: Presence,
  ): Promise<Outcome<null>> {
    const known = await this.deps.database.transaction(async (tx) =>
      setPresence(tx, { tenantId, agentId }, presence, await tx.clock()),
    );
    if (!known) return refused('AGENT_UNKNOWN', 'There is no agent with this name.');
    if (presence !== 'available') return done(null);
    const interactionId = await interactionOfAgent(this.deps.database, tenantId, agentId);
    if (interactionId !== null) {
      await this.handling.handle(tenantId, interactionId, ({ situation }) =>
        situation.agent?.occupation === 'wrapping-up' ? { kind: 'wrap-up-ended' } : null,
      );
    }
    await this.matching.matchAgent(tenantId, agentId);
    return done(null);
  }

  async stopWork(errand: StopErrand): Promise<Outcome<null>> {
    return stopWork(this.deps, errand);
  }

  async resumeWork(errand: StopErrand): Promise<Outcome<null>> {
    return resumeWork(this.deps, errand);
  }

  async changeTicket(errand: TicketErrand, change: TicketChange): Promise<Outcome<null>> {
    return this.tickets.change(errand, change);
  }

  async callAgain(errand: TicketErrand): Promise<Outcome<CalledAgain>> {
    return this.tickets.callAgain(errand);
  }

  async reportMissedCall(
    tenantId: TenantId,
    report: MissedReport,
  ): Promise<Outcome<MissedOutcome>> {
    return reportMissedCall(this.deps, this.handling, tenantId, report);
  }

  async requestCallbacks(
    ...asked: Parameters<Operations['requestCallbacks']>
  ): Promise<RequestsOutcome> {
    return this.requests.request(...asked);
  }

  async centreChanged(): Promise<void> {
    await this.connections.refresh();
    await Promise.all(this.connections.all().map(async (connection) => connection.watchDevices()));
    await this.matching.sweep();
  }

  status(): EngineStatus {
    return { node: this.deps.nodeId, pbxs: this.connections.status() };
  }

  private async askOf(
    tenantId: TenantId,
    callbackId: CallbackId,
    input:
      | { kind: 'cancel-asked' }
      | { kind: 'outcome-noted'; outcome: NotableOutcome }
      | SupervisorWord,
  ): Promise<Outcome<null>> {
    const interactionId = await interactionOfCallback(this.deps.database, tenantId, callbackId);
    const handled =
      interactionId === null
        ? null
        : await this.handling.handle(tenantId, interactionId, () => input);
    if (handled === null) {
      return refused('CALLBACK_UNKNOWN', 'There is no callback with this id.');
    }
    const { refusal } = handled.decision;
    return refusal === null ? done(null) : { ok: false, refusal };
  }

  /** After a commit: commands go out, and whoever has become free or has come into line is matched. */
  private committed(handled: Handled, openings: Openings): void {
    if (handled.commands.length > 0) {
      if (handled.epoch === null) this.noticeOwners(handled.pbxId);
      else this.execution.take(handled);
    }
    this.inBackground('promises to the number are told when they are looked at next', async () =>
      tellPromises(this.deps, this.handling, handled),
    );
    const { tenantId } = handled;
    this.inBackground('a match is left to the next sweep', async () => {
      for (const lineId of openings.lines) await this.matching.matchLine(tenantId, lineId);
      for (const agentId of openings.agents) await this.matching.matchAgent(tenantId, agentId);
    });
  }

  private becameReady(connection: Connection): void {
    this.inBackground('work that waits is left to the next sweep', async () => {
      await this.takeUp(connection);
      await this.matching.sweep();
    });
    this.deps.timers.after(SECOND_LOOK_MS, () => {
      this.inBackground('work that waits is left to the next sweep', async () =>
        connection.reconcileAgain(),
      );
    });
  }

  private async takeUp({ pbx, ownership }: Connection): Promise<void> {
    await this.execution.takeUp(pbx.tenantId, pbx.id, ownership.epoch);
  }

  private async takeUpCommands(): Promise<void> {
    for (const connection of this.connections.all()) {
      if (connection.isReady) await this.takeUp(connection);
    }
  }

  /** Tells other nodes, in one notice for many commits and outside of them, that there is something to send. */
  private noticeOwners(pbxId: PbxId): void {
    this.noticed.add(pbxId);
    if (this.noticed.size > 1) return;
    this.deps.timers.after(NOTICE_MS, () => {
      const pbxIds = [...this.noticed];
      this.noticed.clear();
      this.inBackground('another node finds its commands by itself', async () =>
        notifyOwners(this.deps.database, pbxIds),
      );
    });
  }

  private sweepSoon(): void {
    if (this.stopped) return;
    const look = (): void => {
      this.sweeping = this.sweep().finally(() => {
        this.sweepSoon();
      });
    };
    this.sweepTimer = this.deps.timers.after(SWEEP_MS, look, 'sweep');
  }

  private async sweep(): Promise<void> {
    try {
      await this.takeUpCommands();
      await this.matching.sweep();
      await this.forgetPassed();
      if (this.deps.timers.monotonicMs() - this.comparedAtMs < RECONCILE_MS) return;
      this.comparedAtMs = this.deps.timers.monotonicMs();
      for (const connection of this.connections.all()) await connection.reconcileAgain();
    } catch (error) {
      this.deps.log.warn({ problem: messageOf(error) }, 'the sweep is repeated');
    }
  }

  /** Once in a while, removes what is kept for a time only. */
  private async forgetPassed(): Promise<void> {
    const { timers, database } = this.deps;
    if (timers.monotonicMs() - this.forgotAtMs < FORGET_EVERY_MS) return;
    this.forgotAtMs = timers.monotonicMs();
    await forgetPassed(database, await database.clock());
  }

  private inBackground(onFailure: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.deps.log.warn({ problem: messageOf(error) }, onFailure);
    });
  }
}
