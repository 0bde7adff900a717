import type { Input } from '../core/interactions/input.ts';
import { id, type LegId } from '../core/prelude/ids.ts';
import { type EpochMs, secondsBetween } from '../core/prelude/time.ts';
import { endpointsOfPbx } from '../store/agents.ts';
import { setBoot, waitingCalls } from '../store/centre.ts';
import { findLeg, isOurs, type LiveLeg, liveLegs } from '../store/situations/find.ts';
import type { PbxSnapshot, SnapshotLeg } from '../telephony/driver.ts';
import type { Announcements } from './announcements.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { Handling, PbxSide } from './handling.ts';
import type { PbxEvents, TelephoneEvent } from './pbx-events.ts';

/** A call that was placed less than this long ago may not be on the PBX yet, in seconds. */
const EVIDENCE_SECONDS = 10;
/** A call that came in less than this long ago may have come after the PBX was asked what it holds, in seconds. */
const ARRIVAL_SECONDS = 1;
/** States of interactions whose caller has nothing more to wait for. */
const OVER: ReadonlySet<string> = new Set(['wrapping-up', 'ended']);

/** What reconciliation works with. */
export interface ReconciliationPorts {
  readonly deps: EngineDeps;
  readonly handling: Handling;
  readonly events: PbxEvents;
  readonly announcements: Announcements;
}

/**
 * Puts our records and the PBX in agreement after a connection was made, and every 30 seconds: what the PBX does not
 * hold any more has ended, what we do not know is taken up or hung up, what was answered unseen goes on.
 */
export class Reconciliation {
  private readonly ports: ReconciliationPorts;

  constructor(ports: ReconciliationPorts) {
    this.ports = ports;
  }

  /** The connection is new: the boot is compared, devices are watched, waiting callers hear their position again. */
  async onConnect(side: PbxSide, snapshot: PbxSnapshot): Promise<void> {
    const { database } = this.ports.deps;
    const { pbx } = side;
    const records = await liveLegs(database, pbx.tenantId, pbx.id);
    const restarted = pbx.bootId !== null && pbx.bootId !== snapshot.bootId;
    if (restarted) await this.endAll(side, records);
    else await this.compare(side, records, snapshot);
    await this.takeUpUnknown(side, snapshot);
    await setBoot(database, pbx, snapshot.bootId, side.epoch);
    await this.holdWaitingCalls(side);
    await this.watchDevices(side);
  }

  /** Asks for the state of every agent's phone, now and whenever it changes. */
  async watchDevices({ pbx, driver }: PbxSide): Promise<void> {
    const endpoints = await endpointsOfPbx(this.ports.deps.database, pbx.tenantId, pbx.id);
    await driver.execute({ kind: 'watch-devices', endpoints });
  }

  /** The connection is old: only what has been wrong for a while is mended. */
  async whileConnected(side: PbxSide): Promise<void> {
    const { pbx, driver } = side;
    const records = await liveLegs(this.ports.deps.database, pbx.tenantId, pbx.id);
    const snapshot = await driver.snapshot();
    await this.compare(side, records, snapshot);
    await this.takeUpUnknown(side, snapshot);
  }

  /** The PBX has restarted: nothing of before lives any more. */
  private async endAll(side: PbxSide, records: readonly LiveLeg[]): Promise<void> {
    // Customers first: what the agent's end would say of a call is less than what is known of the customer's.
    const customersFirst = [...records].sort(
      (a, b) => Number(b.role === 'customer') - Number(a.role === 'customer'),
    );
    for (const { legId } of customersFirst) {
      await this.tell(side, { kind: 'leg-ended', legId, ending: 'pbx-lost' });
    }
  }

  private async compare(
    side: PbxSide,
    records: readonly LiveLeg[],
    snapshot: PbxSnapshot,
  ): Promise<void> {
    const nowMs = await this.ports.deps.database.clock();
    const present = new Map(snapshot.legs.map((leg) => [leg.legId, leg]));
    for (const record of records) {
      const leg = present.get(record.legId);
      if (leg === undefined) await this.missing(side, record, nowMs);
      else if (leg.state === 'up') await this.upUnseen(side, record);
    }
  }

  private async missing(side: PbxSide, record: LiveLeg, nowMs: EpochMs): Promise<void> {
    const { legId, role, state, interactionId, placed } = record;
    const ageSeconds = secondsBetween(record.since, nowMs);
    const young = ageSeconds < EVIDENCE_SECONDS;
    // It came in after the PBX was asked.
    if (role === 'call' && ageSeconds < ARRIVAL_SECONDS) return;
    if (role === 'customer' && state !== 'connected') {
      if (state === 'dialing' && !young && interactionId !== null) {
        await this.input(side, interactionId, legId, { kind: 'dial-in-doubt' });
      }
      // Attempts that are in doubt or being cancelled are settled by their own timer.
      return;
    }
    // An agent's phone that was asked to ring a moment ago may be about to.
    if (role === 'agent' && state === 'ringing' && young && !placed) return;
    await this.tell(side, { kind: 'leg-ended', legId, ending: 'vanished' });
  }

  /** What was answered while nobody could tell us goes on; whoever should have been hung up is. */
  private async upUnseen(side: PbxSide, record: LiveLeg): Promise<void> {
    const { legId, role, state } = record;
    const unseen =
      (role === 'agent' && state === 'ringing') || (role === 'customer' && state === 'dialing');
    if (unseen) await this.tell(side, { kind: 'leg-answered', legId });
    else if (role === 'call' && OVER.has(state)) await this.hangUp(side, legId);
  }

  private async takeUpUnknown(side: PbxSide, snapshot: PbxSnapshot): Promise<void> {
    const { pbx, driver } = side;
    const strangers: LegId[] = [];
    for (const { legId } of snapshot.legs) {
      const known = await findLeg(this.ports.deps.database, pbx.tenantId, pbx.id, legId);
      if (known === null) strangers.push(legId);
    }
    if (strangers.length === 0) return;
    // One that has ended meanwhile is no stranger: its record says that it is over, and so does the PBX by now.
    const { legs } = await driver.snapshot();
    for (const leg of legs) {
      if (strangers.includes(leg.legId)) await this.unknown(side, leg);
    }
  }

  private async unknown(side: PbxSide, { legId, arrived }: SnapshotLeg): Promise<void> {
    if (arrived !== null) await this.tell(side, { kind: 'call-arrived', ...arrived });
    else if (isOurs(legId)) await this.hangUp(side, legId);
  }

  private async hangUp({ driver }: PbxSide, legId: LegId): Promise<void> {
    await driver.execute({ kind: 'hang-up', legId, saying: [] }).catch((error: unknown) => {
      this.ports.deps.log.warn({ legId, problem: messageOf(error) }, 'an orphan leg stays up');
    });
  }

  private async holdWaitingCalls({ pbx, driver }: PbxSide): Promise<void> {
    const { deps, announcements } = this.ports;
    const { tenantId, id: pbxId } = pbx;
    for (const call of await waitingCalls(deps.database, tenantId, pbxId)) {
      const legId: LegId = id<'leg'>(call.legId);
      const interactionId = id<'interaction'>(call.interactionId);
      await driver
        .execute({ kind: 'hold', legId, queueName: call.queueName })
        .catch((error: unknown) => {
          deps.log.warn({ interactionId, problem: messageOf(error) }, 'a caller is not on hold');
        });
      announcements.start({ tenantId, pbxId, interactionId, legId });
    }
  }

  private async tell(side: PbxSide, event: TelephoneEvent): Promise<void> {
    await this.ports.events.take(side, event);
  }

  private async input(
    { pbx, epoch }: PbxSide,
    interactionId: NonNullable<LiveLeg['interactionId']>,
    legId: LegId,
    input: Input,
  ): Promise<void> {
    const attemptId: string = legId;
    await this.ports.handling.handle(
      pbx.tenantId,
      interactionId,
      ({ situation }) => (situation.attempt?.id === attemptId ? input : null),
      epoch,
    );
  }
}
