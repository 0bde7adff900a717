import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { type CallbackSettings, retryAfterAll } from '../../core/queues/settings.ts';
import { viewCallback } from '../../store/views/callbacks.ts';
import {
  hangsUp,
  losesLine,
  type PhoneHabit,
  presses,
  pressesInTalk,
  talks,
} from '../../telephony/sandbox/habits.ts';
import { ANN, annIsCalled, answers, SHORT_RING } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

/** When the customer was called, in whole seconds since the end of the call before. */
function secondsBetweenCalls(): readonly number[] {
  const calls = centre.world.ledger.carrierCalls();
  return calls.slice(1).map((call, at) => {
    const endedAtMs = calls[at]?.endedAtMs ?? Number.NaN;
    return Math.floor((call.atMs - endedAtMs) / 1000);
  });
}

/** Agents who pick up, hear the alert and dial: how long after its due time a retry may reach the customer. */
const AGENT_SECONDS_MAX = 7;

describe('the wait before a retry', () => {
  const failures: readonly (readonly [string, PhoneHabit, number])[] = [
    ['no-answer', { kind: 'no-answer' }, 91],
    ['busy', { kind: 'busy' }, 92],
    ['rejected', { kind: 'reject', afterSeconds: 1 }, 93],
    ['short', answers(hangsUp(1)), 94],
  ];
  const delays = { 'no-answer': 91, busy: 92, rejected: 93, short: 94, voicemail: 95 };

  test.each(failures)(
    'S0.10 S0.11 P12: after %s it is the one of this outcome, without anybody doing anything',
    async (outcome, habit, seconds) => {
      const retryAfterSeconds = { ...retryAfterAll(99), ...delays };
      const callback = { ...SHORT_RING, attemptsMax: 2, retryAfterSeconds };
      centre = await annIsCalled(habit, { callback });
      await centre.pass(15);
      await centre.skip(60);
      await centre.pass(45);
      expect(await centre.outcomes()).toEqual([outcome, outcome]);
      const [waited] = secondsBetweenCalls();
      expect(waited).toBeGreaterThanOrEqual(seconds);
      expect(waited).toBeLessThanOrEqual(seconds + AGENT_SECONDS_MAX);
      expect(await centre.callback()).toMatchObject({ state: 'exhausted', tickets: 1 });
    },
  );

  test('is never shorter than the gap between two attempts', async () => {
    centre = await annIsCalled(
      { kind: 'busy' },
      { callback: { ...SHORT_RING, minimumGapSeconds: 60, retryAfterSeconds: retryAfterAll(5) } },
    );
    await centre.pass(150);
    for (const waited of secondsBetweenCalls()) expect(waited).toBeGreaterThanOrEqual(60);
    expect(secondsBetweenCalls()).toHaveLength(2);
  });
});

describe('the gap between two attempts at a number', () => {
  test('is kept although the second one is for another promise', async () => {
    centre = await annIsCalled(
      { kind: 'busy' },
      {
        callback: { ...SHORT_RING, attemptsMax: 1, minimumGapSeconds: 120 },
      },
    );
    await centre.pass(8);
    expect((await centre.callback()).state).toBe('exhausted');
    await centre.setPresence('desk-1', 'away');
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(12);
    expect(await centre.callback()).toMatchObject({ state: 'waiting', reason: 'called-recently' });
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
    await centre.pass(110);
    expect(secondsBetweenCalls()[0]).toBeGreaterThanOrEqual(120);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(2);
  });

  test('is not kept after a call that our own agent gave up: the promise goes on at once', async () => {
    centre = await openSandboxCentre({
      callback: { ...SHORT_RING, ringCustomerSeconds: 30, minimumGapSeconds: 600 },
    });
    centre.world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(4)] });
    centre.world.phone('PJSIP/desk-2', picksUp(1));
    centre.world.phone(ANN, { kind: 'answer', afterSeconds: 6, acts: [talks(10)] });
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(2);
    await centre.setPresence('desk-1', 'away');
    await centre.setPresence('desk-2', 'available');
    await centre.pass(40);
    expect(await centre.outcomes()).toEqual(['agent-lost', 'connected']);
  });
});

describe('C7: the place after a retry', () => {
  /** Ann is called in vain; Bob comes meanwhile. Then an agent is free. Whom does the agent get first? */
  async function annFailsAndBobComes(reentry: CallbackSettings['reentry']): Promise<void> {
    centre = await annIsCalled((nth) => (nth === 1 ? { kind: 'busy' } : answers(talks(10))), {
      callback: {
        ...SHORT_RING,
        reentry,
        minimumGapSeconds: 1,
        retryAfterSeconds: retryAfterAll(60),
      },
    });
    await centre.pass(8);
    await centre.setPresence('desk-1', 'away');
    centre.world.phone(BOB, answers(talks(10)));
    centre.caller(BOB, presses('1', 2));
    await centre.pass(70);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(40);
  }
  const BOB = '+12025550002';

  function served(): readonly string[] {
    return centre.world.ledger.carrierCalls().map(({ party }) => party ?? '');
  }

  async function view(): Promise<Awaited<ReturnType<typeof viewCallback>>> {
    const { id } = await centre.callback(ANN);
    return viewCallback(centre.database, DEFAULT_TENANT, id);
  }

  test('front: Ann has her original place, and has waited since her first call', async () => {
    await annFailsAndBobComes('front');
    expect(served()).toEqual([ANN, ANN, BOB]);
    const shown = await view();
    expect(shown?.enteredAt).toBe(shown?.firstEnteredAt);
    expect(shown?.grossWaitSeconds).toBe(shown?.netWaitSeconds);
    expect(await centre.events()).not.toContain('place.renewed');
  });

  test('back: Ann stands behind Bob; her gross wait counts from her first call, her net wait from the retry', async () => {
    await annFailsAndBobComes('back');
    expect(served()).toEqual([ANN, BOB, ANN]);
    const shown = await view();
    const [failed] = shown?.attempts ?? [];
    expect(shown?.enteredAt).toBe((failed?.endedAt ?? 0) + 60_000);
    const answeredAt = shown?.attempts.at(-1)?.answeredAt ?? 0;
    expect(shown?.grossWaitSeconds).toBe(secondsSince(shown?.firstEnteredAt, answeredAt));
    expect(shown?.netWaitSeconds).toBe(secondsSince(shown?.enteredAt, answeredAt));
    expect(await centre.events()).toContain('place.renewed');
  });

  function secondsSince(fromMs: number | undefined, toMs: number): number {
    return Math.floor((toMs - (fromMs ?? Number.NaN)) / 1000);
  }

  test('P13: a retry keeps queue, numbers, origin and history: its attempts are children of the same callback', async () => {
    await annFailsAndBobComes('back');
    const shown = await view();
    expect(shown?.attempts.map(({ outcome }) => outcome)).toEqual(['busy', 'connected']);
    expect(shown).toMatchObject({ queue: 'support', number: ANN, origin: 'queue-offer' });
    const calls = centre.world.ledger.carrierCalls().filter(({ party }) => party === ANN);
    expect(calls.map(({ callerId }) => callerId?.number)).toEqual(['+12025550120', '+12025550120']);
  });
});

describe('C11 P7: a machine has answered', () => {
  const MACHINE: PhoneHabit = { kind: 'voicemail', afterSeconds: 1, recordsSeconds: 60 };

  /** The agent presses these keys three seconds after the machine has answered. */
  async function agentPresses(keys: string, callback: Partial<CallbackSettings>): Promise<void> {
    centre = await annIsCalled(MACHINE, { callback: { ...SHORT_RING, ...callback } });
    centre.world.phone('PJSIP/desk-1', {
      kind: 'answer',
      afterSeconds: 1,
      acts: pressesInTalk(keys, 3),
    });
    await centre.pass(12);
  }

  test('S3.15: the agent presses *9 and is free at once; it is tried again later', async () => {
    await agentPresses('*9', { voicemail: 'retry' });
    expect(await centre.outcomes()).toEqual(['voicemail']);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', tickets: 0 });
    expect(centre.world.ledger.live()).toEqual([]);
  });

  test.each(['9', '*', '9*', '*8', '*89', '1'])('the keys %s mean nothing', async (keys) => {
    await agentPresses(keys, {});
    expect((await centre.callback()).state).toBe('connected');
    await centre.pass(60);
  });

  test('ticket: nothing is tried again, a human hears of it at once', async () => {
    await agentPresses('*9', { voicemail: 'ticket' });
    expect(await centre.callback()).toMatchObject({
      ...{ state: 'exhausted', attempts_used: 1, tickets: 1 },
    });
    await centre.skip(7200);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });

  test("message: the machine hears the queue's message to its end, the agent is free meanwhile, and there is a ticket", async () => {
    const prompts = {
      ...{ offer: 'ringback/offer', confirmation: 'ringback/confirmation' },
      ...{ alert: 'ringback/alert', voicemailMessage: 'acme/we-called' },
    };
    await agentPresses('*9', { voicemail: 'message', prompts });
    const [call] = centre.world.ledger.carrierCalls();
    expect(wordsOf(call?.heard ?? [])).toEqual(['acme/we-called']);
    expect((call?.endedAtMs ?? 0) - (call?.heard[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(2000);
    const [agent] = centre.world.ledger.entries().filter(({ role }) => role === 'agent');
    expect(agent?.endedAtMs).toBeLessThan(call?.endedAtMs ?? 0);
    expect(await centre.callback()).toMatchObject({ state: 'exhausted', tickets: 1 });
    expect(await centre.outcomes()).toEqual(['voicemail']);
  });

  test('message: a machine that hangs up in the middle has been tried all the same', async () => {
    centre = await annIsCalled(
      { kind: 'voicemail', afterSeconds: 1, recordsSeconds: 4 },
      { callback: { ...SHORT_RING, voicemail: 'message' } },
    );
    centre.world.phone('PJSIP/desk-1', {
      kind: 'answer',
      afterSeconds: 1,
      acts: pressesInTalk('*9', 2.5),
    });
    await centre.pass(15);
    expect(await centre.outcomes()).toEqual(['voicemail']);
    expect(await centre.callback()).toMatchObject({ state: 'exhausted', tickets: 1 });
  });
});

describe('C20: the line breaks', () => {
  /** Ann's line breaks after so long a talk; at the second call her phone does this. */
  async function lineBreaks(
    seconds: number,
    then: PhoneHabit,
    callback: Partial<CallbackSettings> = {},
  ): Promise<void> {
    centre = await annIsCalled((nth) => (nth === 1 ? answers(losesLine(seconds)) : then), {
      callback: { ...SHORT_RING, ...callback },
    });
    await centre.pass(6 + seconds);
  }

  async function secondChances(): Promise<readonly boolean[]> {
    const rows = await centre.rows<{ second_chance: boolean }>(
      'select second_chance from attempt order by started_at',
    );
    return rows.map((row) => row.second_chance);
  }

  test('the same agent hears it, stays on the line, and talks with Ann again within seconds; it costs no attempt', async () => {
    await lineBreaks(20, answers(talks(10)));
    await centre.pass(20);
    const agents = centre.world.ledger.entries().filter(({ role }) => role === 'agent');
    expect(agents.map(({ heard }) => wordsOf(heard))).toEqual([['alert', 'reconnecting']]);
    expect(secondsBetweenCalls()[0]).toBeLessThanOrEqual(4);
    expect(await centre.outcomes()).toEqual(['connected', 'connected']);
    expect(await secondChances()).toEqual([false, true]);
    expect(await centre.callback()).toMatchObject({
      ...{ state: 'completed', attempts_used: 1, tickets: 0 },
    });
  });

  test('a talk that was long enough stays a success although Ann is not reached again', async () => {
    await lineBreaks(20, { kind: 'no-answer' });
    await centre.pass(20);
    expect(await centre.outcomes()).toEqual(['connected', 'no-answer']);
    expect(await centre.callback()).toMatchObject({
      ...{ state: 'completed', attempts_used: 1, tickets: 0 },
    });
    await centre.skip(7200);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(2);
  });

  test('a talk that was too short is tried again like any other when the second chance fails', async () => {
    await lineBreaks(2, { kind: 'busy' });
    await centre.pass(10);
    expect(await centre.outcomes()).toEqual(['short', 'busy']);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
  });

  test('with the last attempt used, the second chance is still had, and then it is over with one ticket', async () => {
    await lineBreaks(2, { kind: 'busy' }, { attemptsMax: 1 });
    await centre.pass(10);
    expect(await centre.outcomes()).toEqual(['short', 'busy']);
    expect(await centre.callback()).toMatchObject({
      ...{ state: 'exhausted', attempts_used: 1, tickets: 1 },
    });
  });

  test('a line that breaks again is not taken up again', async () => {
    await lineBreaks(20, answers(losesLine(10)));
    await centre.pass(30);
    expect(await centre.outcomes()).toEqual(['connected', 'connected']);
    expect((await centre.callback()).state).toBe('completed');
  });

  test('after more than 60 s of talk, and after a hang-up by either side, nobody is called again', async () => {
    await lineBreaks(62, answers(talks(10)));
    await centre.pass(20);
    expect(await centre.outcomes()).toEqual(['connected']);
  });

  test('an agent who leaves meanwhile leaves what the talk had come to', async () => {
    centre = await annIsCalled(answers(losesLine(20)), { callback: SHORT_RING });
    // Picks up, hears the alert for 2 s, talks for 20 s, and hangs up a moment after the line has broken.
    centre.world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(24)] });
    await centre.pass(40);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(await centre.callback()).toMatchObject({
      ...{ state: 'completed', attempts_used: 1, tickets: 0 },
    });
  });

  test('while it is under way the callback cannot be cancelled', async () => {
    await lineBreaks(20, answers(talks(10)));
    const { id, state } = await centre.callback();
    expect(state).toBe('accepted');
    const cancelled = await centre.engine.cancelCallback(DEFAULT_TENANT, id);
    expect(cancelled).toMatchObject({ ok: false, refusal: { code: 'CALLBACK_PAST_RECALL' } });
    await centre.pass(20);
  });
});
