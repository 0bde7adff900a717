import {
  type AttemptView,
  type CallbackView,
  callNext,
  cancelCallback,
  closeCallback,
  explainCallback,
  listCallbacks,
  noteOutcome,
  resumeCallback,
  type CallbackState as ShownState,
  showCallback,
} from '../contract/callbacks.ts';
import { CALLBACK_STATES, type CallbackState } from '../core/callbacks/states.ts';
import type { AttemptState } from '../core/interactions/situation.ts';
import { type CallbackId, id } from '../core/prelude/ids.ts';
import type { SupervisorWord } from '../engine/operations.ts';
import {
  type CallbackFilter,
  type ViewedAttempt,
  type ViewedCallback,
  viewCallback,
  viewCallbacks,
} from '../store/views/callbacks.ts';
import { findQueue } from '../store/views/queues.ts';
import { BAD_CURSOR, readCursor, writeCursor } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { moment, momentOrNull } from './moments.ts';
import { shownReason } from './reasons.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** Listing, showing, explaining and changing callbacks, and noting how a conversation really went. */
export function registerCallbackRoutes(api: Api, deps: ServerDeps): void {
  const { operations, shownTenant } = deps;
  serveList(api, deps);
  serveSupervision(api, deps);

  serve(api, showCallback, async ({ params }) => answerWith(deps, id<'callback'>(params.id)));

  serve(api, explainCallback, async ({ params }) => {
    const explained = await operations.explainCallback(
      await shownTenant(),
      id<'callback'>(params.id),
    );
    if (!explained.ok) return refuse(explained.refusal);
    const { state, reasons, agents } = explained.value;
    return reply(200, {
      state: SHOWN_STATES[state],
      reasons: reasons.map(shownReason),
      agents: agents.map(({ name, mayBeAsked, reasons: why }) => ({
        name,
        mayBeAsked,
        reasons: why.map(shownReason),
      })),
    });
  });

  serve(api, cancelCallback, async ({ params }) => {
    const callbackId = id<'callback'>(params.id);
    const cancelled = await operations.cancelCallback(await shownTenant(), callbackId);
    return cancelled.ok ? answerWith(deps, callbackId) : refuse(cancelled.refusal);
  });

  serve(api, noteOutcome, async ({ params, body }) => {
    const callbackId = id<'callback'>(params.id);
    const noted = await operations.noteOutcome(await shownTenant(), callbackId, body.outcome);
    return noted.ok ? answerWith(deps, callbackId) : refuse(noted.refusal);
  });
}

function serveSupervision(api: Api, deps: ServerDeps): void {
  const { operations, shownTenant } = deps;
  const ask = async (
    { params, body }: { params: { id: string }; body: { by: string } },
    kind: SupervisorWord['kind'],
  ): ReturnType<typeof answerWith> => {
    const callbackId = id<'callback'>(params.id);
    const word = { kind, by: body.by };
    const asked = await operations.superviseCallback(await shownTenant(), callbackId, word);
    return asked.ok ? answerWith(deps, callbackId) : refuse(asked.refusal);
  };
  serve(api, resumeCallback, async (request) => ask(request, 'resume-asked'));
  serve(api, closeCallback, async (request) => ask(request, 'close-asked'));
  serve(api, callNext, async (request) => ask(request, 'next-asked'));
}

function serveList(api: Api, { database, shownTenant }: ServerDeps): void {
  serve(api, listCallbacks, async ({ query }) => {
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    if (after === undefined) return refuse(BAD_CURSOR);
    const { state, queue, number, limit } = query;
    const tenantId = await shownTenant();
    const queueId = queue === undefined ? null : await findQueue(database, tenantId, queue);
    if (queue !== undefined && queueId === null) {
      return refuse(unknownName('QUEUE_UNKNOWN', queue));
    }
    const filter: CallbackFilter = {
      states: state === undefined ? null : insideStates(state),
      queueId,
      number: number ?? null,
    };
    const page = await viewCallbacks(database, tenantId, filter, { after, limit });
    const nextCursor = page.next === null ? null : writeCursor(page.next);
    return reply(200, { items: page.callbacks.map(shownCallback), nextCursor });
  });
}

async function answerWith(
  { database, shownTenant }: ServerDeps,
  callbackId: CallbackId,
): Promise<{ status: 200; body: CallbackView } | ReturnType<typeof refuse>> {
  const callback = await viewCallback(database, await shownTenant(), callbackId);
  return callback === null
    ? refuse({ code: 'CALLBACK_UNKNOWN', detail: `There is no callback ${callbackId}.` })
    : reply(200, shownCallback(callback));
}

/** The same words today; a state that is split inside must be judged here before it compiles. */
const SHOWN_STATES: Readonly<Record<CallbackState, ShownState>> = {
  scheduled: 'scheduled',
  waiting: 'waiting',
  offered: 'offered',
  accepted: 'accepted',
  dialing: 'dialing',
  holding: 'holding',
  connected: 'connected',
  'wrapping-up': 'wrapping-up',
  'retry-wait': 'retry-wait',
  poisoned: 'poisoned',
  completed: 'completed',
  exhausted: 'exhausted',
  expired: 'expired',
  released: 'released',
  refused: 'refused',
  cancelled: 'cancelled',
  superseded: 'superseded',
};

function insideStates(shown: readonly ShownState[]): readonly CallbackState[] {
  return CALLBACK_STATES.filter((state) => shown.includes(SHOWN_STATES[state]));
}

/** A callback as outsiders see it. */
export function shownCallback(callback: ViewedCallback): CallbackView {
  const { chosenTime, statedZone, ...rest } = callback;
  return {
    ...rest,
    state: SHOWN_STATES[callback.state],
    requestedAt: moment(callback.requestedAt),
    chosenTime: shownTime(chosenTime),
    customerTimeZone: statedZone,
    firstEnteredAt: moment(callback.firstEnteredAt),
    enteredAt: moment(callback.enteredAt),
    dueAt: momentOrNull(callback.dueAt),
    attempts: callback.attempts.map(shownAttempt),
    endedAt: momentOrNull(callback.endedAt),
  };
}

function shownTime(chosen: ViewedCallback['chosenTime']): CallbackView['chosenTime'] {
  if (chosen === null) return null;
  const { at, wall } = chosen;
  return { at: moment(at), wallTime: wall?.time ?? null, timeZone: wall?.timeZone ?? null };
}

function shownAttempt(attempt: ViewedAttempt): AttemptView {
  return {
    ...attempt,
    state: shownAttemptState(attempt.state),
    startedAt: moment(attempt.startedAt),
    dialedAt: momentOrNull(attempt.dialedAt),
    answeredAt: momentOrNull(attempt.answeredAt),
    endedAt: momentOrNull(attempt.endedAt),
  };
}

function shownAttemptState(state: AttemptState): AttemptView['state'] {
  switch (state) {
    case 'intent':
      return 'preparing'; // Committed, and not a word to the PBX yet.
    case 'dialing':
      return 'dialing';
    case 'in-doubt':
      return 'in-doubt';
    case 'cancelling':
      return 'ending'; // We hang up and wait until the call is gone.
    case 'connected':
      return 'connected';
    case 'talked':
      return 'wrapping-up'; // The outcome can still be noted.
    case 'ended':
      return 'ended';
  }
}
