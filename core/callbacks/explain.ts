import type { ParkReason, Standing } from '../interactions/situation.ts';
import { NUMBER_REFUSALS, type NumberRefusal } from '../numbers/verdict.ts';
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

/** Codes are promises to integrators: never renamed. */
export const REASON_CODES = [
  'ended',
  'in-conversation',
  'being-dialled',
  'agent-being-asked',
  'others-ahead',
  'no-agent-available',
  'number-on-call',
  'closed-hours',
  'calling-hours',
  'scheduled',
  'route-full',
  'retry-later',
  'number-refused',
  'number-limit',
  'budget-spent',
  'called-recently',
  'settling',
  'pbx-not-ready',
  'next-in-line',
  'needs-a-human',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** What the explanation is made from. */
export interface ExplainFacts {
  readonly state: CallbackState;
  readonly standing: Standing;
  readonly expiresAt: EpochMs | null;
  /** How many stand before it in its line. */
  readonly ahead: number;
  readonly agentsAvailable: number;
  readonly pbxReady: boolean;
  /** Why the number policy ended it; null unless it did. */
  readonly numberRefusal: NumberRefusal | null;
}

/** Says why a callback has not been dialled yet and when that may change, the most telling reason first. */
export function explain(facts: ExplainFacts): Explanation {
  return { state: facts.state, reasons: reasonsFor(facts) };
}

function reasonsFor(facts: ExplainFacts): readonly Reason[] {
  const { state } = facts;
  switch (state) {
    case 'poisoned':
      return [
        reason('needs-a-human', 'Handling it failed repeatedly; a human must resume or close it.'),
      ];
    case 'connected':
    case 'holding':
    case 'wrapping-up':
      return [reason('in-conversation', 'Customer and agent are talking or have just finished.')];
    case 'dialing':
      return [reason('being-dialled', "The customer's phone is being called.")];
    case 'offered':
    case 'accepted':
      return [reason('agent-being-asked', 'An agent is being asked or about to be connected.')];
    case 'scheduled':
    case 'waiting':
    case 'retry-wait':
      return waitingReasons(facts);
    case 'completed':
    case 'exhausted':
    case 'expired':
    case 'released':
    case 'refused':
    case 'cancelled':
    case 'superseded':
      return endedReasons(facts);
  }
}

function endedReasons({ state, numberRefusal }: ExplainFacts): readonly Reason[] {
  const ended = reason('ended', `It is over: ${state}.`);
  return numberRefusal === null
    ? [ended]
    : [ended, reason('number-refused', NUMBER_REFUSALS[numberRefusal].text)];
}

function waitingReasons({
  standing,
  ahead,
  agentsAvailable,
  pbxReady,
  expiresAt,
}: ExplainFacts): readonly Reason[] {
  if (standing.kind === 'parked') return [parkedReason(standing.reason, standing.until)];
  const reasons: Reason[] = [];
  if (!pbxReady) {
    reasons.push(
      reason('pbx-not-ready', 'The PBX is not connected; nothing is dialled until it is.'),
    );
  }
  if (agentsAvailable === 0) {
    reasons.push(reason('no-agent-available', 'No agent of this line is available.', expiresAt));
  }
  reasons.push(
    ahead > 0
      ? reason('others-ahead', othersAhead(ahead), expiresAt)
      : reason('next-in-line', 'It is next in line.', expiresAt),
  );
  return reasons;
}

function othersAhead(ahead: number): string {
  return ahead === 1 ? '1 is before it in line.' : `${ahead.toString()} are before it in line.`;
}

function parkedReason(why: ParkReason, until: EpochMs): Reason {
  switch (why) {
    case 'number-on-call':
      return reason(
        'number-on-call',
        'A call with this number is up; it is called when that is over.',
        until,
      );
    case 'closed-hours':
      return reason('closed-hours', 'The queue is closed; the place is kept.', until);
    case 'calling-hours':
      return reason(
        'calling-hours',
        'It is not a time of day at which this customer may be called; the place is kept.',
        until,
      );
    case 'scheduled':
      return reason('scheduled', 'Another time was agreed; it enters the line then.', until);
    case 'route-full':
      return reason('route-full', 'No outbound line was free.', until);
    case 'number-limit':
      return reason(
        'number-limit',
        'As many calls as the number policy allows within an hour have been made; the place is kept.',
        until,
      );
    case 'budget-spent':
      return reason(
        'budget-spent',
        'The calls of the last 24 hours have used the budget up; the place is kept.',
        until,
      );
    case 'retry':
      return reason(
        'retry-later',
        'The last attempt did not reach the customer; the next one comes later.',
        until,
      );
    case 'called-recently':
      return reason(
        'called-recently',
        'This number was called a moment ago; the queue leaves a gap between two calls.',
        until,
      );
    case 'settling':
      return reason('settling', 'The last attempt is still being sorted out.', until);
  }
}

function reason(code: ReasonCode, text: string, until: EpochMs | null = null): Reason {
  return { code, text, until };
}
