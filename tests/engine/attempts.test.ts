import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { retryAfterAll } from '../../core/queues/settings.ts';
import { hangsUp, type PhoneHabit, presses, talks } from '../../telephony/sandbox/habits.ts';
import { ANN, annIsCalled, answers, SHORT_RING } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

describe('X4: a customer who is not reached is tried again, and at the end a human hears of it', () => {
  const failures: readonly (readonly [string, PhoneHabit, number])[] = [
    ['no-answer', { kind: 'no-answer' }, 600],
    ['busy', { kind: 'busy' }, 300],
    ['rejected', { kind: 'reject', afterSeconds: 2 }, 600],
  ];

  test.each(failures)(
    'X4 S1.9 S1.10 S3.15: %s three times, each after its delay and never before: exhausted with exactly one ticket',
    async (outcome, habit, delay) => {
      centre = await annIsCalled(habit, { callback: SHORT_RING });
      const { world, pass, skip } = centre;
      for (const attempt of [1, 2]) {
        await pass(15);
        expect(world.ledger.carrierCalls()).toHaveLength(attempt);
        expect(await centre.callback()).toMatchObject({
          state: 'retry-wait',
          attempts_used: attempt,
          reason: 'retry',
        });
        await skip(delay - 30);
        expect(world.ledger.carrierCalls()).toHaveLength(attempt);
        await skip(30);
      }
      await pass(20);
      expect(await centre.outcomes()).toEqual([outcome, outcome, outcome]);
      expect(await centre.callback()).toMatchObject({
        state: 'exhausted',
        attempts_used: 3,
        tickets: 1,
      });
      await skip(7200);
      expect(world.ledger.carrierCalls()).toHaveLength(3);
    },
  );

  test('S3.15: with one attempt the first failure ends it with its ticket', async () => {
    centre = await annIsCalled(
      { kind: 'no-answer' },
      { callback: { ...SHORT_RING, attemptsMax: 1 } },
    );
    await centre.pass(15);
    expect(await centre.callback()).toMatchObject({
      state: 'exhausted',
      attempts_used: 1,
      tickets: 1,
    });
  });

  test('a number that does not exist is not tried again: exhausted at once with one ticket', async () => {
    centre = await annIsCalled({ kind: 'invalid-number' }, { callback: SHORT_RING });
    await centre.pass(10);
    expect(await centre.callback()).toMatchObject({
      state: 'exhausted',
      attempts_used: 1,
      tickets: 1,
    });
    expect(await centre.outcomes()).toEqual(['invalid-number']);
  });

  test('a phone that is switched off counts as not answered', async () => {
    centre = await annIsCalled({ kind: 'unreachable' }, { callback: SHORT_RING });
    await centre.pass(10);
    expect(await centre.outcomes()).toEqual(['no-answer']);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
  });

  test('a network that is congested costs no attempt: the place is kept and it is tried after 30 s', async () => {
    centre = await annIsCalled((nth) => (nth === 1 ? { kind: 'congestion' } : answers(talks(10))), {
      callback: SHORT_RING,
    });
    await centre.pass(8);
    expect(await centre.callback()).toMatchObject({
      state: 'waiting',
      attempts_used: 0,
      reason: 'route-full',
    });
    await centre.pass(50);
    expect(await centre.outcomes()).toEqual(['congestion', 'connected']);
    expect(await centre.callback()).toMatchObject({ state: 'completed', attempts_used: 1 });
  });

  test('the agent hears that the customer was not reached, and is free for the next one', async () => {
    centre = await annIsCalled({ kind: 'busy' }, { callback: SHORT_RING });
    const { world, pass, caller } = centre;
    await pass(10);
    caller('+12025550002', talks(5));
    await pass(10);
    const agents = world.ledger.entries().filter(({ role }) => role === 'agent');
    expect(agents.map(({ heard }) => wordsOf(heard))).toEqual([
      ['alert', 'customer-unavailable'],
      [],
    ]);
  });
});

describe('X5: only a conversation is a success', () => {
  test('X5 S1.8: answered and hung up after 2 s with a threshold of 5 s counts as short and is tried again', async () => {
    centre = await annIsCalled((nth) => answers(talks(nth === 1 ? 2 : 6)), {
      callback: SHORT_RING,
    });
    const { pass, skip } = centre;
    await pass(15);
    expect(await centre.outcomes()).toEqual(['short']);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
    await skip(600);
    await pass(20);
    expect(await centre.outcomes()).toEqual(['short', 'connected']);
    expect(await centre.callback()).toMatchObject({
      state: 'completed',
      attempts_used: 2,
      tickets: 0,
    });
  });

  test.each([
    [4, 'short'],
    [6, 'connected'],
  ])('S1.8: %i s of talk with a threshold of 5 s are %s', async (seconds, outcome) => {
    centre = await annIsCalled(answers(talks(seconds)), { callback: SHORT_RING });
    await centre.pass(20);
    expect(await centre.outcomes()).toEqual([outcome]);
  });

  test("S1.8: the threshold is the queue's own", async () => {
    centre = await annIsCalled(answers(talks(20)), {
      callback: { ...SHORT_RING, successAfterSeconds: 30 },
    });
    await centre.pass(35);
    expect(await centre.outcomes()).toEqual(['short']);
  });

  test('three short ones end like three failures: one ticket, and no fourth call', async () => {
    centre = await annIsCalled(answers(talks(1)), {
      callback: { ...SHORT_RING, retryAfterSeconds: retryAfterAll(10), minimumGapSeconds: 1 },
    });
    await centre.pass(90);
    expect(await centre.outcomes()).toEqual(['short', 'short', 'short']);
    expect(await centre.callback()).toMatchObject({
      state: 'exhausted',
      attempts_used: 3,
      tickets: 1,
    });
  });
});

describe('what the agent notes overrides the clock', () => {
  async function note(outcome: 'connected' | 'voicemail'): Promise<boolean> {
    const { id } = await centre.callback();
    return (await centre.engine.noteOutcome(DEFAULT_TENANT, id, outcome)).ok;
  }

  test('S3.15: a machine that talks for 60 s is no success when the agent says voicemail: tried again, and at the end a ticket', async () => {
    centre = await annIsCalled(
      { kind: 'voicemail', afterSeconds: 1, recordsSeconds: 60 },
      {
        callback: {
          ...SHORT_RING,
          attemptsMax: 2,
          retryAfterSeconds: retryAfterAll(10),
          minimumGapSeconds: 1,
        },
      },
    );
    const { pass, world } = centre;
    await pass(12);
    expect((await centre.callback()).state).toBe('connected');
    expect(await note('voicemail')).toBe(true);
    await pass(1);
    expect(world.ledger.live()).toEqual([]);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
    await pass(22);
    expect(await note('voicemail')).toBe(true);
    expect(await centre.outcomes()).toEqual(['voicemail', 'voicemail']);
    expect(await centre.callback()).toMatchObject({ state: 'exhausted', tickets: 1 });
  });

  test('voicemail can still be noted during wrap-up, and then the agent is free', async () => {
    centre = await annIsCalled(answers(talks(10)), { callback: { wrapUpSeconds: 30 } });
    await centre.pass(20);
    expect((await centre.callback()).state).toBe('wrapping-up');
    expect(await note('voicemail')).toBe(true);
    expect((await centre.callback()).state).toBe('retry-wait');
    centre.caller('+12025550002');
    await centre.pass(3);
    expect(centre.world.ledger.entries().at(-1)?.party).toBe('PJSIP/desk-1');
  });

  test('a short talk that the agent calls a conversation is one', async () => {
    centre = await annIsCalled(answers(talks(3)), { callback: SHORT_RING });
    await centre.pass(6);
    expect((await centre.callback()).state).toBe('connected');
    expect(await note('connected')).toBe(true);
    await centre.pass(5);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect((await centre.callback()).state).toBe('completed');
  });

  test('before the conversation and after wrap-up nothing can be noted, and nothing changes', async () => {
    centre = await annIsCalled(answers(talks(6)), { callback: SHORT_RING });
    expect(await note('voicemail')).toBe(false);
    await centre.pass(20);
    expect((await centre.callback()).state).toBe('completed');
    const before = await centre.events();
    expect(await note('voicemail')).toBe(false);
    expect(await centre.events()).toEqual(before);
  });
});

describe('what the customer sees and meets', () => {
  test("S0.18 S3.18 S4.10: the phone shows the number that was dialled, and never the agent's", async () => {
    centre = await annIsCalled(answers(hangsUp(10)));
    await centre.pass(10);
    expect(centre.world.ledger.carrierCalls()[0]?.callerId).toEqual({
      name: '',
      number: '+12025550120',
    });
  });

  test('a customer whose number is on another call with us is not dialled before that is over, and costs no attempt', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', { kind: 'no-answer' });
    world.phone(ANN, answers(talks(10)));
    caller(ANN, presses('1', 2));
    await pass(8);
    const again = caller(ANN);
    await pass(2);
    world.phone('PJSIP/desk-1', picksUp(1));
    await centre.rows(
      `delete from place where interaction_id in (select id from interaction where state = 'waiting')`,
    );
    await centre.setPresence('desk-1', 'available');
    await pass(15);
    expect(world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.callback()).toMatchObject({
      state: 'waiting',
      attempts_used: 0,
      reason: 'number-on-call',
    });
    again.hangUp();
    await pass(20);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
  });
});
