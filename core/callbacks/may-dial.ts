import type { MayDial } from '../interactions/input.ts';
import type { EpochMs } from '../prelude/time.ts';

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
}

/**
 * Whether the customer may be called now, and if not, why: the first obstacle counts, what lasts longest comes first.
 * The offer to an agent, the last check before the call and `explain` all ask this one function, so that an explanation
 * never says something else than what is done.
 */
export function mayDial({
  opening,
  numberOnCall,
  diallingStopped,
  gotThrough,
}: DialFacts): MayDial {
  if (gotThrough) return { yes: false, reason: 'got-through' };
  if (diallingStopped) return { yes: false, reason: 'dialling-stopped' };
  if (!opening.open) {
    return { yes: false, reason: opening.closed, nextOpening: opening.nextOpening };
  }
  return numberOnCall ? { yes: false, reason: 'number-on-call' } : { yes: true };
}
