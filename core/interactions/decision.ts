import type { CallbackEnd } from '../callbacks/states.ts';
import type { TicketId } from '../prelude/ids.ts';
import type { Refusal } from '../prelude/refusal.ts';
import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import type { Command, CustomerDial } from './command.ts';
import type { DomainEvent } from './events.ts';
import type { Attempt, Callback, Interaction, Offer, Situation, TimerKind } from './situation.ts';

/** What follows from an input: the situation afterwards, what the PBX is told, and a ticket if a human must take over. */
export interface Decision {
  readonly next: Situation;
  readonly commands: readonly Command[];
  readonly ticket: TicketDraft | null;
  /** True when the ticket that a callback has got before is closed with it. */
  readonly closesTicket: boolean;
  /** What the difference of situations cannot tell: who asked for it. */
  readonly testimony: readonly DomainEvent[];
  /** Set when the last check lets an attempt be dialled. */
  readonly dial: CustomerDial | null;
  /** Set when what was asked is not done; then nothing has changed. */
  readonly refusal: Refusal | null;
}

/** A record for a human, to be opened with the decision. */
export interface TicketDraft {
  readonly id: TicketId;
  readonly reason: CallbackEnd | 'poisoned';
}

/** One small step of a decision. */
export type Step = (situation: Situation) => Decision;

/** A decision that changes nothing. */
export function unchanged(situation: Situation): Decision {
  return {
    next: situation,
    commands: [],
    ticket: null,
    closesTicket: false,
    testimony: [],
    dial: null,
    refusal: null,
  };
}

/** A decision that changes nothing because it may not be. */
export function refuse(situation: Situation, refusal: Refusal): Decision {
  return { ...unchanged(situation), refusal };
}

/** Takes the steps one after the other, each on what the former left. */
export function inOrder(situation: Situation, ...steps: readonly Step[]): Decision {
  return steps.reduce<Decision>((sofar, step) => {
    const then = step(sofar.next);
    return {
      next: then.next,
      commands: [...sofar.commands, ...then.commands],
      ticket: then.ticket ?? sofar.ticket,
      closesTicket: then.closesTicket || sofar.closesTicket,
      testimony: [...sofar.testimony, ...then.testimony],
      dial: then.dial ?? sofar.dial,
      refusal: then.refusal ?? sofar.refusal,
    };
  }, unchanged(situation));
}

/** A step made of several. */
export function all(...steps: readonly Step[]): Step {
  return (situation) => inOrder(situation, ...steps);
}

/** A step that is taken only where `condition` holds. */
export function when(condition: (situation: Situation) => boolean, step: Step): Step {
  return (situation) => (condition(situation) ? step(situation) : unchanged(situation));
}

/** Tells the PBX something. */
export function tell(command: Command): Step {
  return (situation) => ({ ...unchanged(situation), commands: [command] });
}

/** Tells who asked for what is done. */
export function testify(...testimony: readonly DomainEvent[]): Step {
  return (situation) => ({ ...unchanged(situation), testimony });
}

/** Changes fields of the interaction. */
export function setInteraction(change: Partial<Interaction>): Step {
  return (situation) =>
    unchanged({ ...situation, interaction: { ...situation.interaction, ...change } });
}

/** Changes fields of the callback; nothing without one. */
export function setCallback(change: Partial<Callback>): Step {
  return (situation) =>
    situation.callback === null
      ? unchanged(situation)
      : unchanged({ ...situation, callback: { ...situation.callback, ...change } });
}

/** Changes fields of the live attempt; nothing without one. */
export function setAttempt(change: Partial<Attempt>): Step {
  return (situation) =>
    situation.attempt === null
      ? unchanged(situation)
      : unchanged({ ...situation, attempt: { ...situation.attempt, ...change } });
}

/** Changes fields of the live offer; nothing without one. */
export function setOffer(change: Partial<Offer>): Step {
  return (situation) =>
    situation.offer === null
      ? unchanged(situation)
      : unchanged({ ...situation, offer: { ...situation.offer, ...change } });
}

/** Sets a timer `seconds` from `nowMs`; the former one of that kind is forgotten. */
export function startTimer(kind: TimerKind, nowMs: EpochMs, seconds: number): Step {
  return (situation) =>
    unchanged({
      ...situation,
      timers: { ...situation.timers, [kind]: secondsAfter(nowMs, seconds) },
    });
}

/** Forgets timers. */
export function stopTimers(...kinds: readonly TimerKind[]): Step {
  return (situation) => {
    const timers = Object.fromEntries(
      Object.entries(situation.timers).filter(
        ([kind]) => !kinds.some((stopped) => stopped === kind),
      ),
    );
    return unchanged({ ...situation, timers });
  };
}
