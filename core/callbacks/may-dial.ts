import type { MayDial } from '../interactions/input.ts';
import { isLasting, type NumberVerdict } from '../numbers/verdict.ts';
import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import type { CallbackSettings } from '../queues/settings.ts';
import { isUnderWay, type SecondChance } from './second-chance.ts';

/**
 * Everything that speaks for or against calling a customer at this moment, as far as others than the route are
 * concerned. What needs a library or other rows is looked up at the edge and handed in.
 */
export interface DialFacts {
  /**
   * The hours of the queue and the customer's own day, which must both be open: which of them is closed (the queue, when
   * both are), and when both are open next; null when they never are.
   */
  readonly opening:
    | { readonly open: true }
    | {
        readonly open: false;
        readonly closed: 'closed-hours' | 'calling-hours';
        readonly nextOpening: EpochMs | null;
      };
  /** True when the customer was answered by a later call of their own. */
  readonly gotThrough: boolean;
  /** True while a supervisor has stopped dialling for the queue, its PBX or everything. */
  readonly diallingStopped: boolean;
  /** True while a call with the customer's number is up, other than the live attempt's own. */
  readonly numberOnCall: boolean;
  /** What the number policy says of one more call to the number. */
  readonly numberVerdict: NumberVerdict;
  /** Until when a gap is kept after the last attempt at this number; null when none is. See `gapUntil`. */
  readonly gapUntil: EpochMs | null;
}

/**
 * Whether the customer may be called now, and if not, why: the first obstacle counts, what lasts longest comes first.
 * The offer to an agent, the last check before the call and `explain` all ask this one function, so that an explanation
 * never says something else than what is done.
 */
export function mayDial(facts: DialFacts): MayDial {
  const { opening, numberOnCall, diallingStopped, gapUntil: until, numberVerdict } = facts;
  if (facts.gotThrough) return { yes: false, reason: 'got-through' };
  if (isLasting(numberVerdict)) return refusedFor(numberVerdict);
  if (diallingStopped) return { yes: false, reason: 'dialling-stopped' };
  if (!opening.open) {
    return { yes: false, reason: opening.closed, nextOpening: opening.nextOpening };
  }
  if (numberOnCall) return { yes: false, reason: 'number-on-call' };
  return until === null
    ? refusedFor(numberVerdict)
    : { yes: false, reason: 'called-recently', until };
}

function refusedFor(verdict: NumberVerdict): MayDial {
  return verdict.allowed
    ? { yes: true }
    : { yes: false, reason: 'number-refused', refusal: verdict.reason, until: verdict.until };
}

/**
 * Until when this number is left in peace after the last attempt at it that counted, whatever promise that was for; null
 * when it may be called at once. A second chance follows a dropped conversation without any gap.
 */
export function gapUntil(
  lastTriedUntil: EpochMs | null,
  secondChance: SecondChance | null,
  { minimumGapSeconds }: Pick<CallbackSettings, 'minimumGapSeconds'>,
  nowMs: EpochMs,
): EpochMs | null {
  if (lastTriedUntil === null || isUnderWay(secondChance)) return null;
  const until = secondsAfter(lastTriedUntil, minimumGapSeconds);
  return until > nowMs ? until : null;
}
