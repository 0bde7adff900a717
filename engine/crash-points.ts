/**
 * Moments between two steps at which a crash could lose or double something, and which are too short to be hit from
 * outside. In production passing them does nothing; a test has the process end or stop at one (RINGBACK_TEST_CRASH_AT).
 */
export const CRASH_POINTS = [
  /** State, events and commands are written, and the transaction is about to commit. Of an input. */
  'decided-not-committed',
  /** The commit has succeeded, and nobody has been told. Of a command. */
  'committed-not-sent',
  /** The last check has committed, and the PBX has not been asked to call. Of `dial-customer`. */
  'gate-committed-not-dialled',
  /** The PBX has taken a command, and that is not written yet. Of a command. */
  'sent-not-noted',
] as const;

/** One of the moments. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Is told of every moment as the engine passes it, with the kind of the input or command. */
export interface CrashPoints {
  reach(point: CrashPoint, kind: string): void;
}

/** At which moment the process is to end, or to be stopped until somebody continues it. */
export interface CrashOrder {
  readonly point: CrashPoint;
  /** Null: the first time that the moment is passed at all. */
  readonly kind: string | null;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** Reads `committed-not-sent`, `committed-not-sent:bridge` or `committed-not-sent:bridge stop`; null for anything else. */
export function parseCrashOrder(text: string): CrashOrder | null {
  const groups = /^(?<name>[a-z-]+)(?::(?<kind>[a-z-]+))?(?<stop> stop)?$/.exec(text)?.groups;
  const point = CRASH_POINTS.find((name) => name === groups?.['name']);
  if (groups === undefined || point === undefined) return null;
  const signal = groups['stop'] === undefined ? 'SIGKILL' : 'SIGSTOP';
  return { point, kind: groups['kind'] ?? null, signal };
}

/** Calls `crash` the first time that the ordered moment is passed. */
export function crashOnce(order: CrashOrder, crash: () => void): CrashPoints {
  let armed = true;
  return {
    reach: (point, kind) => {
      if (!armed || point !== order.point || (order.kind !== null && order.kind !== kind)) return;
      armed = false;
      crash();
    },
  };
}
