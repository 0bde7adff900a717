import { id } from '../../core/prelude/ids.ts';
import { inBackground } from './background.ts';
import { hangUpLeg } from './commands.ts';
import type { DriverParts } from './driver-parts.ts';
import { endingOf, endingOfRequest } from './ending.ts';
import type {
  AriEvent,
  ChannelDestroyed,
  ChannelHangupRequest,
  Dial,
  PlaybackFinished,
  StasisEnd,
  StasisStart,
} from './generated/ari.ts';
import { arrivedCall } from './holdings.ts';
import { type Leg, newLeg } from './legs.ts';
import { hasEnded } from './stopping.ts';

/** The events that say something about what is ours. */
const HANDLED = [
  'StasisStart',
  'StasisEnd',
  'Dial',
  'ChannelStateChange',
  'ChannelHangupRequest',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'BridgeDestroyed',
  'PlaybackFinished',
  'DeviceStateChanged',
] as const;

type Handled = Extract<AriEvent, { readonly type: (typeof HANDLED)[number] }>;

function isHandled(event: AriEvent): event is Handled {
  return HANDLED.some((type) => type === event.type);
}

/** Takes one event of Asterisk's in: remembers, tells, and does what must follow at once. */
export function takeIn(parts: DriverParts, event: AriEvent): void {
  if (!isHandled(event)) return;
  switch (event.type) {
    case 'StasisStart':
      stasisBegan(parts, event);
      break;
    case 'StasisEnd':
      stasisEnded(parts, event);
      break;
    case 'Dial':
      dialled(parts, event);
      break;
    case 'ChannelStateChange':
      if (event.channel.state === 'Ringing') rings(parts, legOf(parts, event.channel.id));
      break;
    case 'ChannelHangupRequest':
      hangupRequested(parts, event);
      break;
    case 'ChannelDestroyed':
      destroyed(parts, event);
      break;
    case 'ChannelDtmfReceived': {
      const leg = legOf(parts, event.channel.id);
      if (leg !== undefined) parts.emit({ kind: 'digit', legId: leg.legId, digit: event.digit });
      break;
    }
    case 'ChannelEnteredBridge': {
      const leg = legOf(parts, event.channel?.id ?? '');
      if (leg !== undefined) leg.bridge = event.bridge.id;
      break;
    }
    case 'ChannelLeftBridge': {
      const leg = legOf(parts, event.channel.id);
      if (leg?.bridge === event.bridge.id) leg.bridge = null;
      if (event.bridge.channels.length === 0) dissolve(parts, event.bridge.id);
      break;
    }
    case 'BridgeDestroyed':
      parts.musical.delete(event.bridge.id);
      break;
    case 'PlaybackFinished':
      playbackFinished(parts, event);
      break;
    case 'DeviceStateChanged':
      parts.devices.changed(event.device_state.name, event.device_state.state);
      break;
  }
}

/** The leg on a channel. One that we placed and lost sight of (in doubt, or before a restart) is known by its name. */
function legOf({ legs, names }: DriverParts, channelId: string): Leg | undefined {
  const known = legs.onChannel(channelId);
  if (known !== undefined) return known;
  const placed = names.placed(channelId);
  if (placed === null || legs.hasEnded(placed.legId)) return undefined;
  return legs.add(newLeg({ ...placed, channelId, arrived: null }));
}

function stasisBegan(parts: DriverParts, event: StasisStart): void {
  const { channel, args, replace_channel: replaced } = event;
  const former = replaced === undefined ? undefined : parts.legs.onChannel(replaced.id);
  if (former !== undefined) {
    parts.legs.move(former, channel.id); // A transfer: the same conversation on another channel.
    return;
  }
  const [kind, subject, presentation] = args;
  if (kind === 'inbound') {
    callArrived(parts, event, arrivedCall(channel, subject ?? '', presentation ?? ''));
  } else if (kind === 'agent' || kind === 'customer') {
    const own = parts.names.channel(kind, id<'leg'>(subject ?? ''));
    if (own === channel.id) answered(parts, legOf(parts, channel.id));
    else forwarded(parts, legOf(parts, own), channel.id);
  } else {
    parts.world.log.warn('a call came with arguments that are none of ours: it goes back', {
      channel: channel.id,
    });
    inBackground(parts, 'giving back a call that is not ours', async () =>
      parts.ari().channels.continueInDialplan({ channelId: channel.id }),
    );
  }
}

function callArrived(
  parts: DriverParts,
  { channel }: StasisStart,
  arrived: ReturnType<typeof arrivedCall>,
): void {
  if (parts.legs.onChannel(channel.id) !== undefined) return; // The snapshot had it.
  const { legId } = arrived;
  const leg = parts.legs.add(newLeg({ legId, role: 'inbound', channelId: channel.id, arrived }));
  leg.isInStasis = true;
  leg.isUp = channel.state === 'Up';
  liftTimeLimit(parts, leg);
  parts.emit({ kind: 'call-arrived', ...arrived });
}

function answered(parts: DriverParts, leg: Leg | undefined): void {
  if (leg === undefined || leg.isUp) return;
  leg.isUp = true;
  leg.isInStasis = true;
  leg.isRingingTold = true;
  if (leg.role === 'customer') liftTimeLimit(parts, leg);
  parts.emit({ kind: 'leg-answered', legId: leg.legId });
}

/**
 * The dialplan lets a call wait for us only so long: a Ringback that hangs must not leave anyone in silence. Whoever
 * takes the call over takes this limit away.
 */
export function liftTimeLimit(parts: DriverParts, { channelId }: Leg): void {
  inBackground(parts, 'lifting the time limit of a call', async () =>
    parts.ari().channels.setChannelVar({ channelId, variable: 'TIMEOUT(absolute)', value: '0' }),
  );
}

function dialled(parts: DriverParts, { peer, dialstatus, forward, forwarded: to }: Dial): void {
  const leg = legOf(parts, peer.id);
  if (leg === undefined) return;
  if (forward !== undefined && forward !== '') {
    forwarded(parts, leg, to?.id ?? null);
    return;
  }
  if (dialstatus !== '') leg.dialStatus = dialstatus;
  if (dialstatus === 'PROGRESS') leg.rang = true;
  if (dialstatus === 'RINGING') rings(parts, leg);
}

function rings({ emit }: DriverParts, leg: Leg | undefined): void {
  if (leg === undefined) return;
  leg.rang = true;
  if (leg.isRingingTold) return;
  leg.isRingingTold = true;
  emit({ kind: 'leg-ringing', legId: leg.legId });
}

/**
 * The phone sent the call elsewhere (SIP 302 and the like): Asterisk follows with a channel of its own making. Nobody of
 * ours is there, and for a customer it would be a number that nobody checked: both channels are hung up.
 */
function forwarded(parts: DriverParts, leg: Leg | undefined, channelId: string | null): void {
  for (const gone of [channelId, leg?.channelId ?? null]) {
    if (gone === null) continue;
    inBackground(parts, 'hanging up a forwarded call', async () =>
      parts.ari().channels.hangup({ channelId: gone }),
    );
  }
  if (leg === undefined) return;
  parts.legs.end(leg);
  parts.emit({ kind: 'leg-ended', legId: leg.legId, ending: 'forwarded' });
}

/** Only the first request tells who, or what, has ended the call. */
function hangupRequested(parts: DriverParts, { channel, cause, soft }: ChannelHangupRequest): void {
  const leg = parts.legs.onChannel(channel.id);
  if (leg === undefined) return;
  leg.isHangingUp = true;
  leg.farEnding ??= endingOfRequest({
    ...(cause === undefined ? {} : { cause }),
    ...(soft === undefined ? {} : { soft }),
  });
}

/**
 * A call has left the application. Before a hang-up Asterisk tells its request; without one the call went back to the
 * dialplan: by us, by its time limit, or by somebody else's hand. Of calls that came in nothing is told after this.
 */
function stasisEnded(parts: DriverParts, { channel }: StasisEnd): void {
  const leg = parts.legs.onChannel(channel.id);
  if (leg === undefined) return;
  leg.isInStasis = false;
  parts.legs.end(leg);
  if (leg.isGivenBack && !leg.isHangingUp) return;
  const isOver = leg.isHangingUp || leg.isEndedByUs;
  const ending = isOver
    ? leg.isEndedByUs
      ? 'cancelled'
      : (leg.farEnding ?? 'hung-up')
    : 'vanished';
  parts.emit({ kind: 'leg-ended', legId: leg.legId, ending });
}

/** The end of a leg that never came into the application. */
function destroyed(parts: DriverParts, event: ChannelDestroyed): void {
  const leg = legOf(parts, event.channel.id);
  if (leg === undefined) return;
  parts.legs.end(leg);
  const nowMs = parts.world.timers.monotonicMs();
  const ending = endingOf({
    // Whoever answered while nobody was connected heard the fallback, and was reached.
    answered: leg.isUp || event.channel.state === 'Up',
    endedByUs: leg.isEndedByUs,
    rang: leg.rang,
    timedOut: leg.ringsUntilMs !== null && nowMs >= leg.ringsUntilMs,
    dialStatus: leg.dialStatus,
    cause: event.cause,
    sipStatus: event.tech_cause ?? null,
  });
  parts.world.log.info('a call that was placed has ended', {
    leg: leg.legId,
    ending,
    dialStatus: leg.dialStatus,
    cause: event.cause,
    sipStatus: event.tech_cause ?? 0,
  });
  parts.emit({ kind: 'leg-ended', legId: leg.legId, ending });
}

function playbackFinished(parts: DriverParts, { playback }: PlaybackFinished): void {
  const ours = parts.names.playback(playback.id);
  const leg = parts.legs.onChannel(playback.target_uri.replace(/^channel:/, ''));
  hasEnded(parts, playback.id);
  if (ours === null || leg === undefined || leg.isHangingUp) return; // The end of the leg says it all.
  if (playback.state === 'failed') {
    parts.world.log.warn('Asterisk could not play a prompt: is it installed?', {
      leg: leg.legId,
      media: playback.media_uri,
    });
  }
  if (ours.kind === 'speech') {
    parts.emit({ kind: 'speech-ended', legId: leg.legId, speechId: ours.speechId });
  } else {
    inBackground(parts, 'hanging up after the last words', async () => hangUpLeg(parts.ari(), leg));
  }
}

/** Bridges of ours go away with their last leg: Asterisk keeps them otherwise. */
function dissolve(parts: DriverParts, bridgeId: string): void {
  if (!parts.names.isTalkBridge(bridgeId)) return;
  inBackground(parts, 'removing an empty bridge', async () =>
    parts.ari().bridges.destroy({ bridgeId }),
  );
}
