import type { EpochMs } from '../prelude/time.ts';
import type { CallbackState } from './states.ts';

/** Why a callback stands where it stands. */
export interface Explanation {
  readonly state: CallbackState;
  readonly reasons: readonly Reason[];
}

/** One reason, as a stable code for programs and a sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  /** When this may change at the latest, where that is known. */
  readonly until: EpochMs | null;
}

export type ReasonCode =
  | 'ended'
  | 'in-conversation'
  | 'being-dialled'
  | 'agent-being-asked'
  | 'others-ahead'
  | 'no-agent-available'
  | 'number-on-call'
  | 'closed-hours'
  | 'route-full'
  | 'retry-later'
  | 'settling'
  | 'pbx-not-ready'
  | 'next-in-line';
