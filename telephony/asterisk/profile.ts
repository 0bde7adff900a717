/** What the versions of Asterisk can do differently, as far as the driver cares. */
export interface AsteriskProfile {
  /** Requests travel over the event WebSocket: ten times faster than HTTP, and in order with the events. */
  readonly restOverSocket: boolean;
}

/**
 * The oldest major version whose channels tell everything that we read, and that still gets fixes. Older ones do not
 * name the SIP call of a channel (`protocol_id`), so that their events would not be understood.
 */
export const OLDEST_MAJOR = 20;
/** The one on which everything is tested. */
export const VERIFIED_MAJOR = 22;

/** First minor version with REST over the WebSocket, by major version; every later major has it. */
const REST_OVER_SOCKET: ReadonlyMap<number, number> = new Map([
  [20, 14],
  [21, 9],
  [22, 4],
]);

/** Major and minor of `22.10.1+dfsg` or `certified/20.7-cert3`; null for builds without a number. */
export function versionOf(text: string): { readonly major: number; readonly minor: number } | null {
  const match = /(?:^|\/)(?<major>\d+)\.(?<minor>\d+)/.exec(text);
  if (match?.groups === undefined) return null;
  return { major: Number(match.groups['major']), minor: Number(match.groups['minor']) };
}

/**
 * The profile of a version as `GET /asterisk/info` tells it. An unknown one gets what works everywhere. Certified
 * releases number their own way (20.7-cert3), and fall on the safe side by their low minor numbers.
 */
export function profileOf(version: string): AsteriskProfile {
  const known = versionOf(version);
  if (known === null) return { restOverSocket: false };
  const since = REST_OVER_SOCKET.get(known.major);
  return { restOverSocket: since === undefined ? known.major > 22 : known.minor >= since };
}
