import { offerObstacles } from '../core/callbacks/may-offer.ts';
import { prompt, type Speech } from '../core/calls/speech.ts';
import { ALLOWED } from '../core/numbers/verdict.ts';
import type { InteractionId, LegId, PbxId, TenantId } from '../core/prelude/ids.ts';
import type { Timer } from '../core/prelude/timers.ts';
import { peopleAhead, type WaitingCaller } from '../store/centre.ts';
import { noteSpokenOffer } from '../store/spoken-offers.ts';
import type { Driver } from '../telephony/driver.ts';
import { type EngineDeps, messageOf } from './deps.ts';
import { lookAtCaller } from './number-check.ts';

/** A caller who waits on the line and hears their position and the offer now and then. */
export interface WaitingLeg {
  readonly tenantId: TenantId;
  readonly pbxId: PbxId;
  readonly interactionId: InteractionId;
  readonly legId: LegId;
}

interface Announced extends WaitingLeg {
  timer: Timer;
  speaking: string | null;
  wasOffered: boolean;
}

/**
 * Tells waiting callers their position and the offer. Nothing here is stored: whoever owns the PBX connection starts
 * the rounds anew after a take-over. Looking at positions takes no lock.
 */
export class Announcements {
  private readonly deps: EngineDeps;
  private readonly driverOf: (pbxId: PbxId) => Driver | null;
  private readonly callers = new Map<LegId, Announced>();

  constructor(deps: EngineDeps, driverOf: (pbxId: PbxId) => Driver | null) {
    this.deps = deps;
    this.driverOf = driverOf;
  }

  /** Starts the rounds for a caller who has just been put on hold; starting twice is fine. */
  start(leg: WaitingLeg): void {
    if (this.callers.has(leg.legId)) return;
    const timer = this.deps.timers.after(0, () => void this.announce(leg.legId));
    this.callers.set(leg.legId, { ...leg, timer, speaking: null, wasOffered: false });
  }

  /** Falls silent at once, because the caller has pressed the digit, is being connected, or has left. */
  stop(legId: LegId): void {
    const caller = this.callers.get(legId);
    if (caller === undefined) return;
    this.callers.delete(legId);
    caller.timer.cancel();
    this.silence(caller);
  }

  /** Stops what is being said; the rounds go on. */
  interrupt(legId: LegId): void {
    const caller = this.callers.get(legId);
    if (caller !== undefined) this.silence(caller);
  }

  /** Forgets everybody on a PBX whose connection has gone elsewhere. */
  forget(pbxId: PbxId): void {
    for (const caller of [...this.callers.values()]) {
      if (caller.pbxId !== pbxId) continue;
      caller.timer.cancel();
      this.callers.delete(caller.legId);
    }
  }

  private silence(caller: Announced): void {
    if (caller.speaking === null) return;
    const speechId = caller.speaking;
    caller.speaking = null;
    this.driverOf(caller.pbxId)
      ?.execute({ kind: 'stop-speech', speechId })
      .catch((error: unknown) => {
        this.deps.log.debug({ problem: messageOf(error) }, 'an announcement could not be stopped');
      });
  }

  private async announce(legId: LegId): Promise<void> {
    const caller = this.callers.get(legId);
    if (caller === undefined) return;
    let pauseSeconds = 30;
    try {
      const waiting = await peopleAhead(this.deps.database, caller.tenantId, caller.interactionId);
      if (waiting === null || waiting.over) {
        this.callers.delete(legId);
        return;
      }
      pauseSeconds = waiting.callback.offerEverySeconds;
      // An agent's phone is ringing for them: they are about to be talked to.
      if (waiting.waits) await this.tell(caller, waiting);
    } catch (error) {
      this.deps.log.warn({ problem: messageOf(error) }, 'a caller could not be told the position');
    }
    if (this.callers.get(legId) !== caller) return;
    caller.timer = this.deps.timers.after(pauseSeconds * 1000, () => void this.announce(legId));
  }

  /** Position and offer; that the offer was made is noted once, for the reports. */
  private async tell(caller: Announced, waiting: WaitingCaller): Promise<void> {
    const isOffered = await this.isOffered(caller, waiting);
    await this.speak(caller, announcementFor(waiting, isOffered));
    if (!isOffered || caller.wasOffered) return;
    caller.wasOffered = true;
    await noteSpokenOffer(this.deps.database, caller.tenantId, caller.interactionId);
  }

  private async isOffered({ tenantId }: Announced, waiting: WaitingCaller): Promise<boolean> {
    const { database } = this.deps;
    const { offer, number } = waiting;
    if (offerObstacles({ ...offer, numberVerdict: ALLOWED }).length > 0 || number === null) {
      return false;
    }
    const numberVerdict = await lookAtCaller(database, tenantId, number);
    return offerObstacles({ ...offer, numberVerdict }).length === 0;
  }

  private async speak(caller: Announced, speech: readonly Speech[]): Promise<void> {
    const driver = this.driverOf(caller.pbxId);
    if (driver === null || this.callers.get(caller.legId) !== caller) return;
    const speechId = `${this.deps.newId()}-position`;
    caller.speaking = speechId;
    await driver.execute({ kind: 'speak', legId: caller.legId, speechId, speech });
  }
}

/** Position first, then the offer if this caller can be called back at all. */
function announcementFor(
  { ahead, callback, mayGoOn }: WaitingCaller,
  isOffered: boolean,
): readonly Speech[] {
  if (mayGoOn) return [prompt('ringback/go-on-in-your-place')];
  const position: readonly Speech[] =
    ahead === 0
      ? [prompt('ringback/next-in-line')]
      : [
          prompt('ringback/position'),
          { kind: 'number', value: ahead + 1 },
          prompt('ringback/position-in-line'),
        ];
  return isOffered ? [...position, prompt(callback.prompts.offer)] : position;
}
