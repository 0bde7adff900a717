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

/** What a conversation can lead to. */
const AFTER_TALK = ['completed', 'retry-wait', 'exhausted'] as const;

/** Every way from one state to the next. Drawn in states.ts. */
const NEXT: Readonly<Record<CallbackState, readonly CallbackState[]>> = {
  scheduled: ['waiting', ...EARLY_ENDS],
  waiting: ['offered', 'scheduled', ...EARLY_ENDS],
  offered: ['accepted', 'waiting', 'scheduled', ...EARLY_ENDS],
  // The last three: a second chance that comes to nothing leaves what the dropped conversation came to.
  accepted: ['dialing', 'waiting', 'scheduled', ...EARLY_ENDS, ...AFTER_TALK],
  dialing: [
    'connected',
    'holding',
    'waiting',
    'scheduled',
    ...AFTER_TALK,
    'superseded',
    'poisoned',
  ],
  holding: ['connected', 'waiting', 'retry-wait', 'exhausted', 'superseded', 'poisoned'],
  connected: ['wrapping-up', 'accepted', ...AFTER_TALK, 'superseded', 'poisoned'],
  'wrapping-up': [...AFTER_TALK, 'superseded', 'poisoned'],
  'retry-wait': ['waiting', ...EARLY_ENDS],
  poisoned: ['waiting', 'scheduled', 'cancelled'],
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
