import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import { type Decision, startTimer, stopTimers } from './decision.ts';
import type { Situation } from './situation.ts';

/** After so many seconds without a due time and without any change, reports close a callback that stays open: 14 days. */
export const INACTIVE_AFTER_SECONDS = 14 * 24 * 3600;

/**
 * Lets the time without change run while a callback stands in line with nothing to come. Every change leads out of the
 * line or ends it, so that the time begins anew; where the promise lapses before, it need not run at all.
 */
export function watchInactivity(decision: Decision, nowMs: EpochMs): Decision {
  const { next, refusal } = decision;
  if (refusal !== null) return decision;
  const runs = next.timers.inactive !== undefined;
  const isQuiet = mayFallQuiet(next, nowMs);
  if (runs === isQuiet) return decision;
  const step = isQuiet
    ? startTimer('inactive', nowMs, INACTIVE_AFTER_SECONDS)
    : stopTimers('inactive');
  return { ...decision, next: step(next).next };
}

function mayFallQuiet({ callback, interaction, timers }: Situation, nowMs: EpochMs): boolean {
  if (callback?.state !== 'waiting' || callback.inactiveAt !== null) return false;
  if (interaction.standing.kind !== 'in-line') return false;
  // Once it runs, the expiry that comes closer does not stop it: it was judged when the line was entered.
  return (
    timers.inactive !== undefined ||
    timers.expiry === undefined ||
    timers.expiry > secondsAfter(nowMs, INACTIVE_AFTER_SECONDS)
  );
}
