import type { LegEnding } from '../../core/calls/endings.ts';

/** What is known when a channel is gone. */
export interface EndingEvidence {
  /** The far side had answered. */
  readonly answered: boolean;
  /** We had asked the PBX to hang up, and the far side had not done so before. */
  readonly endedByUs: boolean;
  /** The phone rang, or the network played something to us. */
  readonly rang: boolean;
  /** Our ring timeout had passed. */
  readonly timedOut: boolean;
  /** Last `dialstatus` of the channel's Dial events; empty when there was none. */
  readonly dialStatus: string;
  /** `cause` of ChannelDestroyed: a Q.850 cause value; 0 when the PBX names none. */
  readonly cause: number;
  /** `tech_cause` of ChannelDestroyed: the SIP status, on newer branches and PJSIP channels only. */
  readonly sipStatus: number | null;
}

/**
 * How a leg ended, from what the PBX told: total, first rule that judges wins.
 *
 * An answered call can only end in two ways. For the others the order is: last dial status, cause, SIP status, our own
 * timer. Of an originated call Asterisk 22 says NOANSWER for nearly every failure (404, 480, 500, 603 …), CONGESTION for
 * 503, and nothing at all for our own timeout: those statuses judge last.
 */
export function endingOf(evidence: EndingEvidence): LegEnding {
  if (evidence.endedByUs) return 'cancelled';
  if (evidence.answered) return isNetworkFailure(evidence.cause) ? 'dropped' : 'hung-up';
  return (
    byDialStatus(evidence) ??
    byCause(evidence) ??
    bySipStatus(evidence.sipStatus) ??
    byTimer(evidence) ??
    byVagueDialStatus(evidence.dialStatus)
  );
}

/**
 * True for causes of an end that neither side asked for. A carrier tells its own failures in the Reason header of its BYE
 * (RFC 3326); Asterisk says 44 when no media came any more, and 102 when a session timer ran out.
 */
function isNetworkFailure(cause: number): boolean {
  switch (cause) {
    case 27: // Destination out of order.
    case 38: // Network out of order.
    case 41: // Temporary failure.
    case 44: // Requested channel not available: the media has stopped.
    case 102: // A timer of the network expired.
      return true;
    default:
      return false; // 16 is a hang-up; what nobody has heard of is taken for one.
  }
}

/**
 * How a call of our application ended that was not ended by us, from the request to hang it up. A request made within
 * Asterisk is called soft, and its cause is a set of flags: `AST_SOFTHANGUP_DEV` alone is the end of the media.
 */
export function endingOfRequest({ cause, soft }: { cause?: number; soft?: boolean }): LegEnding {
  if (soft === true) return cause === SOFT_HANGUP_BY_DEVICE ? 'dropped' : 'hung-up';
  return isNetworkFailure(cause ?? 0) ? 'dropped' : 'hung-up';
}
const SOFT_HANGUP_BY_DEVICE = 1;

/** Dial statuses that leave nothing to ask: https://docs.asterisk.org, application Dial, `DIALSTATUS`. */
function byDialStatus({ dialStatus }: EndingEvidence): LegEnding | null {
  switch (dialStatus) {
    case 'BUSY':
      return 'busy'; // The cause beside it may well be 0.
    case 'DONTCALL':
    case 'TORTURE':
      return 'rejected'; // Asterisk's privacy manager, on the agent's side.
    default:
      return null;
  }
}

/** Q.850 cause values (ITU-T Q.850 table 1); RFC 3398 section 7.2.4.1 and Asterisk map SIP statuses onto them. */
function byCause(evidence: EndingEvidence): LegEnding | null {
  switch (evidence.cause) {
    case 1: // Unallocated number. SIP 404 and 604.
    case 22: // Number changed. SIP 410.
    case 28: // Number format invalid: SIP 484, too few digits.
      return 'invalid-number';
    case 17: // User busy. SIP 486 and 600.
      return 'busy';
    case 21: // Call rejected. SIP 401, 403, 407 and 603.
      return rejected(evidence);
    case 2: // No route to the network, and
    case 3: // no route to the destination: also what Asterisk says of its own trunk, so the number is not to blame.
    case 18: // The phone does not react. SIP 408.
    case 20: // Subscriber absent: switched off, out of reach, not registered.
    case 27: // Destination out of order. SIP 502.
      return 'unreachable';
    case 23: // Redirected. SIP 302.
      return 'forwarded';
    case 19: // No answer. Asterisk says it of our timeout and of SIP 480, and names 480 for both.
      return evidence.rang ? 'no-answer' : 'unreachable';
    case 16: // Normal clearing before an answer: the network gave up politely.
      return evidence.rang ? 'no-answer' : null;
    case 34: // No circuit. SIP 503.
    case 38: // Network out of order. SIP 500.
    case 41: // Temporary failure.
    case 42: // Switching equipment congestion.
    case 44: // Requested circuit not available.
    case 47: // Resources unavailable.
    case 58: // Bearer capability not available: no common codec. SIP 488.
    case 88: // Incompatible destination.
    case 102: // A timer of the network expired. SIP 504.
      return 'congestion';
    default:
      return null; // 0 and 127 say nothing, the rest is never heard of: ask the SIP status.
  }
}

/** A carrier that refuses our own account means us, not the customer. */
function rejected({ sipStatus }: EndingEvidence): LegEnding {
  return sipStatus === 401 || sipStatus === 407 ? 'congestion' : 'rejected';
}

/** SIP statuses (RFC 3261 section 21) where the PBX gave no usable cause. */
function bySipStatus(status: number | null): LegEnding | null {
  if (status === null || status < 300) return null;
  if (status < 400) return 'forwarded';
  switch (status) {
    case 404: // Not found.
    case 410: // Gone.
    case 484: // Address incomplete.
    case 604: // Does not exist anywhere.
      return 'invalid-number';
    case 486: // Busy here.
    case 600: // Busy everywhere.
      return 'busy';
    case 403: // Forbidden.
    case 603: // Decline.
    case 607: // Unwanted (RFC 8197).
    case 608: // Rejected by an intermediary (RFC 8688).
      return 'rejected';
    case 408: // Request timeout.
    case 480: // Temporarily unavailable.
    case 502: // Bad gateway: RFC 3398 sees a destination out of order.
      return 'unreachable';
    default:
      return 'congestion'; // Every other failure is the network's, or ours.
  }
}

function byTimer({ timedOut, rang }: EndingEvidence): LegEnding | null {
  if (!timedOut) return null;
  return rang ? 'no-answer' : 'unreachable'; // Nothing ever came back: nobody is there.
}

/** What Asterisk says when it knows no better. */
function byVagueDialStatus(status: string): LegEnding {
  switch (status) {
    case 'CHANUNAVAIL':
      return 'unreachable'; // The phone is not registered, or the trunk is down.
    case 'NOANSWER':
      return 'no-answer';
    default:
      return 'congestion'; // CONGESTION, or no word at all: it could not be dialled.
  }
}
