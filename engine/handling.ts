import { isAvailable } from '../core/agents/agent.ts';
import { decide } from '../core/interactions/decide.ts';
import type { Decision } from '../core/interactions/decision.ts';
import { heldBack } from '../core/interactions/held-back.ts';
import type { Context, Input } from '../core/interactions/input.ts';
import { settingsAhead } from '../core/interactions/promises.ts';
import type { Situation } from '../core/interactions/situation.ts';
import {
  type AgentId,
  type InteractionId,
  id,
  type LineId,
  type PbxId,
  type TenantId,
} from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { CallbackSettings } from '../core/queues/settings.ts';
import type { PbxRow } from '../store/centre.ts';
import { DatabaseUnavailable, type Transaction, TransactionRetry } from '../store/database.ts';
import { holdsFence } from '../store/ownership/ownership.ts';
import { countFailure, type Failure } from '../store/situations/failures.ts';
import { type LoadedSituation, lockSituation } from '../store/situations/load.ts';
import { type NumberedCommand, saveDecision } from '../store/situations/save.ts';
import type { DueTimer } from '../store/timers/timers.ts';
import type { Driver } from '../telephony/driver.ts';
import { dayFactsOf, lapseOf } from './calling-hours.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import { KeyedQueue } from './keyed-queue.ts';

/** So often work on an interaction fails, or dies with its process, until it is set aside (F21). */
const FAILURES_MAX = 3;

/** Looks up what a decision needs and says what happened; null when, seen under lock, nothing did. */
export type Look = (
  loaded: LoadedSituation,
  tx: Transaction,
) => Promise<Input | null> | Input | null;

/** What a PBX tells counts only while the node that was told owns the connection, under the epoch in which it was told. */
export interface PbxSide {
  readonly pbx: PbxRow;
  readonly driver: Driver;
  readonly epoch: number;
}

/** A decision that has been committed. */
export interface Handled {
  readonly tenantId: TenantId;
  readonly pbxId: PbxId;
  readonly interactionId: InteractionId;
  readonly before: Situation | null;
  readonly decision: Decision;
  readonly commands: readonly NumberedCommand[];
  /** The epoch under which this node sends the commands; null when another node does. */
  readonly epoch: number | null;
  /** The monotonic time before ownership was verified: a call must leave within a second of it. */
  readonly verifiedAtMs: number;
}

/** Who may have to be matched now that something has changed. */
export interface Openings {
  readonly agents: readonly AgentId[];
  readonly lines: readonly LineId[];
}

/** What the handling of events is connected to. */
export interface HandlingPorts {
  /** The epoch under which this node owns the PBX; null when it does not. */
  epochOf(pbxId: PbxId): number | null;
  /** Called after each commit, in the order of commits of one interaction. */
  committed(handled: Handled, openings: Openings): void;
}

/**
 * The way of one event: one transaction that locks, reads the clock, asks core, and writes state, events and commands.
 * Events of one interaction are handled one after the other here, and under row locks in the database.
 */
export class Handling {
  private readonly deps: EngineDeps;
  private readonly ports: HandlingPorts;
  private readonly queue = new KeyedQueue();

  constructor(deps: EngineDeps, ports: HandlingPorts) {
    this.deps = deps;
    this.ports = ports;
  }

  /**
   * Handles what happened to one interaction. Null when it is unknown or nothing happened.
   * @param epoch under which a PBX told it: when that is over, whoever owns the PBX now knows better, and nothing happens
   * @throws DatabaseUnavailable
   */
  async handle(
    tenantId: TenantId,
    interactionId: InteractionId,
    look: Look,
    epoch: number | null = null,
  ): Promise<Handled | null> {
    return this.queue.run(interactionId, async () => {
      const handled = await this.commit(tenantId, interactionId, look, epoch);
      if (handled !== null) this.publish(handled);
      return handled;
    });
  }

  /**
   * Handles a timer that is due, and leaves what others need not hear at once to `later`, who publishes it.
   * @throws DatabaseUnavailable
   */
  async handleDue(
    { tenantId, interactionId, timer, tries }: DueTimer,
    later: (handled: Handled) => void,
  ): Promise<void> {
    await this.queue.run(interactionId, async () => {
      if (tries >= FAILURES_MAX) {
        // Whoever handled it died each time. Where it cannot be set aside, it is handled all the same.
        const aside = await this.setAside(tenantId, interactionId, 'timer-due');
        if (aside !== null && aside.decision.ticket !== null) return;
      }
      const due = (): Input => ({ kind: 'timer-due', timer });
      const handled = await this.commit(tenantId, interactionId, due, null);
      if (handled === null) return;
      if (handled.commands.length > 0) this.publish(handled);
      else later(handled);
    });
  }

  private async commit(
    tenantId: TenantId,
    interactionId: InteractionId,
    look: Look,
    epoch: number | null,
  ): Promise<Handled | null> {
    let what = 'look';
    try {
      return await this.deps.database.transaction(async (tx) => {
        const loaded = await lockSituation(tx, tenantId, interactionId, epoch);
        if (loaded === null) return null;
        const input = await look(loaded, tx);
        what = input?.kind ?? what;
        return input === null ? null : await this.decideAndSave(tx, loaded, input, epoch);
      });
    } catch (error) {
      await this.failed({ tenantId, interactionId, what, agentId: null }, error);
      throw error;
    }
  }

  /**
   * Counts that something could not be handled, in a commit of its own, and sets the interaction aside when it was too
   * often. Call it in turn with the events of the interaction. What the database being away did is not counted.
   */
  async failed(failure: Failure, error: unknown): Promise<void> {
    if (error instanceof DatabaseUnavailable || error instanceof TransactionRetry) return;
    const { tenantId, interactionId, what } = failure;
    const failures = await countFailure(this.deps.database, failure);
    const fields = { interactionId, what, failures, problem: messageOf(error) };
    this.deps.log.error(fields, 'an interaction could not be handled');
    if (failures >= FAILURES_MAX) await this.setAside(tenantId, interactionId, what);
  }

  /** Takes a callback out of the line for a human to look at; nothing while its customer is being called. */
  private async setAside(
    tenantId: TenantId,
    interactionId: InteractionId,
    failed: string,
  ): Promise<Handled | null> {
    try {
      const handled = await this.deps.database.transaction(async (tx) => {
        const loaded = await lockSituation(tx, tenantId, interactionId, null);
        const input = { kind: 'handling-failed', failed } as const;
        return loaded === null ? null : this.decideAndSave(tx, loaded, input, null);
      });
      if (handled !== null) this.publish(handled);
      return handled;
    } catch (error) {
      const fields = { interactionId, problem: messageOf(error) };
      this.deps.log.error(fields, 'an interaction could not be set aside');
      return null;
    }
  }

  /**
   * Decides under locks that the caller holds, and writes it. The caller publishes it after its commit.
   * @param fencedEpoch the epoch of which the caller holds the fence; null when it holds none
   */
  async decideAndSave(
    tx: Transaction,
    loaded: LoadedSituation,
    input: Input,
    fencedEpoch: number | null,
  ): Promise<Handled> {
    const decision = decide(loaded.situation, input, this.context(loaded, input));
    const what = { ...loaded, before: loaded.situation, decision };
    const handled = await this.save(tx, what, fencedEpoch);
    this.deps.crashPoints?.reach('decided-not-committed', input.kind);
    return handled;
  }

  /** Writes a decision that begins an interaction or was made elsewhere. */
  async save(
    tx: Transaction,
    what: {
      tenantId: TenantId;
      before: Situation | null;
      decision: Decision;
      nextCommand: number;
      nowMs: EpochMs;
    },
    fencedEpoch: number | null = null,
  ): Promise<Handled> {
    const { tenantId, before, decision } = what;
    const { pbxId, id: interactionId } = decision.next.interaction;
    // A fence that is held already stays held until the commit: it is as good as one that is taken now.
    const verifiedAtMs = this.deps.timers.monotonicMs();
    const epoch = fencedEpoch ?? (await this.verifiedEpoch(tx, tenantId, pbxId));
    const commands = await saveDecision(tx, { ...what, epoch });
    return { tenantId, pbxId, interactionId, before, decision, commands, epoch, verifiedAtMs };
  }

  /** Tells the others of a commit. */
  publish(handled: Handled): void {
    for (const { command } of handled.commands) {
      this.deps.crashPoints?.reach('committed-not-sent', command.kind);
    }
    this.tellHeldBack(handled);
    this.ports.committed(handled, openingsOf(handled));
  }

  /** A call that was due and is not placed is told to whoever wonders why the phones are silent. */
  private tellHeldBack({ interactionId, before, decision: { next } }: Handled): void {
    const held = heldBack(before, next);
    if (held === null) return;
    const { code, text, until } = held;
    const callbackId = next.callback?.id;
    const fields = { interactionId, callbackId, reason: code, why: text, until: iso(until) };
    this.deps.log.info(fields, 'a customer is not called now');
  }

  /** Runs `task` in turn with the events of the same interaction. */
  async inTurn<Result>(interactionId: InteractionId, task: () => Promise<Result>): Promise<Result> {
    return this.queue.run(interactionId, task);
  }

  /** Resolves when no event is being handled. */
  async idle(): Promise<void> {
    await this.queue.idle();
  }

  /**
   * The times and fresh ids for a decision about a promise whose place was taken at `enteredAt`.
   * @param callback the settings of the promise that there is, or will be
   */
  contextFrom(
    loaded: LoadedSituation,
    enteredAt: EpochMs,
    callback: CallbackSettings = loaded.situation.queue.callback,
  ): Context {
    return {
      nowMs: loaded.nowMs,
      expiresAt: lapseOf({ ...dayFactsOf(loaded), callback }, enteredAt, loaded),
      stops: loaded.stops,
      customer: { onCall: loaded.numberOnCall, gotThrough: loaded.gotThrough },
      fresh: this.freshIds(),
    };
  }

  /** Ids for what a decision may make. */
  freshIds(): Context['fresh'] {
    const { newId } = this.deps;
    return {
      callbackId: id<'callback'>(newId()),
      attemptId: id<'attempt'>(newId()),
      ticketId: id<'ticket'>(newId()),
    };
  }

  private context(loaded: LoadedSituation, input: Input): Context {
    const { situation } = loaded;
    const { enteredAt } = situation.interaction.place;
    const context = this.contextFrom(loaded, enteredAt, settingsAhead(situation, input));
    const ticketId = loaded.ticketId ?? context.fresh.ticketId;
    return { ...context, fresh: { ...context.fresh, ticketId } };
  }

  private async verifiedEpoch(
    tx: Transaction,
    tenantId: TenantId,
    pbxId: PbxId,
  ): Promise<number | null> {
    const epoch = this.ports.epochOf(pbxId);
    if (epoch === null) return null;
    return (await holdsFence(tx, { tenantId, pbxId, epoch })) ? epoch : null;
  }
}

function iso(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function openingsOf({ before, decision: { next } }: Handled): Openings {
  const { standing, place } = next.interaction;
  const enteredLine =
    standing.kind === 'in-line' && before?.interaction.standing.kind !== 'in-line';
  const { agent } = next;
  const freed = agent !== null && agent !== before?.agent && isAvailable(agent);
  return { agents: freed ? [agent.id] : [], lines: enteredLine ? [place.lineId] : [] };
}
