import type { Context } from '../core/interactions/input.ts';
import {
  type MissedDecision,
  receiveMissedCall,
  settingsOfMissed,
} from '../core/interactions/missed.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import { ALLOWED, type NumberVerdict } from '../core/numbers/verdict.ts';
import { present } from '../core/prelude/assert.ts';
import { id, type TenantId } from '../core/prelude/ids.ts';
import { done, type Outcome, refused } from '../core/prelude/refusal.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { Transaction } from '../store/database.ts';
import {
  claimMissedCall,
  type MissedCallAnswer,
  type MissedEntry,
  type MissedQuestion,
  missedEntry,
  setMissedAnswer,
} from '../store/missed-calls/missed-calls.ts';
import { lapseOf } from './calling-hours.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling } from './handling.ts';
import { checkRequest } from './number-check.ts';

/** A call that nobody answered, as another system tells of it. */
export interface MissedReport extends MissedQuestion {
  /** The other system's own id of the call: told twice, it is answered the same. */
  readonly externalId: string;
  /** Why nobody answered, in the other system's words. */
  readonly why: string | null;
}

/** What came of it; `isRepeated` when it was told before. */
export interface MissedOutcome extends MissedCallAnswer {
  readonly isRepeated: boolean;
}

/**
 * Follows a missed call up as its rule says, or says why not: one transaction with the answer that whoever tells it again
 * will get.
 * @throws DatabaseUnavailable
 */
export async function reportMissedCall(
  deps: EngineDeps,
  handling: Handling,
  tenantId: TenantId,
  report: MissedReport,
): Promise<Outcome<MissedOutcome>> {
  const { answer, handled } = await deps.database.transaction(async (tx) =>
    take(tx, { deps, handling }, tenantId, report),
  );
  if (handled !== null) handling.publish(handled);
  return answer;
}

interface Taken {
  readonly answer: Outcome<MissedOutcome>;
  readonly handled: Handled | null;
}

async function take(
  tx: Transaction,
  { deps, handling }: { readonly deps: EngineDeps; readonly handling: Handling },
  tenantId: TenantId,
  report: MissedReport,
): Promise<Taken> {
  const nowMs = await tx.clock();
  const entry = await missedEntry(tx, tenantId, report);
  if (entry === null) return { answer: UNKNOWN, handled: null };
  const before = await claimMissedCall(tx, tenantId, report, nowMs);
  if (before !== null) return { answer: done({ ...before, isRepeated: true }), handled: null };
  const numberVerdict = await verdictOf(tx, tenantId, report.number, nowMs);
  const what = decideMissed(deps, handling, { report, entry, numberVerdict, nowMs });
  const answer = answerOf(what, entry);
  await setMissedAnswer(tx, tenantId, report.externalId, answer);
  const handled = what.followedUp
    ? await handling.save(tx, {
        tenantId,
        before: null,
        decision: what.decision,
        nextCommand: 1,
        nowMs,
      })
    : null;
  return { answer: done({ ...answer, isRepeated: false }), handled };
}

const UNKNOWN = refused('QUEUE_UNKNOWN', 'The number or the name leads to no queue.');

/** Nobody asked in words for this call: only numbers of the own countries are called. */
async function verdictOf(
  tx: Transaction,
  tenantId: TenantId,
  number: PhoneNumber | null,
  nowMs: EpochMs,
): Promise<NumberVerdict> {
  return number === null
    ? ALLOWED
    : checkRequest(tx, { tenantId, number, nowMs, ownCountriesOnly: true });
}

interface MissedFacts {
  readonly report: MissedReport;
  readonly entry: MissedEntry;
  readonly numberVerdict: NumberVerdict;
  readonly nowMs: EpochMs;
}

function decideMissed(
  deps: EngineDeps,
  handling: Handling,
  { report, entry, numberVerdict, nowMs }: MissedFacts,
): MissedDecision {
  const { number, dialledNumber, calledAt } = report;
  const { hours, tenantZone, openCallback, calledAgain, requestsStopped, ...rest } = entry;
  const facts = {
    hours,
    tenantZone,
    callback: settingsOfMissed(entry),
    number,
    statedZone: null,
  };
  const context: Context = {
    nowMs,
    // Which times count is looked at again when it comes.
    expiresAt: lapseOf(facts, calledAt),
    stops: { requests: requestsStopped, dialling: false },
    customer: { onCall: false, gotThrough: false },
    fresh: handling.freshIds(),
  };
  const interactionId = id<'interaction'>(deps.newId());
  const hasOpenCallback = openCallback !== null;
  return receiveMissedCall(
    {
      ...rest,
      interactionId,
      number,
      dialledNumber,
      calledAt,
      hasOpenCallback,
      calledAgain,
      numberVerdict,
    },
    context,
  );
}

function answerOf(what: MissedDecision, { openCallback }: MissedEntry): MissedCallAnswer {
  if (what.followedUp) {
    return { callbackId: present(what.decision.next.callback, 'callback').id, obstacle: null };
  }
  const { code, text } = what.obstacle;
  // Whoever has a callback already is told which.
  const callbackId = code === 'already-in-line' ? openCallback : null;
  return { callbackId, obstacle: { code, text } };
}
