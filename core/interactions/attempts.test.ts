import { describe, expect, test } from 'vitest';
import { InteractionLife } from '../../tests/support/interaction-life.ts';
import { inEveryLife, inEveryStep } from '../../tests/support/many-lives.ts';
import { retryDelaySeconds } from '../callbacks/policy.ts';
import { isUnderWay } from '../callbacks/second-chance.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, isOpen } from '../callbacks/states.ts';
import { prompt } from '../calls/speech.ts';
import { ALLOWED } from '../numbers/verdict.ts';
import { type AttemptId, id } from '../prelude/ids.ts';
import { type EpochMs, secondsAfter } from '../prelude/time.ts';
import type { Input } from './input.ts';

/** One attempt, as its whole life shows it. */
interface Tried {
  readonly id: AttemptId;
  readonly isSecondChance: boolean;
  dialledAt: EpochMs | null;
  endedAt: EpochMs | null;
  outcome: AttemptOutcome | null;
}

/** The attempts of a life, oldest first. */
function attemptsOf(life: InteractionLife): readonly Tried[] {
  const tried = new Map<AttemptId, Tried>();
  for (const { context, decision } of life.steps) {
    const { attempt } = decision.next;
    if (attempt === null) continue;
    const { isSecondChance } = attempt;
    const one = tried.get(attempt.id) ?? {
      ...{ id: attempt.id, isSecondChance },
      ...{ dialledAt: null, endedAt: null, outcome: null },
    };
    if (decision.dial !== null) one.dialledAt = context.nowMs;
    if (attempt.outcome !== null) {
      one.endedAt = context.nowMs;
      one.outcome = attempt.outcome;
    }
    tried.set(attempt.id, one);
  }
  return [...tried.values()];
}

/** From the alert to the customer's answer. */
const CALLED: readonly Input[] = [
  { kind: 'alert-ended' },
  {
    kind: 'dial-due',
    mayDial: { yes: true },
    route: { id: id<'route'>('route'), dial: 'S/{number}', callerId: null, ratePerMinute: 1 },
  },
  { kind: 'customer-answered' },
];

/** A life in which agent and customer have just begun to talk. */
function talking(): InteractionLife {
  const life = new InteractionLife({ numberKnown: true, callback: {} });
  life.happen({
    kind: 'digit-pressed',
    digit: '1',
    openCallback: null,
    heldPlace: null,
    numberVerdict: ALLOWED,
  });
  life.happen({
    kind: 'call-ended',
    ending: 'hung-up',
    openCallback: null,
    numberVerdict: ALLOWED,
  });
  life.matchNow();
  life.happen({ kind: 'agent-answered' });
  for (const input of CALLED) life.happen(input);
  return life;
}

function counts({ outcome, isSecondChance }: Tried): boolean {
  return outcome !== null && ATTEMPT_OUTCOMES[outcome].counts && !isSecondChance;
}

describe('how often', () => {
  test('I6: never more attempts that count than the maximum, and the count is theirs; the second chance costs none', () => {
    inEveryLife((life) => {
      const { callback, queue } = life.situation;
      const counted = attemptsOf(life).filter(counts).length;
      expect(counted).toBeLessThanOrEqual(queue.callback.attemptsMax);
      expect(callback?.attemptsUsed ?? 0).toBe(counted);
    });
  });

  test('I5: after a successful conversation nobody is called again but for the one second chance, and the success stands', () => {
    inEveryLife((life) => {
      const attempts = attemptsOf(life);
      const success = attempts.findIndex(({ outcome }) => outcome === 'connected');
      if (success === -1) return;
      const later = attempts.slice(success + 1);
      expect(later.filter(({ isSecondChance }) => !isSecondChance)).toEqual([]);
      const { callback } = life.situation;
      const isReconnecting = isUnderWay(callback?.secondChance ?? null);
      expect(isReconnecting || callback?.state === 'completed').toBe(true);
    });
  });

  test('there is one second chance at most, and only after the network broke a young conversation', () => {
    inEveryLife((life) => {
      expect(attemptsOf(life).filter((one) => one.isSecondChance).length).toBeLessThanOrEqual(1);
      const begun = life.steps.filter(
        ({ before, decision: { next } }) =>
          next.callback?.secondChance !== null && before?.callback?.secondChance === null,
      );
      expect(begun.length).toBeLessThanOrEqual(1);
      for (const { input, before, context } of begun) {
        expect(input).toEqual({ kind: 'customer-leg-ended', ending: 'dropped' });
        expect(before).toMatchObject({ attempt: { state: 'connected' }, offer: { end: null } });
        const limit = secondsAfter(context.nowMs, -60);
        expect(before?.attempt?.answeredAt ?? 0).toBeGreaterThanOrEqual(limit);
      }
    });
  });

  test.each([
    [60, 'accepted'],
    [60.001, 'wrapping-up'],
  ])('C20: after %d s of talk a dropped line leaves the callback %s', (seconds, state) => {
    const life = talking();
    life.nowMs = secondsAfter(life.nowMs, seconds);
    life.happen({ kind: 'customer-leg-ended', ending: 'dropped' });
    expect(life.situation.callback?.state).toBe(state);
  });

  test('C20: the second time the line breaks nobody is called again', () => {
    const life = talking();
    life.happen({ kind: 'customer-leg-ended', ending: 'dropped' });
    expect(life.situation.callback).toMatchObject({ state: 'accepted', secondChance: 'short' });
    for (const input of CALLED) life.happen(input);
    life.nowMs = secondsAfter(life.nowMs, 10);
    life.happen({ kind: 'customer-leg-ended', ending: 'dropped' });
    expect(life.situation.callback).toMatchObject({ state: 'wrapping-up', attemptsUsed: 1 });
  });

  test.each(['hung-up', 'vanished', 'pbx-lost', 'cancelled'] as const)(
    'C20: a conversation that ends as %s has no second chance',
    (ending) => {
      const life = talking();
      life.happen({ kind: 'customer-leg-ended', ending });
      expect(life.situation.callback).toMatchObject({ state: 'retry-wait', secondChance: null });
    },
  );

  test('C5: whoever has been tried for the last time is given up at once, with the one ticket', () => {
    inEveryLife((life) => {
      const { callback, queue } = life.situation;
      if (callback === null || callback.attemptsUsed < queue.callback.attemptsMax) return;
      if (isUnderWay(callback.secondChance) || life.situation.attempt !== null) return;
      expect(isOpen(callback.state)).toBe(false);
      const tickets = life.steps.flatMap(({ decision }) => decision.ticket ?? []);
      expect(tickets).toHaveLength(callback.state === 'completed' ? 0 : 1);
    });
  });
});

describe('when', () => {
  test('S1.9 P12: a retry comes by itself, and never before the delay of its outcome nor before the gap', () => {
    inEveryLife((life) => {
      const settings = life.situation.queue.callback;
      const dialled = attemptsOf(life).filter(({ dialledAt }) => dialledAt !== null);
      for (const [at, next] of dialled.entries()) {
        const last = dialled[at - 1];
        if (last === undefined || next.isSecondChance) continue;
        if (last.outcome === null || last.endedAt === null) throw new Error('two live attempts');
        // After a second chance the dropped conversation counts, which was too short.
        const outcome = last.isSecondChance ? 'short' : last.outcome;
        if (!ATTEMPT_OUTCOMES[outcome].counts) continue;
        const delay = retryDelaySeconds(outcome, settings);
        expect(delay).toBeGreaterThanOrEqual(settings.minimumGapSeconds);
        expect(next.dialledAt).toBeGreaterThanOrEqual(secondsAfter(last.endedAt, delay));
      }
    });
  });

  test('C7: the place is renewed by a retry of a queue whose callbacks go to the back, from its due time on, and by nothing else', () => {
    inEveryStep(({ before, decision: { next } }) => {
      if (before === null) return;
      const [was, is] = [before.interaction, next.interaction];
      expect(is.firstEnteredAt).toBe(was.firstEnteredAt);
      const goesBack = next.queue.callback.reentry === 'back' && is.standing.kind === 'in-line';
      const isRenewed =
        goesBack && was.standing.kind === 'parked' && was.standing.reason === 'retry';
      const enteredAt = isRenewed ? was.standing.until : was.place.enteredAt;
      expect(is.place).toEqual({ ...was.place, enteredAt });
    });
  });
});

describe('what stays', () => {
  test('P13: attempts are children of the callback: through all of them it keeps all that it is', () => {
    inEveryStep(({ before, decision: { next } }) => {
      if (before?.callback === null || before?.callback === undefined) return;
      const { id, number, origin, requestedAt, chosenTime, statedZone } = before.callback;
      expect(next.callback).toMatchObject({
        ...{ id, number, origin, requestedAt, chosenTime, statedZone },
      });
      const { queueId, pbxId, customerNumber, dialledNumber } = before.interaction;
      const { lineId, priority } = before.interaction.place;
      expect(next.interaction).toMatchObject({
        ...{ queueId, pbxId, customerNumber, dialledNumber, place: { lineId, priority } },
      });
      if (next.attempt !== null) expect(next.attempt.number).toBe(number);
    });
  });
});

describe('C11: a machine', () => {
  test('is never a success, and is tried again only where the queue says so', () => {
    inEveryLife((life) => {
      const machine = attemptsOf(life).find(
        ({ outcome, isSecondChance }) => outcome === 'voicemail' && !isSecondChance,
      );
      if (machine === undefined) return;
      const { callback, queue } = life.situation;
      if (queue.callback.voicemail !== 'retry') expect(callback?.state).toBe('exhausted');
      const last = attemptsOf(life).at(-1);
      if (last?.id === machine.id) expect(callback?.state).not.toBe('completed');
    });
  });

  test('hears the message exactly where the queue leaves one, and the agent is free meanwhile', () => {
    const message = prompt('ringback/voicemail-message');
    inEveryStep(({ before, input, decision }) => {
      const isSpoken = decision.commands.some(
        (command) => command.kind === 'hang-up' && command.saying.some(isMessage),
      );
      const isNoted = input?.kind === 'outcome-noted' && input.outcome === 'voicemail';
      const isOn = before?.attempt?.state === 'connected';
      const isDue = isNoted && isOn && before.queue.callback.voicemail === 'message';
      expect(isSpoken).toBe(isDue);
      if (isSpoken) expect(decision.next.agent?.occupation).toBe('idle');
    });
    function isMessage(piece: unknown): boolean {
      return JSON.stringify(piece) === JSON.stringify(message);
    }
  });
});
