import type { DeviceState } from '../core/calls/endings.ts';
import { prompt } from '../core/calls/speech.ts';
import type { Input } from '../core/interactions/input.ts';
import { mayPromise } from '../core/interactions/promises.ts';
import { ALLOWED, type NumberVerdict } from '../core/numbers/verdict.ts';
import type { LegId } from '../core/prelude/ids.ts';
import { clearAgentLeg, setDevice } from '../store/agents.ts';
import { DatabaseUnavailable, type Transaction } from '../store/database.ts';
import type { Owned } from '../store/ownership/ownership.ts';
import { findLeg, isOurs, type KnownLeg } from '../store/situations/find.ts';
import type { LoadedSituation } from '../store/situations/load.ts';
import type { ArrivedCall, Driver, DriverEvent } from '../telephony/driver.ts';
import { AgentKeys } from './agent-keys.ts';
import type { Announcements } from './announcements.ts';
import { takeCall } from './arrivals.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import type { Handling, Look, PbxSide } from './handling.ts';
import { KeyedQueue } from './keyed-queue.ts';
import type { Matching } from './matching.ts';
import { checkRequest } from './number-check.ts';

/** How long to wait before an event is tried again while the database is away, in milliseconds. */
const RETRY_MS = 500;

/** A PBX event that concerns a leg, a call or a phone; the others concern the connection. */
export type TelephoneEvent = Exclude<
  DriverEvent,
  { kind: 'connected' } | { kind: 'disconnected' } | { kind: 'replaced' }
>;

type DigitEvent = Extract<TelephoneEvent, { kind: 'digit' }>;

/** What happens on the PBX becomes an input of the interaction that it concerns. */
export class PbxEvents {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;
  private readonly matching: Matching;
  private readonly announcements: Announcements;
  private readonly perLeg = new KeyedQueue();
  private readonly agentKeys: AgentKeys;

  constructor(
    deps: EngineDeps,
    handling: Handling,
    matching: Matching,
    announcements: Announcements,
  ) {
    this.deps = deps;
    this.handling = handling;
    this.matching = matching;
    this.announcements = announcements;
    this.agentKeys = new AgentKeys(deps.timers);
  }

  /**
   * Takes one event. Events of one leg keep their order; while the database is away they wait, except for a digit: the
   * caller is told at once that it did not work.
   */
  async take(side: PbxSide, event: TelephoneEvent): Promise<void> {
    const key = event.kind === 'device-changed' ? event.endpoint : event.legId;
    await this.perLeg.run(`${side.pbx.id} ${key}`, async () => {
      for (;;) {
        try {
          await this.apply(side, event);
          return;
        } catch (error) {
          if (!(error instanceof DatabaseUnavailable)) throw error;
          if (!(await this.whileAway(side.driver, event))) return;
        }
      }
    });
  }

  /** Resolves when no event is being taken. */
  async idle(): Promise<void> {
    await this.perLeg.idle();
  }

  /** What can be done for the caller without a database. True when the event is to be tried again. */
  private async whileAway(driver: Driver, event: TelephoneEvent): Promise<boolean> {
    if (event.kind === 'digit' && !isOurs(event.legId)) {
      await this.apologize(driver, event.legId);
      // If the commit had succeeded after all, its command stands in the database and the caller hears the confirmation.
      return false;
    }
    if (event.kind === 'call-arrived') {
      const hold = { kind: 'hold', legId: event.legId, queueName: 'ringback' } as const;
      await driver.execute(hold).catch(() => undefined);
    }
    await new Promise<void>((resolve) => this.deps.timers.after(RETRY_MS, resolve));
    return true;
  }

  private async apologize(driver: Driver, legId: LegId): Promise<void> {
    const speech = [prompt('ringback/apology')];
    const speechId = `${this.deps.newId()}-apology`;
    await driver.execute({ kind: 'speak', legId, speechId, speech }).catch((error: unknown) => {
      this.deps.log.warn({ problem: messageOf(error) }, 'an apology could not be spoken');
    });
  }

  private async apply(side: PbxSide, event: TelephoneEvent): Promise<void> {
    switch (event.kind) {
      case 'call-arrived':
        return this.arrive(side, event);
      case 'device-changed':
        return this.deviceChanged(side, event.endpoint, event.device);
      case 'leg-ringing':
        return;
      case 'digit':
        return this.pressed(side, event);
      case 'leg-ended':
        this.announcements.stop(event.legId);
        this.agentKeys.forget(event.legId);
        await this.concern(side, event);
        return this.freeAgentOf(side, event.legId);
      case 'leg-answered':
      case 'speech-ended':
        return this.concern(side, event);
    }
  }

  /** Callers press 1. Agents press a sequence of keys, of which only the last one leads to anything. */
  private async pressed(side: PbxSide, event: DigitEvent): Promise<void> {
    const { legId, digit } = event;
    if (isOurs(legId)) {
      if (this.agentKeys.press(legId, digit) === 'voicemail') return this.concern(side, event);
      return;
    }
    if (digit !== '1') return;
    this.announcements.interrupt(legId);
    return this.concern(side, event);
  }

  private async arrive(side: PbxSide, call: ArrivedCall): Promise<void> {
    const { pbx, driver } = side;
    const known = await findLeg(this.deps.database, pbx.tenantId, pbx.id, call.legId);
    if (known !== null) return;
    if ((await takeCall(this.deps, this.handling, side, call)) !== 'leads-nowhere') return;
    this.deps.log.warn(
      { pbx: pbx.name, 'pii.dialled': call.dialledNumber },
      'a call came in for a number that leads to no queue; it is given back to the PBX',
    );
    await driver.execute({ kind: 'give-back', legId: call.legId });
  }

  private async deviceChanged(side: PbxSide, endpoint: string, device: DeviceState): Promise<void> {
    const agentId = await this.deps.database.transaction(async (tx) =>
      setDevice(tx, ownedBy(side), endpoint, device),
    );
    if (agentId !== null) await this.matching.matchAgent(side.pbx.tenantId, agentId);
  }

  private async concern(
    { pbx, driver, epoch }: PbxSide,
    event: TelephoneEvent & { readonly legId: LegId },
  ): Promise<void> {
    const { legId } = event;
    const known = await findLeg(this.deps.database, pbx.tenantId, pbx.id, legId);
    if (known === null) {
      // A leg of ours that nobody waits for any more must not ring on, nor keep anybody in silence.
      if (event.kind === 'leg-answered' && isOurs(legId)) {
        await driver.execute({ kind: 'hang-up', legId, saying: [] });
      }
      return;
    }
    await this.handling.handle(pbx.tenantId, known.interactionId, lookFor(known, event), epoch);
  }

  private async freeAgentOf(side: PbxSide, legId: LegId): Promise<void> {
    if (!isOurs(legId)) return;
    const freed = await this.deps.database.transaction(async (tx) =>
      clearAgentLeg(tx, ownedBy(side), legId),
    );
    if (freed !== null) await this.matching.matchAgent(freed.tenantId, freed.agentId);
  }
}

function ownedBy({ pbx, epoch }: PbxSide): Owned {
  return { tenantId: pbx.tenantId, pbxId: pbx.id, epoch };
}

function lookFor(known: KnownLeg, event: TelephoneEvent & { readonly legId: LegId }): Look {
  return async (loaded, tx) => {
    if (!concerns(loaded, known, event.legId)) return null;
    const input = inputFor(loaded, known.role, event);
    return input !== null && mayPromise(loaded.situation, input)
      ? { ...input, numberVerdict: await verdictOnCaller(tx, loaded) }
      : input;
  };
}

async function verdictOnCaller(
  tx: Transaction,
  { tenantId, nowMs, situation: { interaction } }: LoadedSituation,
): Promise<NumberVerdict> {
  const number = interaction.customerNumber;
  return number === null ? ALLOWED : checkRequest(tx, { tenantId, number, nowMs });
}

/** True when the leg is still the one that the situation, seen under lock, is about. */
function concerns({ situation }: LoadedSituation, known: KnownLeg, legId: LegId): boolean {
  const { interaction, offer, attempt, agent } = situation;
  // Offers and attempts lend their ids to their legs.
  const ourId: string = legId;
  switch (known.role) {
    case 'call':
      return interaction.call?.legId === legId;
    case 'agent':
      return offer?.id === ourId || agent?.legId === legId;
    case 'customer':
      return attempt?.id === ourId;
  }
}

function inputFor(
  { situation, otherOpenCallback: openCallback, heldPlace }: LoadedSituation,
  role: KnownLeg['role'],
  event: TelephoneEvent & { readonly legId: LegId },
): Input | null {
  if (event.kind === 'digit') {
    if (role === 'call') {
      const numberVerdict = ALLOWED;
      return { kind: 'digit-pressed', digit: event.digit, openCallback, heldPlace, numberVerdict };
    }
    // The agent's keys say it while they talk; who had hung up meanwhile says nothing by key any more.
    return role === 'agent' && situation.attempt?.state === 'connected'
      ? { kind: 'outcome-noted', outcome: 'voicemail' }
      : null;
  }
  if (event.kind === 'leg-ended') {
    const { ending } = event;
    if (role === 'call') {
      return { kind: 'call-ended', ending, openCallback, numberVerdict: ALLOWED };
    }
    return { kind: role === 'agent' ? 'agent-leg-ended' : 'customer-leg-ended', ending };
  }
  if (event.kind === 'leg-answered') {
    if (role === 'agent') return { kind: 'agent-answered' };
    return role === 'customer' ? { kind: 'customer-answered' } : null;
  }
  const agentId = situation.offer?.id ?? '';
  const alerts = [`${agentId}-alert`, `${agentId}-reconnect-alert`];
  return event.kind === 'speech-ended' && alerts.includes(event.speechId)
    ? { kind: 'alert-ended' }
    : null;
}
