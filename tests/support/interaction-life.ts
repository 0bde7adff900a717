import type { Agent } from '../../core/agents/agent.ts';
import type { LegEnding } from '../../core/calls/endings.ts';
import { receiveCall } from '../../core/interactions/calls.ts';
import { decide } from '../../core/interactions/decide.ts';
import type { Decision } from '../../core/interactions/decision.ts';
import { type DomainEvent, eventsBetween } from '../../core/interactions/events.ts';
import type { Context, Input, MayDial, RouteChoice } from '../../core/interactions/input.ts';
import {
  type AttemptState,
  type Situation,
  TIMER_KINDS,
  type TimerKind,
} from '../../core/interactions/situation.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { ALLOWED, type NumberVerdict } from '../../core/numbers/verdict.ts';
import { present } from '../../core/prelude/assert.ts';
import { type CallbackId, id } from '../../core/prelude/ids.ts';
import { type EpochMs, epochMs, secondsAfter } from '../../core/prelude/time.ts';
import { CALLBACK_DEFAULTS, type CallbackSettings } from '../../core/queues/settings.ts';
import { NO_RULES, type Origins } from '../../core/rules/origins.ts';

/** The moment at which every life begins. */
const BIRTH: EpochMs = epochMs(Date.UTC(2027, 2, 1, 10));

/** Every so many steps something happens that need not fit; otherwise no life would come far. */
const SURPRISE_EVERY = 5;

/** How one life begins. */
export interface Birth {
  readonly numberKnown: boolean;
  readonly callback: Partial<CallbackSettings>;
  readonly origins?: Origins;
}

/** What a die says about the next thing that happens; every number is used modulo what there is to choose from. */
export interface Throw {
  /** Which of the things that can happen. */
  readonly what: number;
  /** Which variant of it. */
  readonly how: number;
  /** How long nothing happened before. */
  readonly seconds: number;
}

/** One step of a life: what stood, what happened, and what was decided. */
export interface LifeStep {
  readonly before: Situation | null;
  readonly input: Input | null;
  readonly context: Context;
  readonly decision: Decision;
  readonly events: readonly DomainEvent[];
}

const ENDINGS: readonly LegEnding[] = [
  'hung-up',
  'no-answer',
  'busy',
  'rejected',
  'cancelled',
  'congestion',
  'unreachable',
  'forwarded',
  'pbx-lost',
  'vanished',
  'invalid-number',
  'dropped',
];

/**
 * One interaction from its first ring on, as the engine and the store would carry it along, in plain memory: what is
 * over is no longer loaded, and whoever is idle is no longer held.
 */
export class InteractionLife {
  readonly steps: LifeStep[] = [];
  situation: Situation;
  nowMs: EpochMs = BIRTH;
  readonly #expiresAt: EpochMs;
  #fresh = 0;

  constructor({ numberKnown, callback, origins = NO_RULES }: Birth) {
    const settings = { ...CALLBACK_DEFAULTS, ...callback };
    this.#expiresAt = secondsAfter(BIRTH, settings.expiresAfterSeconds);
    const decision = receiveCall({
      interactionId: id<'interaction'>('interaction'),
      pbxId: id<'pbx'>('pbx'),
      queueId: id<'queue'>('queue'),
      legId: id<'leg'>('call'),
      customerNumber: numberKnown ? phoneNumber('+12025550001') : null,
      dialledNumber: phoneNumber('+12025550120'),
      place: { lineId: id<'line'>('line'), priority: 0, enteredAt: BIRTH, sequence: 1 },
      queue: {
        name: 'support',
        number: phoneNumber('+12025550110'),
        callback: settings,
        priority: 0,
      },
      origins,
    });
    this.situation = this.#carryOn(null, null, this.#context(), decision);
  }

  /** Lets the next thing happen. */
  live({ what, how, seconds }: Throw): void {
    this.nowMs = secondsAfter(this.nowMs, seconds);
    const possible = inputsFor(this.situation, how, this.#fresh);
    const any = present(possible[what % possible.length], 'something can always happen');
    this.happen(what % SURPRISE_EVERY === 0 ? any : likely(this.situation, how, this.#fresh));
  }

  /** The next timer fires, in its time; false when there is none. */
  letTimerFire(): boolean {
    const next = nextTimer(this.situation);
    if (next === null) return false;
    this.nowMs = epochMs(Math.max(this.nowMs, next.dueAt));
    this.happen({ kind: 'timer-due', timer: next.kind });
    return true;
  }

  /** An agent is free and it is this interaction's turn. */
  matchNow(): void {
    this.happen(matched({ yes: true }, 0, this.#fresh));
  }

  /** Lets this happen now. */
  happen(input: Input): void {
    const before = input.kind === 'matched' ? taken(this.situation, input.agent) : this.situation;
    const context = this.#context();
    this.situation = this.#carryOn(before, input, context, decide(before, input, context));
  }

  #context(): Context {
    this.#fresh += 1;
    const name = this.#fresh.toString();
    return {
      nowMs: this.nowMs,
      expiresAt: this.#expiresAt,
      stops: { requests: false, dialling: false },
      customer: { onCall: false, gotThrough: false },
      fresh: {
        callbackId: id<'callback'>(`callback-${name}`),
        attemptId: id<'attempt'>(`attempt-${name}`),
        ticketId: id<'ticket'>(`ticket-${name}`),
      },
    };
  }

  #carryOn(
    before: Situation | null,
    input: Input | null,
    context: Context,
    decision: Decision,
  ): Situation {
    const events = eventsBetween(before, decision.next, decision.ticket);
    this.steps.push({ before, input, context, decision, events });
    return stored(decision.next, events.length);
  }
}

/** The statement that matches has taken it out of the line and holds the agent. */
function taken(situation: Situation, agent: Agent): Situation {
  const { interaction } = situation;
  return { ...situation, agent, interaction: { ...interaction, standing: { kind: 'out' } } };
}

/** What the store loads of what it has saved. */
function stored(next: Situation, events: number): Situation {
  const { interaction, offer, attempt, agent } = next;
  return {
    ...next,
    interaction: { ...interaction, revision: interaction.revision + events },
    offer: offer?.end === null ? offer : null,
    attempt: attempt?.state === 'ended' ? null : attempt,
    agent: agent?.occupation === 'idle' ? null : agent,
  };
}

function nextTimer({ timers }: Situation): { kind: TimerKind; dueAt: EpochMs } | null {
  const [first] = TIMER_KINDS.flatMap((kind) => {
    const dueAt = timers[kind];
    return dueAt === undefined ? [] : [{ kind, dueAt }];
  }).toSorted((a, b) => a.dueAt - b.dueAt);
  return first ?? null;
}

const HUNG_UP: Input = {
  kind: 'call-ended',
  ending: 'hung-up',
  openCallback: null,
  numberVerdict: ALLOWED,
};

/** What brings a life forward from where it stands. */
function likely(situation: Situation, how: number, fresh: number): Input {
  const { interaction, callback, offer, attempt } = situation;
  if (interaction.call?.state === 'leaving') return HUNG_UP;
  if (offer?.state === 'ringing') return { kind: 'agent-answered' };
  if (attempt !== null) return likelyForAttempt(attempt.state, how);
  if (callback?.state === 'accepted') return { kind: 'alert-ended' };
  if (interaction.state === 'connected') {
    return how % 2 === 0 ? HUNG_UP : { kind: 'agent-leg-ended', ending: 'hung-up' };
  }
  const isCalling = interaction.state === 'waiting' && interaction.call?.state === 'up';
  if (isCalling && how % 4 > 0) return pressesOne(null, ALLOWED);
  if (interaction.standing.kind === 'in-line') return matched({ yes: true }, how, fresh);
  return { kind: 'timer-due', timer: nextTimer(situation)?.kind ?? 'parked' };
}

function likelyForAttempt(state: AttemptState, how: number): Input {
  const ended: Input = { kind: 'customer-leg-ended', ending: endingBy(how) };
  switch (state) {
    case 'intent':
      return { kind: 'dial-due', mayDial: { yes: true }, route: ROUTE };
    case 'dialing':
      if (how % 7 === 1) return { kind: 'dial-in-doubt' };
      if (how % 7 === 2) return { kind: 'agent-leg-ended', ending: 'hung-up' };
      return how % 3 === 0 ? ended : { kind: 'customer-answered' };
    case 'in-doubt':
    case 'cancelling':
      return how % 3 === 0 ? { kind: 'customer-answered' } : ended;
    case 'connected':
      if (how % 5 === 1) return { kind: 'outcome-noted', outcome: 'voicemail' };
      return how % 5 === 2 ? { kind: 'customer-leg-ended', ending: 'dropped' } : ended;
    case 'talked':
      return { kind: 'timer-due', timer: 'wrap-up' };
    case 'ended':
      return { kind: 'timer-due', timer: 'parked' };
  }
}

/** What can happen now, whether it fits or comes too late; never an empty list. */
function inputsFor(situation: Situation, how: number, fresh: number): readonly Input[] {
  const timer = present(TIMER_KINDS[how % TIMER_KINDS.length], 'timer');
  const due = nextTimer(situation)?.kind ?? timer;
  return [
    ...callInputs(situation, how),
    ...agentInputs(situation, how, fresh),
    ...customerInputs(situation, how),
    // Timers are claimed when they are due; one that was moved meanwhile comes too early.
    { kind: 'timer-due', timer: due },
    { kind: 'timer-due', timer },
    { kind: 'cancel-asked' },
    { kind: 'outcome-noted', outcome: how % 2 === 0 ? 'connected' : 'voicemail' },
    { kind: 'wrap-up-ended' },
  ];
}

function callInputs({ interaction }: Situation, how: number): readonly Input[] {
  if (interaction.call === null) return [];
  const openCallback = how % 7 === 0 ? id<'callback'>('another') : null;
  const verdict = present(VERDICTS[how % VERDICTS.length], 'verdict');
  const digit: Input = { ...pressesOne(openCallback, verdict), digit: how % 5 === 0 ? '2' : '1' };
  if (interaction.call.state === 'gone') return [digit];
  const ending = how % 4 === 0 ? 'pbx-lost' : 'hung-up';
  return [digit, { kind: 'call-ended', ending, openCallback, numberVerdict: verdict }];
}

function agentInputs(situation: Situation, how: number, fresh: number): readonly Input[] {
  const { offer, agent, interaction } = situation;
  const inputs: Input[] = [];
  if (interaction.standing.kind === 'in-line') inputs.push(matched(mayDial(how), how, fresh));
  if (offer !== null) inputs.push({ kind: 'agent-answered' }, { kind: 'alert-ended' });
  if (agent !== null && agent.legId !== null) {
    inputs.push({ kind: 'agent-leg-ended', ending: endingBy(how) });
  }
  return inputs;
}

function customerInputs({ attempt }: Situation, how: number): readonly Input[] {
  if (attempt === null) return [];
  return [
    { kind: 'customer-answered' },
    { kind: 'dial-in-doubt' },
    { kind: 'customer-leg-ended', ending: endingBy(how) },
    { kind: 'dial-due', mayDial: mayDial(how), route: how % 9 === 0 ? null : ROUTE },
  ];
}

const ROUTE: RouteChoice = {
  id: id<'route'>('route'),
  dial: 'S/{number}',
  callerId: null,
  ratePerMinute: 1,
};

const VERDICTS: readonly NumberVerdict[] = [
  ALLOWED,
  ALLOWED,
  { allowed: false, reason: 'class-refused', until: null },
  { allowed: false, reason: 'number-daily-limit', until: BIRTH },
];

function pressesOne(
  openCallback: CallbackId | null,
  numberVerdict: NumberVerdict,
): Input & { readonly kind: 'digit-pressed' } {
  return { kind: 'digit-pressed', digit: '1', openCallback, heldPlace: null, numberVerdict };
}

function matched(mayDialNow: MayDial, how: number, fresh: number): Input {
  const offerId = id<'offer'>(`offer-${fresh.toString()}`);
  return { kind: 'matched', offerId, agent: reserved(how), mayDial: mayDialNow };
}

function endingBy(how: number): LegEnding {
  return present(ENDINGS[how % ENDINGS.length], 'ending');
}

function mayDial(how: number): MayDial {
  if (how % 8 === 1) return { yes: false, reason: 'number-on-call' };
  if (how % 8 === 4) {
    return { yes: false, reason: 'called-recently', until: secondsAfter(BIRTH, 60_000) };
  }
  if (how % 8 === 2) return { yes: false, reason: 'closed-hours', nextOpening: null };
  if (how % 8 === 3) {
    return { yes: false, reason: 'closed-hours', nextOpening: secondsAfter(BIRTH, 50_000) };
  }
  const refused = { yes: false, reason: 'number-refused' } as const;
  if (how % 8 === 6) return { ...refused, refusal: 'opted-out', until: null };
  if (how % 8 === 5) return { ...refused, refusal: 'budget-spent', until: null };
  return { yes: true };
}

function reserved(how: number): Agent {
  const name = `desk-${(how % 2).toString()}`;
  return {
    id: id<'agent'>(name),
    name,
    endpoint: `S/${name}`,
    presence: 'available',
    occupation: 'reserved',
    legId: null,
    device: 'idle',
    idleSince: BIRTH,
  };
}
