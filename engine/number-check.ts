import type { PhoneNumber } from '../core/numbers/number.ts';
import { ratePerMinute } from '../core/numbers/policy.ts';
import { ALLOWED, judgeNumber, type NumberVerdict } from '../core/numbers/verdict.ts';
import type { TenantId } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { Database, Transaction } from '../store/database.ts';
import { lockNumbers, type NumberQuestion, numberFacts } from '../store/numbers/number-facts.ts';
import { countriesOf, planOf } from './number-facts.ts';

/** The number policy's word on a number, and what a minute of a call to it would cost. */
export interface NumberJudgement {
  readonly verdict: NumberVerdict;
  readonly ratePerMinute: number;
}

/** Who asks about which number, and when. */
export interface NumberAsked {
  readonly tenantId: TenantId;
  readonly number: PhoneNumber;
  readonly nowMs: EpochMs;
  /** For calls that nobody asked for in words, such as a missed one: a number abroad may be a bait. */
  readonly ownCountriesOnly?: boolean;
}

/**
 * Whether a callback may be promised to a number: the one check for requests of every origin. It stays true until the
 * transaction ends, since whoever else asks waits until then; so the promise is written in the same transaction.
 */
export async function checkRequest(tx: Transaction, asked: NumberAsked): Promise<NumberVerdict> {
  await lockNumbers(tx, asked.tenantId, 'requests');
  return (await judge(tx, { ...asked, counted: 'requests' })).verdict;
}

/** Looks, without locks, at what a caller would be told who asks for a callback now; allowed without a number. */
export async function lookAtCaller(
  database: Database,
  tenantId: TenantId,
  number: PhoneNumber | null,
): Promise<NumberVerdict> {
  if (number === null) return ALLOWED;
  const nowMs = await database.clock();
  return (await judge(database, { tenantId, number, nowMs, counted: 'requests' })).verdict;
}

/** Whether a number may be called now: the check in the transaction that dials, which stays true until that ends. */
export async function checkDial(tx: Transaction, asked: NumberAsked): Promise<NumberJudgement> {
  await lockNumbers(tx, asked.tenantId, 'dials');
  return judge(tx, { ...asked, counted: 'dials' });
}

/** The same without locks, for looking ahead: before a callback is offered or explained, before an agent is asked. */
export async function judge(
  tx: Pick<Transaction, 'query'>,
  question: NumberQuestion & Pick<NumberAsked, 'ownCountriesOnly'>,
): Promise<NumberJudgement> {
  const { policy, ownNumbers, ...counted } = await numberFacts(tx, question);
  const rate = ratePerMinute(question.number, policy.budget);
  const strict = question.ownCountriesOnly === true ? { ...policy, countries: [] } : policy;
  const verdict = judgeNumber(strict, {
    ...planOf(question.number),
    ...counted,
    ownCountries: countriesOf(ownNumbers),
    callUnits: rate * policy.budget.reservedMinutes,
  });
  return { verdict, ratePerMinute: rate };
}
