import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { present } from '../core/prelude/assert.ts';
import { type CallbackId, DEFAULT_TENANT, id, type TicketId } from '../core/prelude/ids.ts';
import { type EpochMs, epochMs, secondsAfter } from '../core/prelude/time.ts';
import type { Timers } from '../core/prelude/timers.ts';
import type { Stoppable } from '../core/stops/stop.ts';
import type { CallbackRequest } from '../engine/request-judging.ts';
import type { StopErrand } from '../engine/stops.ts';
import { addOptOut } from '../store/numbers/opt-outs.ts';
import type { Agreed, AgreedCall } from './agreed.ts';
import type { Books, CallbackSeen, EventSeen } from './books.ts';
import { SUPPORT_NUMBER } from './centre.ts';
import { isShownBefore, type Season, wallTimeAt, zoneOf } from './clocks.ts';
import type { Dice } from './dice.ts';
import type { Errand, PlannedErrand } from './errands.ts';
import type { SimulatedNode } from './node.ts';

/** What did not work is tried again after so long, in milliseconds: the caller of an interface does so. */
const TRY_AGAIN_MS = 3_000;
/** And so often at most. */
const TRIES_MAX = 50;
/** In the end somebody looks this often whether something is left to do, in milliseconds. */
const TIDY_MS = 60_000;
/** What a node that died in the middle may have stopped without telling is resumed as well, so often to be sure. */
const TIMES_RESUMED = 3;
/** Nobody waits longer for an answer, in milliseconds. */
const ANSWER_MS_MAX = 10_000;
const BY = 'eva';

/** What the front desk works with. */
export interface FrontDeskParts {
  readonly timers: Timers;
  readonly dice: Dice;
  readonly season: Season;
  readonly books: () => Books | null;
  /** A node that answers; null when none does. */
  readonly node: () => SimulatedNode | null;
  readonly tell: (what: string) => void;
}

/** What is done with one callback that is there already. */
type CallbackErrand = 'cancel' | 'note-voicemail' | 'call-next' | 'resume' | 'close';
/** In which state a callback must be for it; null: in any. */
const WANTED: Readonly<Record<CallbackErrand, string | null>> = {
  cancel: null,
  'note-voicemail': 'wrapping-up',
  'call-next': 'waiting',
  resume: 'poisoned',
  close: 'poisoned',
};
const WORDS = {
  'call-next': 'next-asked',
  resume: 'resume-asked',
  close: 'close-asked',
} as const;

type Request = Errand & { readonly kind: 'request' };
type MissedCall = Errand & { readonly kind: 'missed-call' };

/** Everybody who works with Ringback off the phone, over the operations that the interfaces offer. */
export class FrontDesk {
  readonly #parts: FrontDeskParts;
  readonly #agreed: Agreed;
  readonly #tickets: TicketId[] = [];
  readonly #forTheWorst: Errand[] = [];
  readonly #stopped = new Set<Stoppable>();
  #errands = 0;

  constructor(parts: FrontDeskParts, agreed: Agreed) {
    this.#parts = parts;
    this.#agreed = agreed;
  }

  /** Hears what the change feed tells: tickets are worked. */
  hear({ kind, body }: EventSeen): void {
    if (kind === 'callback.accepted') {
      const errands = this.#forTheWorst.splice(0);
      for (const errand of errands) this.#run(errand, String(body['callbackId']));
    }
    const ticketId = body['id'];
    if (kind === 'ticket.opened' && typeof ticketId === 'string') {
      this.#tickets.push(id<'ticket'>(ticketId));
    }
  }

  /** Does an errand now or at the worst moment to come, and again until it has worked. */
  run({ errand, isAtWorst = false }: PlannedErrand): void {
    if (isAtWorst) this.#forTheWorst.push(errand);
    else this.#run(errand, null);
  }

  /** @param callbackId the callback that is about to be called; null at any other moment */
  #run(errand: Errand, callbackId: string | null): void {
    this.#errands += 1;
    const nth = this.#errands;
    this.#parts.tell(`errand ${nth.toString()}: ${JSON.stringify(errand)}`);
    switch (errand.kind) {
      case 'cancel':
      case 'note-voicemail':
      case 'call-next':
      case 'resume':
      case 'close':
        this.#concernCallback(errand.kind, callbackId);
        return;
      case 'opt-out':
        this.#optOut(callbackId);
        return;
      case 'stop':
        this.#stop(errand);
        return;
      case 'request':
        this.#request(errand, nth);
        return;
      case 'missed-call':
        this.#missedCall(errand, nth);
        return;
      case 'call-again':
        this.#callAgain();
        return;
    }
  }

  /** From now on nothing stays stopped, and what was set aside is not left lying. */
  tidy(times = 1): void {
    if (times <= TIMES_RESUMED) for (const what of this.#stopped) this.#resumeWork(what);
    for (const { id: callbackId, state } of this.#parts.books()?.callbacks ?? []) {
      if (state !== 'poisoned') continue;
      this.#supervise(id<'callback'>(callbackId), this.#parts.dice.oneOf(['resume', 'close']));
    }
    this.#parts.timers.after(TIDY_MS, () => {
      this.tidy(times + 1);
    });
  }

  #concernCallback(kind: CallbackErrand, callbackId: string | null): void {
    const open = this.#open(callbackId);
    const wanted = WANTED[kind];
    const fitting = open.filter(({ state }) => wanted === null || state === wanted);
    if (fitting.length === 0) return;
    this.#supervise(id<'callback'>(this.#parts.dice.oneOf(fitting).id), kind);
  }

  #supervise(callbackId: CallbackId, kind: CallbackErrand): void {
    this.#do(
      async ({ engine }) => {
        if (kind === 'cancel') return engine.cancelCallback(DEFAULT_TENANT, callbackId);
        if (kind === 'note-voicemail') {
          return engine.noteOutcome(DEFAULT_TENANT, callbackId, 'voicemail');
        }
        const word = { kind: WORDS[kind], by: BY };
        return engine.superviseCallback(DEFAULT_TENANT, callbackId, word);
      },
      (answer) => {
        // What can be resumed no more is closed.
        const isTooLate = !answer.ok && answer.refusal.code === 'CALLBACK_NOT_RESUMABLE';
        if (isTooLate) this.#supervise(callbackId, 'close');
      },
    );
  }

  /** Those that are open, or the one. */
  #open(callbackId: string | null): readonly CallbackSeen[] {
    const callbacks = this.#parts.books()?.callbacks ?? [];
    return callbacks.filter((one) => one.open && (callbackId ?? one.id) === one.id);
  }

  #optOut(callbackId: string | null): void {
    const { dice, timers } = this.#parts;
    const open = this.#open(callbackId);
    if (open.length === 0) return;
    const number = known(dice.oneOf(open).number);
    this.#do(
      async ({ database }) => addOptOut(database, DEFAULT_TENANT, number),
      () => {
        if (!this.#agreed.optOuts.has(number)) this.#agreed.optOuts.set(number, timers.nowMs());
      },
    );
  }

  /** Once in a schedule: who asks twice and hears of neither cannot tell what is stopped now. */
  #stop({ what, seconds }: Errand & { readonly kind: 'stop' }): void {
    if (this.#stopped.has(what)) return;
    this.#stopped.add(what);
    this.#do(
      async ({ engine }) => engine.stopWork(stopOf(what)),
      () => {
        this.#agreed.stops.push({ what, fromMs: this.#parts.timers.nowMs(), toMs: null });
        this.#parts.timers.after(seconds * 1000, () => {
          this.#resumeWork(what);
        });
      },
    );
  }

  #resumeWork(what: Stoppable): void {
    const nowMs = this.#parts.timers.nowMs();
    for (const stop of this.#agreed.stops) if (stop.what === what) stop.toMs ??= nowMs;
    this.#do(async ({ engine }) => engine.resumeWork(stopOf(what)));
  }

  #request({ number, time, isInBerlin }: Request, nth: number): void {
    const { timers, season } = this.#parts;
    const zone = isInBerlin ? 'Europe/Berlin' : null;
    const asked = timeOf(time, timers.nowMs(), season, number);
    const request: CallbackRequest = {
      ...{ queue: 'support', number: known(number), statedZone: zone, behaviour: {} },
      at: asked.at,
    };
    const key = { tenantId: DEFAULT_TENANT, key: nth.toString(), hash: number };
    this.#do(
      async ({ engine }) => engine.requestCallbacks(DEFAULT_TENANT, [request], key),
      (answer) => {
        this.#parts.tell(`request ${nth.toString()}: ${JSON.stringify(answer)}`);
        if (answer.kind !== 'done') return;
        for (const { callbackId, how } of answer.answers) {
          this.#agree(callbackId, how === 'open-before' ? NOTHING_MORE : { ...asked.agreed, zone });
        }
      },
    );
  }

  #missedCall({ number, secondsAgo }: MissedCall, nth: number): void {
    const calledAt = secondsAfter(this.#parts.timers.nowMs(), -secondsAgo);
    const report = {
      ...{ externalId: `pbx-2-${nth.toString()}`, why: 'nobody there', calledAt },
      ...{ number: known(number), dialledNumber: known(SUPPORT_NUMBER), queueName: null },
    };
    const tell = (): void => {
      this.#do(
        async ({ engine }) => engine.reportMissedCall(DEFAULT_TENANT, report),
        (told) => {
          this.#parts.tell(`missed call ${nth.toString()}: ${JSON.stringify(told)}`);
          if (told.ok && told.value.callbackId !== null) {
            this.#agree(told.value.callbackId, { ...NOTHING_MORE, notBeforeMs: calledAt });
          }
        },
      );
    };
    tell();
    tell();
  }

  #callAgain(): void {
    if (this.#tickets.length === 0) return;
    const ticketId = this.#parts.dice.oneOf(this.#tickets);
    this.#do(
      async ({ engine }) => engine.callAgain({ tenantId: DEFAULT_TENANT, ticketId, by: BY }),
      (again) => {
        this.#parts.tell(`called again: ${JSON.stringify(again)}`);
        if (again.ok) this.#agree(again.value.callbackId, NOTHING_MORE);
      },
    );
  }

  #agree(callbackId: CallbackId, call: AgreedCall): void {
    if (!this.#agreed.calls.has(callbackId)) this.#agreed.calls.set(callbackId, call);
  }

  /** Asks a node that answers, and asks again when nobody says in time whether it was done. */
  #do<Answer>(
    work: (node: SimulatedNode) => Promise<Answer>,
    acknowledge: (answer: Answer) => void = () => undefined,
    tries = 1,
  ): void {
    const { timers } = this.#parts;
    let isOver = false;
    const again = (): void => {
      if (isOver || tries >= TRIES_MAX) return;
      isOver = true;
      timers.after(TRY_AGAIN_MS, () => {
        this.#do(work, acknowledge, tries + 1);
      });
    };
    const node = this.#parts.node();
    if (node === null) {
      again();
      return;
    }
    const patience = timers.after(ANSWER_MS_MAX, again);
    work(node).then((answer) => {
      patience.cancel();
      // Whoever has given up hears nothing any more.
      if (!isOver) acknowledge(answer);
      isOver = true;
    }, again);
  }
}

const NOTHING_MORE: AgreedCall = { notBeforeMs: 0, zone: null };

function stopOf(what: Stoppable): StopErrand {
  const scope = { kind: 'all' } as const;
  return { tenantId: DEFAULT_TENANT, what, scope, by: BY, reason: 'drill' };
}

function known(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}

/** How a time is said, and the moment that is meant by it. */
function timeOf(
  time: Request['time'],
  nowMs: EpochMs,
  { oddTime }: Season,
  number: string,
): { at: CallbackRequest['at']; agreed: AgreedCall } {
  if (time === 'now' || (time === 'odd' && (oddTime?.meansMs ?? 0) < nowMs)) {
    return { at: null, agreed: NOTHING_MORE };
  }
  if (time === 'odd') {
    const { zone, time: wall, meansMs } = present(oddTime, 'a day of change');
    return { at: { kind: 'wall', time: wall, timeZone: zone }, agreed: chosen(meansMs) };
  }
  const at = secondsAfter(nowMs, time.inSeconds);
  if (!time.isWall) return { at: { kind: 'moment', at }, agreed: chosen(at) };
  const zone = zoneOf(number);
  const wholeMinute = epochMs(at - (at % 60_000));
  if (isShownBefore(wholeMinute, zone)) return { at: { kind: 'moment', at }, agreed: chosen(at) };
  const wall = wallTimeAt(wholeMinute, zone);
  return { at: { kind: 'wall', time: wall, timeZone: zone }, agreed: chosen(wholeMinute) };
}

function chosen(notBeforeMs: number): AgreedCall {
  return { notBeforeMs, zone: null };
}
