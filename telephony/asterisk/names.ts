import { id, type LegId } from '../../core/prelude/ids.ts';

/**
 * How our things are called on the PBX. Whoever reads a list of channels, also after a restart of Ringback, recognises
 * them by name alone:
 *
 *   channel   ringback.agent.<leg>   ringback.customer.<leg>      legs that we placed; the second half of a Local channel ends in ;2
 *             1763724913.17                                       a call that came in keeps the PBX's own id, which is its leg id
 *   bridge    ringback.hold.<queue>  ringback.talk.<bridge>
 *   playback  ringback.speech.<speech>  ringback.farewell.<leg>
 *
 * The first word is the application, so that two installations can share a PBX.
 */
export interface Names {
  readonly application: string;
  channel(role: PlacedRole, legId: LegId): string;
  /** The leg that we placed as this channel; null for all others. */
  placed(channelId: string): { readonly role: PlacedRole; readonly legId: LegId } | null;
  holdBridge(queueName: string): string;
  talkBridge(bridgeId: string): string;
  isTalkBridge(bridgeId: string): boolean;
  speech(speechId: string): string;
  farewell(legId: LegId): string;
  /** What a playback of ours is; null for others'. */
  playback(playbackId: string): OurPlayback | null;
}

export type PlacedRole = 'agent' | 'customer';

export type OurPlayback =
  | { readonly kind: 'speech'; readonly speechId: string }
  | { readonly kind: 'farewell'; readonly legId: LegId };

/** The names under one application. */
export function namesOf(application: string): Names {
  const prefixed = (kind: string, text: string): string => `${application}.${kind}.${text}`;
  return {
    application,
    channel: (role, legId) => prefixed(role, legId),
    placed: (channelId) => placedLeg(application, channelId),
    holdBridge: (queueName) => prefixed('hold', plain(queueName)),
    talkBridge: (bridgeId) => prefixed('talk', bridgeId),
    isTalkBridge: (bridgeId) => bridgeId.startsWith(prefixed('talk', '')),
    speech: (speechId) => prefixed('speech', speechId),
    farewell: (legId) => prefixed('farewell', legId),
    playback: (playbackId) => ourPlayback(application, playbackId),
  };
}

function placedLeg(application: string, channelId: string): ReturnType<Names['placed']> {
  for (const role of ['agent', 'customer'] as const) {
    const prefix = `${application}.${role}.`;
    // The second half of a Local channel is the far side's, not ours.
    if (channelId.startsWith(prefix) && !channelId.endsWith(';2')) {
      return { role, legId: id<'leg'>(channelId.slice(prefix.length)) };
    }
  }
  return null;
}

function ourPlayback(application: string, playbackId: string): OurPlayback | null {
  const speech = `${application}.speech.`;
  if (playbackId.startsWith(speech)) {
    return { kind: 'speech', speechId: playbackId.slice(speech.length) };
  }
  const farewell = `${application}.farewell.`;
  if (!playbackId.startsWith(farewell)) return null;
  return { kind: 'farewell', legId: id<'leg'>(playbackId.slice(farewell.length)) };
}

/** Any queue name as letters, digits and dashes; two names never meet, since _ only begins a code point. */
function plain(text: string): string {
  return text.replace(
    /[^A-Za-z0-9-]/gu,
    (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`,
  );
}
