import type { LegEnding } from '../core/calls/endings.ts';
import type { Command, CustomerDial } from '../core/interactions/command.ts';
import type { Input } from '../core/interactions/input.ts';
import { id, type LegId, type PbxId, type TenantId } from '../core/prelude/ids.ts';
import { secondsAfter } from '../core/prelude/time.ts';
import {
  type CommandKey,
  type EndedCommand,
  markEnded,
  markSent,
  pendingCommands,
} from '../store/commands/commands.ts';
import { offerRings } from '../store/situations/find.ts';
import {
  type Driver,
  type DriverCommand,
  DriverInDoubt,
  DriverRefusal,
  dialString,
  UnsafeDialString,
} from '../telephony/driver.ts';
import type { Announcements } from './announcements.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import { openGate } from './gate.ts';
import type { Handled, Handling } from './handling.ts';
import { KeyedQueue } from './keyed-queue.ts';

/** A call leaves within this many milliseconds of the check that this node owns the PBX, or it is in doubt. */
const SEND_MS_MAX = 1_000;
/** Commands younger than this are left to the node that has just committed them, in seconds. */
const HANDOVER_SECONDS = 1;
/** How often the endings of commands are written, in milliseconds. */
const FLUSH_MS = 200;
/** How often a command is sent whose fate nobody knows, until it is given up; see `triesMax`. */
const TRIES_MAX = 3;
/** The same for putting two people through: some five minutes, longer than anybody listens to silence. */
const BRIDGE_TRIES_MAX = 60;

/** One command on its way to a PBX. */
interface Errand extends CommandKey {
  readonly pbxId: PbxId;
  readonly command: Command;
  readonly epoch: number;
  /** The monotonic time before ownership was verified. */
  readonly verifiedAtMs: number;
}

/** Carries out commands after their commit, in order within each interaction, each on the node that owns the PBX. */
export class Execution {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;
  private readonly announcements: Announcements;
  private readonly driverOf: (pbxId: PbxId) => Driver | null;
  private readonly queue = new KeyedQueue();
  /** What is being carried out, or was and is not noted yet: not to be taken up from its row. */
  private readonly underWay = new Set<string>();
  /** How often a command has been sent without anybody knowing its fate. */
  private readonly doubts = new Map<string, number>();
  /** Interactions whose earlier command waits to be repeated: n + 1 waits for n. */
  private readonly stuck = new Set<string>();
  private ended: EndedCommand[] = [];
  private flushing = false;

  constructor(
    deps: EngineDeps,
    handling: Handling,
    announcements: Announcements,
    driverOf: (pbxId: PbxId) => Driver | null,
  ) {
    this.deps = deps;
    this.handling = handling;
    this.announcements = announcements;
    this.driverOf = driverOf;
  }

  /** Takes the commands of a commit of this node, the owner. */
  take(handled: Handled): void {
    const { tenantId, pbxId, interactionId, epoch, verifiedAtMs } = handled;
    if (epoch === null) return;
    for (const { number, command } of handled.commands) {
      this.enqueue({ tenantId, pbxId, interactionId, number, command, epoch, verifiedAtMs });
    }
  }

  /** Takes up what is unfinished on a PBX of this node: left by others, by a former life, or by a commit in doubt. */
  async takeUp(tenantId: TenantId, pbxId: PbxId, epoch: number): Promise<void> {
    const nowMs = await this.deps.database.clock();
    const until = secondsAfter(nowMs, -HANDOVER_SECONDS);
    const pending = await pendingCommands(this.deps.database, { tenantId, pbxId }, until);
    for (const { interactionId } of pending) this.stuck.delete(interactionId);
    for (const { interactionId, number, command, sentEpoch } of pending) {
      const key = { tenantId, interactionId, number };
      if (this.underWay.has(nameOf(key))) continue;
      if (isCall(command) && sentEpoch !== null) {
        this.end(key, 'failed', 'nobody can say whether it was sent');
        continue;
      }
      if (
        command.kind === 'ring-agent' &&
        !(await offerRings(this.deps.database, key.tenantId, command.offerId))
      ) {
        this.end(key, 'failed', 'the offer is over');
        continue;
      }
      const verifiedAtMs = this.deps.timers.monotonicMs();
      const allowed =
        command.kind === 'dial-customer' || (await markSent(this.deps.database, key, epoch));
      if (allowed) this.enqueue({ ...key, pbxId, command, epoch, verifiedAtMs });
    }
  }

  /** Resolves when every command taken has been carried out and noted. */
  async idle(): Promise<void> {
    await this.queue.idle();
    await this.flush();
  }

  private enqueue(errand: Errand): void {
    this.underWay.add(nameOf(errand));
    void this.queue.run(errand.interactionId, async () => {
      if (isRepeated(errand.command) && this.stuck.has(errand.interactionId)) {
        this.leave(errand);
        return;
      }
      try {
        await this.carryOut(errand);
        this.deps.crashPoints?.reach('sent-not-noted', errand.command.kind);
        this.end(errand, 'done', null);
      } catch (error) {
        this.wentWrong(errand, error);
      }
    });
  }

  private wentWrong(errand: Errand, error: unknown): void {
    const { interactionId, command } = errand;
    const problem = messageOf(error);
    this.deps.log.warn(
      { interactionId, command: command.kind, problem },
      'a command was not carried out',
    );
    const doubts = (this.doubts.get(nameOf(errand)) ?? 0) + 1;
    if (error instanceof DriverInDoubt && isRepeated(command) && doubts < triesMax(command)) {
      this.doubts.set(nameOf(errand), doubts);
      this.leave(errand);
    } else {
      this.end(errand, 'failed', problem);
    }
  }

  /** Leaves it in its row, and what comes after it: it is taken up again, in order, once the PBX can be told. */
  private leave(errand: Errand): void {
    this.stuck.add(errand.interactionId);
    this.underWay.delete(nameOf(errand));
  }

  private async carryOut(errand: Errand): Promise<void> {
    const { command } = errand;
    switch (command.kind) {
      case 'ring-agent':
        return this.ringAgent(errand, command);
      case 'dial-customer':
        return this.dialCustomer(errand);
      case 'hold':
        await this.send(errand, command);
        this.announcements.start({ ...errand, legId: command.legId });
        return;
      case 'speak':
        return this.speak(errand, command);
      case 'bridge':
        for (const legId of command.legIds) this.announcements.stop(legId);
        return this.send(errand, command);
      case 'hang-up':
        this.announcements.stop(command.legId);
        return this.send(errand, command);
    }
  }

  private async speak(errand: Errand, command: Command & { kind: 'speak' }): Promise<void> {
    try {
      await this.send(errand, command);
    } catch (error) {
      // A missing sound file must not keep a customer waiting: the alert counts as heard.
      if (command.speechId.endsWith('-alert')) this.report(errand, { kind: 'alert-ended' });
      throw error;
    }
  }

  private async ringAgent(
    errand: Errand,
    { offerId, endpoint, display, ringTimeoutSeconds }: Command & { kind: 'ring-agent' },
  ): Promise<void> {
    const legId = id<'leg'>(offerId);
    const callerId = display;
    try {
      await this.originate(errand, {
        kind: 'originate',
        role: 'agent',
        legId,
        to: endpoint,
        callerId,
        ringTimeoutSeconds,
      });
    } catch (error) {
      // In doubt the leg may yet ring: the offer's timer and reconciliation find out.
      const ending = refusedAs(error);
      if (ending !== null) this.report(errand, { kind: 'agent-leg-ended', ending });
      throw error;
    }
  }

  private async dialCustomer(errand: Errand): Promise<void> {
    const dial = await openGate(this.deps, this.handling, errand);
    if (dial === null) return;
    this.deps.crashPoints?.reach('gate-committed-not-dialled', errand.command.kind);
    try {
      await this.originate({ ...errand, verifiedAtMs: dial.verifiedAtMs }, callOf(dial.dial));
    } catch (error) {
      const ending = refusedAs(error);
      this.report(
        errand,
        ending === null ? { kind: 'dial-in-doubt' } : { kind: 'customer-leg-ended', ending },
      );
      throw error;
    }
  }

  private async originate(
    errand: Errand,
    command: DriverCommand & { kind: 'originate' },
  ): Promise<void> {
    const driver = this.driverOf(errand.pbxId);
    if (driver?.isReady() !== true) throw new DriverRefusal('the PBX is not connected');
    if (this.deps.timers.monotonicMs() - errand.verifiedAtMs > SEND_MS_MAX) {
      const problem = 'too long since ownership was verified: it is not sent';
      throw command.role === 'agent' ? new DriverRefusal(problem) : new DriverInDoubt(problem);
    }
    await driver.execute(command);
  }

  private async send(errand: Errand, command: DriverCommand): Promise<void> {
    const driver = this.driverOf(errand.pbxId);
    if (driver === null) throw new DriverInDoubt('this node is not connected to the PBX');
    await driver.execute(command);
  }

  /** Tells the interaction what came of a command; not awaited, since it waits for its turn behind this errand's events. */
  private report(errand: Errand, input: Input): void {
    void this.handling
      .handle(
        errand.tenantId,
        errand.interactionId,
        (loaded) => (stillMeant(errand.command, loaded.situation) ? input : null),
        errand.epoch,
      )
      .catch((error: unknown) => {
        this.deps.log.error({ problem: messageOf(error) }, 'the end of a command was not noted');
      });
  }

  private end(key: CommandKey, state: 'done' | 'failed', problem: string | null): void {
    const { tenantId, interactionId, number } = key;
    this.underWay.add(nameOf(key));
    this.doubts.delete(nameOf(key));
    this.ended.push({ tenantId, interactionId, number, state, problem });
    this.flushLater();
  }

  private flushLater(): void {
    if (this.flushing) return;
    this.flushing = true;
    this.deps.timers.after(FLUSH_MS, () => void this.flush());
  }

  private async flush(): Promise<void> {
    this.flushing = false;
    const ended = this.ended;
    if (ended.length === 0) return;
    this.ended = [];
    try {
      await markEnded(this.deps.database, ended);
      for (const key of ended) this.underWay.delete(nameOf(key));
    } catch (error) {
      // Kept, so that nothing that is done is repeated once the database is back: a caller who talks is not put on hold.
      this.ended = [...ended, ...this.ended];
      this.flushLater();
      this.deps.log.warn({ problem: messageOf(error) }, 'the ends of commands are written later');
    }
  }
}

function nameOf({ interactionId, number }: CommandKey): string {
  return `${interactionId}/${number.toString()}`;
}

function isCall(command: Command): boolean {
  return command.kind === 'ring-agent' || command.kind === 'dial-customer';
}

/** What must come to pass and does no harm when it is sent again. A sentence is not said twice, a call not placed twice. */
function isRepeated(command: Command): boolean {
  return command.kind === 'hold' || command.kind === 'bridge' || command.kind === 'hang-up';
}

/** Two people who have picked up wait in silence: they are put through as soon as the PBX can be told. */
function triesMax(command: Command): number {
  return command.kind === 'bridge' ? BRIDGE_TRIES_MAX : TRIES_MAX;
}

/** How a call ended that was certainly not placed; null when that is not certain. */
function refusedAs(error: unknown): LegEnding | null {
  if (error instanceof DriverRefusal) return error.ending;
  return error instanceof UnsafeDialString ? 'invalid-number' : null;
}

function callOf(dial: CustomerDial): DriverCommand & { kind: 'originate' } {
  const { attemptId, dialPattern, number, callerId, ringTimeoutSeconds } = dial;
  const legId: LegId = id<'leg'>(attemptId);
  return {
    kind: 'originate',
    role: 'customer',
    legId,
    to: dialString(dialPattern, number),
    callerId: { name: '', number: callerId },
    ringTimeoutSeconds,
  };
}

function stillMeant(
  command: Command,
  { offer, attempt }: { offer: { id: string } | null; attempt: { id: string } | null },
): boolean {
  if (command.kind === 'ring-agent') return offer?.id === command.offerId;
  return command.kind !== 'dial-customer' || attempt?.id === command.attemptId;
}
