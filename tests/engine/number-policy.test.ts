import { afterEach, describe, expect, test } from 'vitest';
import { phoneNumber } from '../../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS } from '../../core/numbers/policy.ts';
import { present } from '../../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { addOptOut } from '../../store/numbers/opt-outs.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';
const BOB = '+12025550002';
const GERMAN = '+4930123456';
const PREMIUM = '+19002345678';
const SATELLITE = '+8816123456789';

async function optOut(text: string): Promise<void> {
  await addOptOut(centre.database, DEFAULT_TENANT, present(phoneNumber(text), text));
}

async function refusals(): Promise<unknown[]> {
  const rows = await centre.rows<{ refusal: string }>(
    `select body ->> 'refusal' as refusal from event where kind in ('number.refused', 'callback.refused') order by id`,
  );
  return rows.map(({ refusal }) => refusal);
}

describe('P22 I8: whose number may not be called', () => {
  test.each([
    [GERMAN, 'country-not-allowed'],
    [PREMIUM, 'class-refused'],
    [SATELLITE, 'country-not-allowed'],
  ])(
    'P22: %s is offered nothing, hears why, waits on, and the reason is told',
    async (number, refusal) => {
      centre = await openSandboxCentre();
      const caller = centre.caller(number);
      await centre.pass(5);
      caller.press('1');
      await centre.pass(40);
      const words = wordsOf(caller.heard());
      expect(words).not.toContain('offer');
      expect(words).toContain('number-refused');
      expect(caller.isOver()).toBe(false);
      expect(await centre.rows('select 1 from callback')).toEqual([]);
      expect(await refusals()).toEqual([refusal]);
    },
  );

  test('P22: whoever has opted out is refused at the next press of 1', async () => {
    centre = await openSandboxCentre();
    await optOut(ANN);
    const ann = centre.caller(ANN, presses('1', 5));
    await centre.pass(20);
    expect(wordsOf(ann.heard())).toEqual(['next-in-line', 'number-refused']);
    expect(await refusals()).toEqual(['opted-out']);
  });

  test('a satellite number is refused in a centre that calls every country', async () => {
    centre = await openSandboxCentre({ numberPolicy: { countries: ['all'] } });
    centre.caller(SATELLITE, presses('1', 5));
    const german = centre.caller(GERMAN, presses('1', 5));
    await centre.pass(15);
    expect(await refusals()).toEqual(['class-refused']);
    expect(wordsOf(german.heard())).toContain('confirmation');
  });

  test('a fourth callback within 24 hours is refused, whatever queue it is for, and taken a day later', async () => {
    centre = await openSandboxCentre();
    const { caller, pass, engine, skip } = centre;
    for (let nth = 1; nth <= 3; nth += 1) {
      caller(ANN, presses('1', 3));
      await pass(15);
      await engine.cancelCallback(DEFAULT_TENANT, (await centre.callback()).id);
    }
    const fourth = caller(ANN, presses('1', 3));
    await pass(15);
    expect(wordsOf(fourth.heard()).at(-1)).toBe('number-refused');
    expect(await refusals()).toEqual(['number-daily-limit']);
    fourth.hangUp();
    await skip(86_400);
    const later = caller(ANN, presses('1', 3));
    await pass(15);
    expect(wordsOf(later.heard())).toContain('confirmation');
  });

  test('P22: numbers of one block that are pumped in are refused beyond what an hour may have', async () => {
    centre = await openSandboxCentre({
      numberPolicy: { hourly: { ...NUMBER_POLICY_DEFAULTS.hourly, prefixMax: 2 } },
    });
    const { caller, pass } = centre;
    for (const number of [ANN, BOB, '+12025550003']) caller(number, presses('1', 3));
    caller('+12025640003', presses('1', 3));
    await pass(15);
    expect(await refusals()).toEqual(['prefix-velocity']);
    expect(await centre.rows('select 1 from callback')).toHaveLength(3);
  });
});

describe('P22: requests that come otherwise', () => {
  test('P22: a file of requests in which one number may not be called makes none of them', async () => {
    centre = await openSandboxCentre();
    const asked = (text: string) => ({
      queue: 'support',
      number: present(phoneNumber(text), text),
      at: null,
      statedZone: null,
      behaviour: {},
    });
    const outcome = await centre.engine.requestCallbacks(
      DEFAULT_TENANT,
      [asked(ANN), asked(GERMAN)],
      null,
    );
    expect(outcome).toMatchObject({ kind: 'mistakes', mistakes: [{ index: 1, field: 'number' }] });
    expect(await centre.rows('select 1 from callback')).toEqual([]);
  });
});

describe('I8: in the step that dials', () => {
  test('I8: whoever opts out while an agent is being asked is not dialled: refused, with one ticket, and told in explain', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { world, pass, caller, node } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    let told = false;
    node.beforeSending = (command) => {
      const isAlert = command.kind === 'speak' && command.speechId.endsWith('-alert');
      if (isAlert && !told) {
        told = true;
        void optOut(ANN);
      }
    };
    await centre.setPresence('desk-1', 'available');
    await pass(30);
    expect(told).toBe(true);
    expect(world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.callback()).toMatchObject({
      state: 'refused',
      tickets: 1,
      attempts_used: 0,
    });
    expect(await centre.outcomes()).toEqual(['blocked']);
    expect(await refusals()).toEqual(['opted-out']);
    const { id } = await centre.callback();
    const explained = await centre.engine.explainCallback(DEFAULT_TENANT, id);
    expect(explained).toMatchObject({
      ok: true,
      value: { reasons: [{ code: 'ended' }, { code: 'number-refused' }] },
    });
  });

  test('I8: an open callback of somebody who has opted out ends as refused when its turn comes, and no agent is asked', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    centre.world.phone('PJSIP/desk-1', picksUp(1));
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await optOut(ANN);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(5);
    expect(await centre.callback()).toMatchObject({ state: 'refused', tickets: 1 });
    expect(centre.world.ledger.entries().filter(({ role }) => role === 'agent')).toEqual([]);
  });

  test('I8: with the budget spent nobody is dialled, nothing is counted, the place is kept, and the call follows when it is free again', async () => {
    // A call to Ann is paid for ten minutes in advance: two do not fit into fifteen.
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      callback: { wrapUpSeconds: 0, expiresAfterSeconds: 200_000 },
      numberPolicy: { budget: { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 15 } },
    });
    const { world, pass, caller, skip } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    for (const number of [ANN, BOB]) {
      world.phone(number, { kind: 'answer', afterSeconds: 2, acts: [talks(370)] });
      caller(number, presses('1', 2));
    }
    await pass(10);
    await centre.setPresence('desk-1', 'available');
    await pass(420);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
    // Ann's call has come to seven minutes, and eight are left for the ten of Bob's.
    const waiting = (await centre.callback(ANN)).state === 'completed' ? BOB : ANN;
    expect(await centre.callback(waiting)).toMatchObject({
      state: 'waiting',
      reason: 'budget-spent',
      attempts_used: 0,
      tickets: 0,
    });
    await skip(86_400);
    await pass(60);
    expect(world.ledger.carrierCalls()).toHaveLength(2);
  });
});
