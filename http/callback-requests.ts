import { createHash } from 'node:crypto';
import {
  createCallback,
  importCallbacks,
  isWallTime,
  type RequestAnswer,
  type RequestNote,
  type CallbackRequest as Wanted,
} from '../contract/callback-requests.ts';
import type { Mistake, Refused } from '../contract/problem.ts';
import { maskNumbers } from '../core/numbers/masked.ts';
import { phoneNumber } from '../core/numbers/number.ts';
import { present } from '../core/prelude/assert.ts';
import type { TenantId } from '../core/prelude/ids.ts';
import { epochMs } from '../core/prelude/time.ts';
import { type CallbackRequest, type JudgedRequest, shown } from '../engine/request-judging.ts';
import type { RequestAnswer as Answered, PlacedMistake } from '../engine/requests.ts';
import { viewCallback } from '../store/views/callbacks.ts';
import { shownCallback } from './callbacks.ts';
import type { ServerDeps } from './deps.ts';
import { behaviourOf } from './rule-mapping.ts';
import { type Api, refuse, reply, serve } from './serve.ts';

/** Asking for callbacks without being on the phone. */
export function registerCallbackRequestRoutes(api: Api, deps: ServerDeps): void {
  const { operations, shownTenant } = deps;

  serve(api, createCallback, async ({ body, headers }) => {
    const tenantId = await shownTenant();
    const key = headers['idempotency-key'];
    const requestKey = key === undefined ? null : { tenantId, key, hash: hashOf(body) };
    const outcome = await operations.requestCallbacks(tenantId, [requestOf(body)], requestKey);
    if (outcome.kind === 'key-used') return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
    if (outcome.kind === 'mistakes') return refuse(invalid(outcome.mistakes, () => ''));
    const answer = present(outcome.answers[0], 'the answer to the one request');
    const told = await answerOf(deps, tenantId, body, answer);
    return reply(answer.how === 'created' ? 201 : 200, told);
  });

  serve(api, importCallbacks, async ({ body: { callbacks } }) => {
    const tenantId = await shownTenant();
    const outcome = await operations.requestCallbacks(tenantId, callbacks.map(requestOf), null);
    if (outcome.kind === 'key-used') return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
    if (outcome.kind === 'mistakes') {
      return refuse(invalid(outcome.mistakes, (index) => `callbacks[${index.toString()}].`));
    }
    const { answers } = outcome;
    const created = answers.filter(({ how }) => how === 'created').length;
    const notes = answers.flatMap((answer, index) =>
      notesOf(answer, callbacks[index]).map((note) => ({ ...note, index })),
    );
    return reply(200, { created, openBefore: answers.length - created, notes });
  });
}

/** Of the request as it was understood: the order of its fields and spaces between them mean nothing. */
function hashOf(body: Wanted): string {
  const { queue, number, at, timeZone, customerTimeZone, attempts, retryAfter, callerId } = body;
  const time = [at, timeZone, customerTimeZone];
  const text = JSON.stringify([queue, number, ...time, attempts, retryAfter, callerId]);
  return createHash('sha256').update(text).digest('hex');
}

function requestOf(wanted: Wanted): CallbackRequest {
  const { queue, number, at, timeZone, customerTimeZone, attempts, retryAfter, callerId } = wanted;
  return {
    queue,
    number: present(phoneNumber(number), 'a checked number'),
    at: at === undefined ? null : timeOf(at, timeZone ?? customerTimeZone),
    statedZone: customerTimeZone ?? null,
    behaviour: behaviourOf({ attempts, retryAfter, callerId }),
  };
}

function timeOf(at: string, timeZone: string | undefined): CallbackRequest['at'] {
  if (!isWallTime(at)) return { kind: 'moment', at: epochMs(Date.parse(at)) };
  return { kind: 'wall', time: at, timeZone: present(timeZone, 'the zone of a wall time') };
}

function invalid(mistakes: readonly PlacedMistake[], prefixOf: (index: number) => string): Refused {
  const told = mistakes.map(({ index, field, allowed, ...mistake }): Mistake => {
    const found = maskNumbers(mistake.found);
    const message = `found ${found}, allowed ${allowed}`;
    return { path: `${prefixOf(index)}${field}`, message, found, allowed };
  });
  const [first] = told;
  const more = told.length > 1 ? ` (and ${(told.length - 1).toString()} more)` : '';
  const detail = first === undefined ? '' : `${first.path}: ${first.message}${more}`;
  return { code: 'CALLBACK_REQUEST_INVALID', detail, mistakes: told };
}

async function answerOf(
  { database }: ServerDeps,
  tenantId: TenantId,
  wanted: Wanted,
  answer: Answered,
): Promise<RequestAnswer> {
  const callback = present(await viewCallback(database, tenantId, answer.callbackId), 'callback');
  return {
    callback: shownCallback(callback),
    created: answer.how === 'created',
    notes: [...notesOf(answer, wanted)],
  };
}

function notesOf({ how, judged }: Answered, wanted: Wanted | undefined): readonly RequestNote[] {
  switch (how) {
    case 'open-before':
      return [OPEN_BEFORE];
    case 'same-key':
      return [SAME_KEY];
    case 'created':
      return judged === null ? [] : timeNotes(judged, wanted);
  }
}

const OPEN_BEFORE: RequestNote = {
  code: 'open-before',
  text: 'The number has an open callback in this queue already; that one stays as it is.',
};
const SAME_KEY: RequestNote = {
  code: 'same-key',
  text: 'This request was done before, under the same key; nothing has been done again.',
};

function timeNotes(
  { chosenTime, change, opening }: JudgedRequest,
  wanted: Wanted | undefined,
): readonly RequestNote[] {
  const notes: RequestNote[] = [];
  const zone = chosenTime?.wall?.timeZone ?? wanted?.customerTimeZone ?? 'UTC';
  if (chosenTime !== null && change !== null) {
    const meant = shown(chosenTime.at, zone);
    notes.push(
      change === 'gap'
        ? { code: 'clock-gap', text: `No clock shows this time on that day; ${meant} is meant.` }
        : { code: 'clock-fold', text: `The clock shows this time twice; ${meant} is meant.` },
    );
  }
  if (!opening.open) notes.push(carriedNote(opening, zone));
  return notes;
}

function carriedNote(
  { closed, nextOpening }: Extract<JudgedRequest['opening'], { open: false }>,
  zone: string,
): RequestNote {
  const why =
    closed === 'closed-hours'
      ? 'The queue is closed then'
      : 'It is no time of day to call this customer then';
  return {
    code: 'carried',
    text: `${why}; the call comes from ${shown(nextOpening, zone)} on, with the place kept.`,
  };
}
