import { type NewRequest, requestCallback } from '../core/interactions/requests.ts';
import type { PhoneNumber } from '../core/numbers/number.ts';
import { NUMBER_REFUSALS, type NumberRefusal } from '../core/numbers/verdict.ts';
import { present } from '../core/prelude/assert.ts';
import { type CallbackId, id, type TenantId } from '../core/prelude/ids.ts';
import type { EpochMs } from '../core/prelude/time.ts';
import type { Transaction } from '../store/database.ts';
import { claimKey, type RequestKey, readKey, writeKey } from '../store/requests/idempotency.ts';
import { type QueueToAsk, queueNames, queueToAsk } from '../store/requests/queues.ts';
import { openCallback } from '../store/situations/find.ts';
import { nextSequence } from '../store/tickets/tickets.ts';
import { lapseOf } from './calling-hours.ts';
import type { EngineDeps } from './deps.ts';
import type { Handled, Handling } from './handling.ts';
import { checkRequest } from './number-check.ts';
import {
  type CallbackRequest,
  type JudgedRequest,
  judgeRequest,
  type RequestMistake,
} from './request-judging.ts';

/** What came of one request that was done. */
export interface RequestAnswer {
  readonly callbackId: CallbackId;
  /** `open-before`: the number had an open callback in this queue, which stays; `same-key`: this very request was done before. */
  readonly how: 'created' | 'open-before' | 'same-key';
  /** Set when it was created. */
  readonly judged: JudgedRequest | null;
}

/** A mistake of one of several requests. */
export interface PlacedMistake extends RequestMistake {
  /** Which of them, counted from 0. */
  readonly index: number;
}

/** What came of several requests: all of them are done, or none. */
export type RequestsOutcome =
  | { readonly kind: 'done'; readonly answers: readonly RequestAnswer[] }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly PlacedMistake[] }
  | { readonly kind: 'key-used' };

interface Begun {
  readonly outcome: RequestsOutcome;
  readonly handled: readonly Handled[];
}

interface Judged {
  readonly request: CallbackRequest;
  readonly asked: QueueToAsk;
  readonly judged: JudgedRequest;
}

/** Each request counts for the next one of the same file, so it is judged while they are written; this takes all back. */
class NumberMayNotBeCalled extends Error {
  override readonly name = 'NumberMayNotBeCalled';
  readonly mistake: PlacedMistake;

  constructor(index: number, number: PhoneNumber, refusal: NumberRefusal) {
    super(refusal);
    const { text } = NUMBER_REFUSALS[refusal];
    const allowed = `a number that may be called (${refusal}: ${text})`;
    this.mistake = { index, field: 'number', found: JSON.stringify(number), allowed };
  }
}

/** Callbacks that are asked for by people who are not on the phone with us: one, or a file of them. */
export class Requests {
  private readonly deps: EngineDeps;
  private readonly handling: Handling;

  constructor(deps: EngineDeps, handling: Handling) {
    this.deps = deps;
    this.handling = handling;
  }

  /**
   * Does all of them in one transaction, or none.
   * @param key under which the same request again gives the same callback, for a day
   * @throws DatabaseUnavailable
   */
  async request(
    tenantId: TenantId,
    requests: readonly CallbackRequest[],
    key: RequestKey | null,
  ): Promise<RequestsOutcome> {
    try {
      const { outcome, handled } = await this.deps.database.transaction(async (tx) =>
        this.begin(tx, tenantId, requests, key),
      );
      for (const one of handled) this.handling.publish(one);
      return outcome;
    } catch (error) {
      if (!(error instanceof NumberMayNotBeCalled)) throw error;
      return { kind: 'mistakes', mistakes: [error.mistake] };
    }
  }

  private async begin(
    tx: Transaction,
    tenantId: TenantId,
    requests: readonly CallbackRequest[],
    key: RequestKey | null,
  ): Promise<Begun> {
    const nowMs = await tx.clock();
    // Looked up before anything is judged: the time that was asked for may have come by now.
    const known = key === null ? null : await knownOutcome(tx, key, nowMs);
    if (known !== null) return { outcome: known, handled: [] };
    const { judged, mistakes } = await judgeAll(tx, tenantId, requests, nowMs);
    if (mistakes.length > 0) return { outcome: { kind: 'mistakes', mistakes }, handled: [] };
    if (key !== null && !(await claimKey(tx, key, nowMs))) {
      const outcome = (await knownOutcome(tx, key, nowMs)) ?? KEY_USED;
      return { outcome, handled: [] };
    }
    const answers: RequestAnswer[] = [];
    const handled: Handled[] = [];
    for (const [index, one] of judged.entries()) {
      const done = await this.beginOne(tx, tenantId, { ...one, index }, nowMs);
      answers.push(done.answer);
      if (done.handled !== null) handled.push(done.handled);
    }
    const [first] = answers;
    if (key !== null && first !== undefined) await writeKey(tx, key, first.callbackId);
    return { outcome: { kind: 'done', answers }, handled };
  }

  private async beginOne(
    tx: Transaction,
    tenantId: TenantId,
    { request, asked, judged, index }: Judged & { readonly index: number },
    nowMs: EpochMs,
  ): Promise<{ answer: RequestAnswer; handled: Handled | null }> {
    const open = await openCallback(tx, tenantId, asked.queueId, request.number);
    if (open !== null) {
      return { answer: { callbackId: open, how: 'open-before', judged: null }, handled: null };
    }
    const { number } = request;
    const verdict = await checkRequest(tx, { tenantId, number, nowMs });
    if (!verdict.allowed) throw new NumberMayNotBeCalled(index, number, verdict.reason);
    const enteredAt = judged.chosenTime?.at ?? nowMs;
    const fresh = this.handling.freshIds();
    const expiresAt = lapseOf(judged.facts, enteredAt);
    const decision = requestCallback(
      await this.newRequest(tx, { request, asked, judged }, enteredAt),
      { nowMs, expiresAt, fresh },
    );
    const what = { tenantId, before: null, decision, nextCommand: 1, nowMs };
    const handled = await this.handling.save(tx, what);
    const callbackId = present(decision.next.callback, 'callback').id;
    return { answer: { callbackId, how: 'created', judged }, handled };
  }

  private async newRequest(
    tx: Transaction,
    { request, asked, judged }: Judged,
    enteredAt: EpochMs,
  ): Promise<NewRequest> {
    const { queueId, pbxId, lineId, queue } = asked;
    return {
      interactionId: id<'interaction'>(this.deps.newId()),
      pbxId,
      queueId,
      place: { lineId, priority: queue.priority, enteredAt, sequence: await nextSequence(tx) },
      queue,
      number: request.number,
      origin: judged.chosenTime === null ? 'api' : 'scheduled',
      chosenTime: judged.chosenTime,
      statedZone: request.statedZone,
      opening: judged.opening,
      behaviour: request.behaviour,
    };
  }
}

const KEY_USED: RequestsOutcome = { kind: 'key-used' };

async function knownOutcome(
  tx: Transaction,
  key: RequestKey,
  nowMs: EpochMs,
): Promise<RequestsOutcome | null> {
  const known = await readKey(tx, key, nowMs);
  if (known === null) return null;
  const { callbackId, isSameRequest } = known;
  return isSameRequest
    ? { kind: 'done', answers: [{ callbackId, how: 'same-key', judged: null }] }
    : KEY_USED;
}

async function judgeAll(
  tx: Transaction,
  tenantId: TenantId,
  requests: readonly CallbackRequest[],
  nowMs: EpochMs,
): Promise<{ judged: readonly Judged[]; mistakes: readonly PlacedMistake[] }> {
  const queues = new Map<string, QueueToAsk | null>();
  const judged: Judged[] = [];
  const mistakes: PlacedMistake[] = [];
  for (const [index, request] of requests.entries()) {
    const asked = queues.get(request.queue) ?? (await queueToAsk(tx, tenantId, request.queue));
    queues.set(request.queue, asked);
    if (asked === null) {
      mistakes.push({ index, ...(await unknownQueue(tx, tenantId, request.queue)) });
      continue;
    }
    const one = judgeRequest(request, asked, nowMs);
    if ('field' in one) mistakes.push({ index, ...one });
    else judged.push({ request, asked, judged: one });
  }
  return { judged, mistakes };
}

async function unknownQueue(
  tx: Transaction,
  tenantId: TenantId,
  name: string,
): Promise<RequestMistake> {
  const names = await queueNames(tx, tenantId);
  const allowed = names.length === 0 ? 'a queue: none is set up' : `one of ${names.join(', ')}`;
  return { field: 'queue', found: JSON.stringify(name), allowed };
}
