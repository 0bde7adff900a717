import { assert } from '../prelude/assert.ts';
import type { CallbackState } from './states.ts';

const EARLY_ENDS = [
  'expired',
  'cancelled',
  'superseded',
  'refused',
  'released',
  'poisoned',
] as const;

/** Every way from one state to the next. Drawn in states.ts. */
const NEXT: Readonly<Record<CallbackState, readonly CallbackState[]>> = {
  scheduled: ['waiting', ...EARLY_ENDS],
  waiting: ['offered', 'scheduled', ...EARLY_ENDS],
  offered: ['accepted', 'waiting', 'scheduled', ...EARLY_ENDS],
  accepted: ['dialing', 'waiting', 'scheduled', ...EARLY_ENDS],
  dialing: [
    'connected',
    'holding',
    'waiting',
    'scheduled',
    'retry-wait',
    'exhausted',
    'superseded',
    'poisoned',
  ],
  holding: ['connected', 'waiting', 'retry-wait', 'exhausted', 'poisoned', 'superseded'],
  connected: ['wrapping-up', 'completed', 'retry-wait', 'exhausted', 'poisoned', 'superseded'],
  'wrapping-up': ['completed', 'retry-wait', 'exhausted', 'poisoned', 'superseded'],
  'retry-wait': ['waiting', ...EARLY_ENDS],
  poisoned: ['waiting', 'cancelled'],
  completed: [],
  exhausted: [],
  expired: [],
  released: [],
  refused: [],
  cancelled: [],
  superseded: [],
};

/** True when a callback may go from one state to the other; staying where it is always may be. */
export function mayGo(from: CallbackState, to: CallbackState): boolean {
  return from === to || NEXT[from].includes(to);
}

/** The one door for state changes. @throws AssertionFailure for a way that is not drawn */
export function assertTransition(from: CallbackState, to: CallbackState): void {
  assert(mayGo(from, to), `a callback cannot go from ${from} to ${to}`);
}
