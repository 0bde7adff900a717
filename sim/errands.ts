import { STOPPABLE, type Stoppable } from '../core/stops/stop.ts';
import type { Season } from './clocks.ts';
import type { Dice } from './dice.ts';

/** When a call is to come: as soon as it can, after so many seconds, or at the odd time of a day on which the clock changes. */
export type PlannedTime = 'now' | 'odd' | { readonly inSeconds: number; readonly isWall: boolean };

/** What somebody does off the phone: a customer, a supervisor, another system. */
export type Errand =
  /** A customer calls a callback off. */
  | { readonly kind: 'cancel' }
  /** An agent notes that a machine had answered. */
  | { readonly kind: 'note-voicemail' }
  /** A customer does not want to be called any more. */
  | { readonly kind: 'opt-out' }
  | {
      readonly kind: 'stop';
      readonly what: Stoppable;
      readonly seconds: number;
    }
  | {
      readonly kind: 'request';
      readonly number: string;
      readonly time: PlannedTime;
      /** The customer says that they are in Berlin. */
      readonly isInBerlin: boolean;
    }
  /** Another system tells of a call that nobody answered so long ago, and tells it twice. */
  | { readonly kind: 'missed-call'; readonly number: string; readonly secondsAgo: number }
  /** Somebody who works on a ticket has the customer called again. */
  | { readonly kind: 'call-again' }
  | { readonly kind: 'call-next' }
  /** A human looks at what was set aside. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'close' };

/** An errand and when it is done. */
export interface PlannedErrand {
  readonly atSeconds: number;
  readonly errand: Errand;
  /** It waits for the worst moment: an agent has just accepted a callback, and the customer is about to be called. */
  readonly isAtWorst?: boolean;
}

const ERRANDS_MIN = 4;
const ERRANDS_MAX = 10;

/** Errands of one schedule; most fall into a rush or shortly after it. */
export function errandsBy(
  dice: Dice,
  rushes: readonly number[],
  season: Season,
): readonly PlannedErrand[] {
  return Array.from({ length: dice.whole(ERRANDS_MIN, ERRANDS_MAX) }, (_, nth) => {
    const errand = errandBy(dice, nth, season);
    // Requests are stopped while people call who want one.
    const isEarly = errand.kind === 'stop' && errand.what === 'requests';
    return {
      atSeconds: dice.oneOf(rushes) + (isEarly ? dice.between(0, 120) : dice.between(30, 900)),
      errand,
      isAtWorst: !isEarly && dice.is(0.4),
    };
  });
}

function errandBy(dice: Dice, nth: number, season: Season): Errand {
  const number = `+1202555${(3000 + nth).toString()}`;
  return dice.weighed<() => Errand>([
    [2, () => ({ kind: 'cancel' })],
    [1, () => ({ kind: 'note-voicemail' })],
    [2, () => ({ kind: 'opt-out' })],
    [2, () => stopBy(dice)],
    [3, () => requestBy(dice, number, season)],
    [2, () => ({ kind: 'missed-call', number, secondsAgo: dice.whole(1, 900) })],
    [2, () => ({ kind: 'call-again' })],
    [2, () => ({ kind: 'call-next' })],
    [1, () => ({ kind: 'resume' })],
    [1, () => ({ kind: 'close' })],
  ])();
}

function stopBy(dice: Dice): Errand {
  const what = dice.oneOf(STOPPABLE);
  return { kind: 'stop', what, seconds: dice.between(20, 400) };
}

function requestBy(dice: Dice, number: string, { oddTime }: Season): Errand {
  const soon: PlannedTime = { inSeconds: dice.whole(180, 5400), isWall: dice.is(0.5) };
  const usual: PlannedTime = dice.is(0.3) ? 'now' : soon;
  const time = oddTime !== null && dice.is(0.6) ? 'odd' : usual;
  return { kind: 'request', number, time, isInBerlin: dice.is(0.15) };
}
