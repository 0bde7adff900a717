import type { LegId } from '../core/prelude/ids.ts';
import type { Timers } from '../core/prelude/timers.ts';

/** What an agent presses on the phone to say that a machine has answered; a single key could be meant for a menu. */
const VOICEMAIL_KEYS = '*9';
/** Longer between two keys: they are not one sequence, in milliseconds. */
const BETWEEN_KEYS_MS_MAX = 3_000;

/**
 * The keys that agents press during a conversation, put together to sequences. What has been pressed is lost with the
 * process, and the agent presses again; one entry for each living leg of an agent who has begun a sequence.
 */
export class AgentKeys {
  private readonly timers: Timers;
  private readonly begun = new Map<LegId, number>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  /** Takes one key; answers what the sequence means that it completes, if any. */
  press(legId: LegId, digit: string): 'voicemail' | null {
    const [first, last] = VOICEMAIL_KEYS;
    const begunMs = this.begun.get(legId);
    this.begun.delete(legId);
    const nowMs = this.timers.monotonicMs();
    if (digit === first) this.begun.set(legId, nowMs);
    const isInTime = begunMs !== undefined && nowMs - begunMs <= BETWEEN_KEYS_MS_MAX;
    return digit === last && isInTime ? 'voicemail' : null;
  }

  /** The leg is gone. */
  forget(legId: LegId): void {
    this.begun.delete(legId);
  }
}
