import { id } from '../../core/prelude/ids.ts';
import type { ArrivedCall, PbxSnapshot, SnapshotLeg } from '../driver.ts';
import type { Ari, AsteriskInfo, Bridge, Channel } from './generated/ari.ts';
import { type Leg, newLeg } from './legs.ts';
import type { Names } from './names.ts';

/** What an Asterisk holds of ours at one moment. */
export interface Holdings {
  readonly bootId: string;
  readonly version: string;
  readonly legs: readonly Leg[];
  /** Bridges of ours with nobody in them. */
  readonly emptyTalkBridges: readonly string[];
}

/** Reads it, in three requests. @throws AriRefusal, DriverInDoubt */
export async function readHoldings(ari: Ari, names: Names): Promise<Holdings> {
  const info = await ari.asterisk.getInfo({});
  const channels = await ari.channels.list();
  const bridges = await ari.bridges.list();
  const legs = channels.flatMap((channel) => legIn(channel, names) ?? []);
  for (const leg of legs) {
    leg.bridge = bridges.find((bridge) => bridge.channels.includes(leg.channelId))?.id ?? null;
  }
  return {
    bootId: bootIdOf(info),
    version: info.system?.version ?? '',
    legs,
    emptyTalkBridges: bridges
      .filter((bridge) => isDeserted(bridge, names))
      .map(({ id: own }) => own),
  };
}

/** The same in the words of the port. */
export function snapshotOf({ bootId, version, legs }: Holdings): PbxSnapshot {
  return { bootId, version, legs: legs.map(snapshotLegOf) };
}

function snapshotLegOf({ legId, isUp, arrived }: Leg): SnapshotLeg {
  // A call that came in and waits for our answer is with us: the port knows no third state.
  return { legId, state: isUp || arrived !== null ? 'up' : 'ringing', arrived };
}

/** Start-up time to the millisecond, and which machine: neither alone tells a restart from another PBX. */
function bootIdOf({ status, system }: AsteriskInfo): string {
  return `${system?.entity_id ?? ''} ${status?.startup_time ?? ''}`.trim();
}

function isDeserted(bridge: Bridge, names: Names): boolean {
  return names.isTalkBridge(bridge.id) && bridge.channels.length === 0;
}

/** The leg behind a channel; null for all that is not ours, or no more. */
export function legIn(channel: Channel, names: Names): Leg | null {
  const isInStasis = channel.dialplan.app_name === 'Stasis';
  const isUp = channel.state === 'Up';
  const placed = names.placed(channel.id);
  if (placed !== null) {
    // One that answered and is elsewhere hears the fallback, or somebody took it away: it is out of our hands.
    if (isUp && !isInStasis && !isOnItsWay(channel)) return null;
    const leg = newLeg({ ...placed, channelId: channel.id, arrived: null });
    const rang = channel.state === 'Ringing';
    return Object.assign(leg, {
      isInStasis,
      isUp: isUp && isInStasis,
      rang,
      isRingingTold: rang || isUp,
    });
  }
  if (!isInStasis) return null;
  const [application, kind, dialled, presentation] = channel.dialplan.app_data.split(',');
  if (application !== names.application || kind !== 'inbound') return null;
  const arrived = arrivedCall(channel, dialled ?? '', presentation ?? '');
  const leg = newLeg({ legId: arrived.legId, role: 'inbound', channelId: channel.id, arrived });
  return Object.assign(leg, { isInStasis, isUp, isRingingTold: true });
}

/** Answered a moment ago: Asterisk has not yet handed it to us. */
function isOnItsWay({ dialplan }: Channel): boolean {
  return ['', 'AppDial2'].includes(dialplan.app_name) || dialplan.context === 'ringback-customer';
}

/** A call that came in, from what the dialplan handed to Stasis(). */
export function arrivedCall(
  channel: Channel,
  dialledNumber: string,
  presentation: string,
): ArrivedCall {
  return {
    legId: id<'leg'>(channel.id),
    callerNumber: isShown(channel.caller.number, presentation) ? channel.caller.number : null,
    dialledNumber,
  };
}

/**
 * Whether the caller wants to be known. `CALLERID(num-pres)` begins with `prohib` when they do not and is `unavailable`
 * when the network did not say; `anonymous` is what SIP puts in place of a number (RFC 3323 section 4.1).
 */
function isShown(number: string, presentation: string): boolean {
  if (presentation.startsWith('prohib') || presentation === 'unavailable') return false;
  return number !== '' && number.toLowerCase() !== 'anonymous';
}
