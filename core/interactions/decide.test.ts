import { describe, expect, test } from 'vitest';
import type { InteractionLife, LifeStep } from '../../tests/support/interaction-life.ts';
import { inEveryLife, inEveryStep } from '../../tests/support/many-lives.ts';
import {
  ATTEMPT_OUTCOMES,
  CALLBACK_ENDS,
  CALLBACK_STATES,
  type CallbackState,
  isOpen,
} from '../callbacks/states.ts';
import { mayGo } from '../callbacks/transition.ts';
import { decide } from './decide.ts';
import type { DomainEvent } from './events.ts';
import { type Situation, TIMER_KINDS } from './situation.ts';
import { AGENT_LOST } from './steps.ts';

/** The lives of this seed leave nothing out, so that what is looked for here does not depend on luck. */
const SEED_OF_ALL = 5;

/** Frozen through and through, so that whoever writes into it is found out. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(Object.freeze(value))) frozen(part);
  }
  return value;
}

describe('a decision', () => {
  test('is the same for the same situation, input and time, and writes into none of them', () => {
    inEveryStep(({ before, input, context, decision }) => {
      if (before === null || input === null) return;
      expect(decide(frozen(before), frozen(input), frozen(context))).toEqual(decision);
    });
  });

  test('that refuses changes nothing and tells nobody anything', () => {
    inEveryStep(({ before, decision, events }) => {
      if (decision.refusal === null) return;
      expect(decision.next).toEqual(before);
      expect([decision.commands, decision.ticket, decision.dial, events]).toEqual([
        [],
        null,
        null,
        [],
      ]);
    });
  });

  test('these lives come through every state, outcome and command that there is so far', () => {
    const seen = new Set<string>();
    inEveryStep(({ decision: { next, commands, dial } }) => {
      seen.add(`callback ${next.callback?.state ?? 'none'}`);
      seen.add(`second chance ${next.callback?.secondChance ?? 'none'}`);
      seen.add(`parked for ${parkedFor(next)}`);
      seen.add(`outcome ${next.attempt?.outcome ?? 'none'}`);
      seen.add(`offer ${next.offer?.end ?? 'none'}`);
      seen.add(`interaction ${next.interaction.ending ?? 'none'}`);
      if (dial !== null) seen.add('command dial');
      for (const { kind } of commands) seen.add(`command ${kind}`);
    }, SEED_OF_ALL);
    // No decision leads there yet.
    const notYet = ['holding', 'poisoned', 'released', 'superseded'];
    const expected = [
      ...CALLBACK_STATES.filter((state) => !notYet.includes(state)).map(
        (state) => `callback ${state}`,
      ),
      ...Object.keys(ATTEMPT_OUTCOMES).map((outcome) => `outcome ${outcome}`),
      ...['connected', 'short', 'over'].map((chance) => `second chance ${chance}`),
      ...['number-on-call', 'closed-hours', 'route-full', 'retry', 'called-recently'].map(
        (reason) => `parked for ${reason}`,
      ),
      ...['accepted', 'declined', 'rang-out', 'agent-lost', 'withdrawn'].map(
        (end) => `offer ${end}`,
      ),
      ...['answered', 'abandoned', 'called-back', 'not-called-back', 'duplicate', 'pbx-lost'].map(
        (ending) => `interaction ${ending}`,
      ),
      ...['hold', 'speak', 'ring-agent', 'dial-customer', 'bridge', 'hang-up', 'dial'].map(
        (kind) => `command ${kind}`,
      ),
    ];
    expect(expected.filter((what) => !seen.has(what))).toEqual([]);
  });
});

function parkedFor({ interaction: { standing } }: Situation): string {
  return standing.kind === 'parked' ? standing.reason : 'nothing';
}

describe('attempts', () => {
  test('I15: each ends with one outcome, and is never touched again', () => {
    inEveryLife((life) => {
      const ended = new Set<string>();
      for (const { decision } of life.steps) {
        const { attempt } = decision.next;
        if (attempt === null) continue;
        expect(ended).not.toContain(attempt.id);
        expect(attempt.outcome !== null).toBe(attempt.state === 'ended');
        if (attempt.outcome !== null) ended.add(attempt.id);
      }
    });
  });

  test('one that lives is never replaced, and one that is being called off ends as it was called off', () => {
    inEveryStep(({ before, decision }) => {
      const was = before?.attempt ?? null;
      const { attempt } = decision.next;
      if (was === null) return;
      expect(attempt?.id).toBe(was.id);
      if (was.state === 'cancelling' && attempt?.state === 'ended') {
        expect(attempt.outcome).toBe(was.notedOutcome);
      }
    });
  });

  test('I3: each is dialled once at most', () => {
    inEveryLife((life) => {
      const dialled = life.steps.flatMap(({ decision }) => decision.dial?.attemptId ?? []);
      expect(new Set(dialled).size).toBe(dialled.length);
    });
  });

  test('I9: a customer is dialled only while an agent who has answered is on the line', () => {
    inEveryStep(({ before, decision }) => {
      const isAsked = decision.commands.some(({ kind }) => kind === 'dial-customer');
      if (decision.dial === null && !isAsked) return;
      expect(before?.offer?.state).toBe('accepted');
      expect(before?.agent).toMatchObject({ occupation: 'engaged', legId: before?.offer?.id });
    });
  });

  test('I7 I8: none is dialled that the last check forbids, nor without a line', () => {
    inEveryStep(({ input, decision }) => {
      if (decision.dial === null) return;
      expect(input).toMatchObject({ kind: 'dial-due', mayDial: { yes: true } });
      expect(input).not.toMatchObject({ route: null });
    });
  });
});

describe('a callback', () => {
  test('goes only from state to state as drawn', () => {
    inEveryLife((life) => {
      let state: CallbackState = 'waiting';
      for (const { decision } of life.steps) {
        const next: CallbackState = decision.next.callback?.state ?? state;
        expect(mayGo(state, next), `${state} to ${next}`).toBe(true);
        state = next;
      }
    });
  });

  test('I2: ends once, and has exactly the ticket that its end asks for', () => {
    inEveryLife((life) => {
      const ends = life.steps.filter(
        ({ before, decision: { next } }) =>
          next.callback !== null &&
          !isOpen(next.callback.state) &&
          isOpen(before?.callback?.state ?? 'waiting'),
      );
      const { callback } = life.situation;
      expect(ends).toHaveLength(callback === null || isOpen(callback.state) ? 0 : 1);
      const tickets = life.steps.flatMap(({ decision }) => decision.ticket?.reason ?? []);
      const isOwed = Object.entries(CALLBACK_ENDS).some(
        ([end, { ticket }]) => ticket && end === callback?.state,
      );
      expect(tickets).toEqual(isOwed ? [callback?.state] : []);
      expect(callback?.endedAt === null).toBe(callback !== null && isOpen(callback.state));
    });
  });

  test('I13: has a next step as long as it is open', () => {
    inEveryLife((life) => {
      for (const { decision } of life.steps) {
        const { callback } = decision.next;
        if (callback === null || !isOpen(callback.state)) continue;
        expect(hasNextStep(decision.next), callback.state).toBe(true);
      }
    });
  });

  test('does not lapse once the customer has been tried', () => {
    inEveryStep(({ decision: { next } }) => {
      if (next.callback?.state === 'expired') expect(next.callback.attemptsUsed).toBe(0);
    });
  });

  test('comes back into its line or to its end by timers alone, when nobody says anything any more', () => {
    inEveryLife((life) => {
      const isAtRest = (): boolean => {
        const { interaction, callback } = life.situation;
        if (callback === null) return true;
        return interaction.standing.kind === 'in-line' || !isOpen(callback.state);
      };
      // A conversation has no time limit: it ends when somebody hangs up.
      if (life.situation.callback?.state === 'connected') {
        life.happen({ kind: 'customer-leg-ended', ending: 'hung-up' });
      }
      for (let fired = 0; fired < 12 && !isAtRest(); fired += 1) {
        expect(life.letTimerFire()).toBe(true);
      }
      expect(isAtRest()).toBe(true);
    });
  });
});

/** What will move an open callback on, by its state. */
function hasNextStep({ interaction, callback, offer, attempt, timers }: Situation): boolean {
  const isParked = interaction.standing.kind === 'parked' && timers.parked !== undefined;
  const isOffered = offer !== null && offer.end === null;
  switch (callback?.state) {
    case 'waiting':
      return interaction.standing.kind === 'in-line' || isParked;
    case 'scheduled':
    case 'retry-wait':
      return isParked;
    case 'offered':
      return isOffered && timers.offer !== undefined;
    case 'accepted':
      return isOffered && (timers.alert !== undefined || timers.dial !== undefined);
    case 'dialing':
      return attempt !== null && (timers.dial !== undefined || timers.settle !== undefined);
    case 'connected':
      return attempt?.state === 'connected' && isOffered;
    case 'wrapping-up':
      return attempt?.state === 'talked'
        ? timers['wrap-up'] !== undefined
        : attempt?.state === 'cancelling' && timers.settle !== undefined;
    case 'holding':
    case 'poisoned':
    case 'completed':
    case 'exhausted':
    case 'expired':
    case 'released':
    case 'refused':
    case 'cancelled':
    case 'superseded':
    case undefined:
      return false;
  }
}

describe('timers', () => {
  test('one that is not due, or not set any more, changes nothing', () => {
    inEveryStep(({ before, input, context, decision }) => {
      if (before === null || input?.kind !== 'timer-due') return;
      if ((before.timers[input.timer] ?? Number.POSITIVE_INFINITY) <= context.nowMs) return;
      expect(decision.next).toBe(before);
      expect(decision.commands).toEqual([]);
    });
  });

  test('each stands for something that there is', () => {
    inEveryStep(({ decision: { next } }) => {
      const { offer, attempt, callback, interaction, agent } = next;
      const isOffered = offer !== null && offer.end === null;
      const isTried = attempt !== null && attempt.state !== 'ended';
      const reasons = {
        offer: isOffered && offer.state === 'ringing',
        alert: callback?.state === 'accepted',
        dial: isTried,
        settle: isTried,
        leave: interaction.call?.state === 'leaving',
        parked: interaction.standing.kind === 'parked',
        expiry: callback !== null && isOpen(callback.state),
        'wrap-up': agent?.occupation === 'wrapping-up',
        inactive: callback?.state === 'waiting' && interaction.standing.kind === 'in-line',
      };
      const unfounded = TIMER_KINDS.filter(
        (kind) => next.timers[kind] !== undefined && !reasons[kind],
      );
      expect(unfounded).toEqual([]);
    });
  });
});

describe('people', () => {
  test('a phone that is off the line is known to be', () => {
    inEveryStep(({ input, decision: { next } }) => {
      if (input?.kind === 'call-ended') expect(next.interaction.call?.state).toBe('gone');
      if (input?.kind === 'agent-leg-ended') expect(next.agent?.legId ?? null).toBeNull();
    });
  });

  test('an offer counts as accepted only for an agent who has picked up, and as withdrawn only for one who has not', () => {
    inEveryStep(({ decision }) => {
      const { offer } = decision.next;
      if (offer?.end === 'accepted') expect(offer.state).toBe('accepted');
      if (offer?.end === 'withdrawn') expect(offer.state).toBe('ringing');
    });
  });

  test('a customer who picks up when the agent has gone is told so at once', () => {
    inEveryStep(({ before, input, decision }) => {
      const state = before?.attempt?.state;
      const isLate = state === 'in-doubt' || state === 'cancelling';
      if (input?.kind !== 'customer-answered' || !isLate) return;
      // Who hears the message for their machine has been answered before.
      if (before?.attempt?.answeredAt !== null) return;
      expect(decision.commands).toEqual([
        { kind: 'hang-up', legId: before.attempt.id, saying: AGENT_LOST },
      ]);
    });
  });

  test('an agent is held for as long as there is something to do, and not a moment longer', () => {
    inEveryLife((life) => {
      for (const { decision } of life.steps) {
        const { agent, offer, timers } = decision.next;
        const isHeld = agent !== null && agent.occupation !== 'idle';
        const isBusy = (offer !== null && offer.end === null) || timers['wrap-up'] !== undefined;
        expect(isHeld).toBe(isBusy);
      }
    });
  });

  test('nobody stays on the line in silence once there is nothing more to come', () => {
    inEveryLife((life) => {
      const legs = new LivingLegs();
      for (const step of life.steps) legs.follow(step);
      const { interaction, attempt, agent } = life.situation;
      const isOver = interaction.state === 'ended' && attempt === null && agent === null;
      if (isOver) expect(legs.unattended()).toEqual([]);
    });
  });

  test('a promise is spoken only by the decision that makes it', () => {
    inEveryStep(({ before, decision }) => {
      const isSpoken = decision.commands.some(
        (command) =>
          command.kind === 'hang-up' &&
          command.saying.some(
            (piece) => piece.kind === 'prompt' && piece.name === 'ringback/confirmation',
          ),
      );
      const isMade = before !== null && before.callback === null && decision.next.callback !== null;
      expect(isSpoken).toBe(isMade);
    });
  });
});

/** The phones that are on, as a PBX would see them, and which of them have been told to hang up. */
class LivingLegs {
  readonly #legs = new Map<string, 'on' | 'hanging-up'>([['call', 'on']]);

  follow({ before, input, decision }: LifeStep): void {
    if (input?.kind === 'call-ended') this.#legs.delete('call');
    if (input?.kind === 'agent-leg-ended') this.#legs.delete(before?.agent?.legId ?? '');
    if (input?.kind === 'customer-leg-ended') this.#legs.delete(before?.attempt?.id ?? '');
    for (const command of decision.commands) {
      if (command.kind === 'ring-agent') this.#legs.set(command.offerId, 'on');
      if (command.kind === 'hang-up' && this.#legs.has(command.legId)) {
        this.#legs.set(command.legId, 'hanging-up');
      }
    }
    if (decision.dial !== null) this.#legs.set(decision.dial.attemptId, 'on');
  }

  /** Those who hear nothing and are told nothing. */
  unattended(): readonly string[] {
    return [...this.#legs].flatMap(([legId, state]) => (state === 'on' ? [legId] : []));
  }
}

/** What can be known of an interaction by its events alone. */
interface Told {
  interaction: string;
  standing: string;
  callback: string;
  attemptsUsed: number;
  attempt: string;
  offer: string;
  isCallGone: boolean;
  tickets: number;
}

/** Tells the story again from its events. */
function retell(events: readonly DomainEvent[]): Told {
  const told: Told = {
    interaction: 'none',
    standing: 'none',
    callback: 'none',
    attemptsUsed: 0,
    attempt: 'none',
    offer: 'none',
    isCallGone: false,
    tickets: 0,
  };
  for (const { kind, body } of events) {
    const [noun = '', ...rest] = kind.split('.');
    tellOne(told, noun, rest.join('.'), body);
  }
  return told;
}

function tellOne(told: Told, noun: string, what: string, body: DomainEvent['body']): void {
  if (noun === 'attempt') told.attempt = what;
  if (noun === 'offer') told.offer = what;
  if (noun === 'ticket') told.tickets += 1;
  if (noun === 'call') told.isCallGone = true;
  if (noun === 'callback') {
    told.callback = what === 'requested' ? 'waiting' : what;
    told.attemptsUsed = Number(body['attemptsUsed']);
    told.standing = what === 'waiting' ? 'in-line' : 'out';
  }
  if (noun === 'interaction') {
    told.interaction = what === 'entered' ? 'waiting' : what;
    const isInLine = what === 'entered' || what === 'waiting';
    if (what !== 'callback') told.standing = isInLine ? 'in-line' : 'out';
  }
  if (noun === 'place') told.standing = what === 'parked' ? 'parked' : 'in-line';
}

/** The same of the situation itself. */
function seen(life: InteractionLife): Told {
  const { interaction, callback } = life.situation;
  const decisions = life.steps.map(({ decision }) => decision);
  const attempt = decisions.findLast(({ next }) => next.attempt !== null)?.next.attempt;
  const offer = decisions.findLast(({ next }) => next.offer !== null)?.next.offer;
  const isOver = offer?.state === 'accepted' && offer.end === 'accepted';
  return {
    interaction: interaction.state,
    standing: interaction.standing.kind,
    callback: callback?.state ?? 'none',
    attemptsUsed: callback?.attemptsUsed ?? 0,
    attempt: attempt?.state ?? 'none',
    offer: isOver ? 'over' : (offer?.end ?? offer?.state ?? 'none'),
    isCallGone: interaction.call?.state === 'gone',
    tickets: decisions.filter(({ ticket }) => ticket !== null).length,
  };
}

test('I16: whoever reads only the events knows where everything stands', () => {
  inEveryLife((life) => {
    const events = life.steps.flatMap((step) => step.events);
    expect(retell(events)).toEqual(seen(life));
    expect(life.situation.interaction.revision).toBe(events.length);
  });
});
