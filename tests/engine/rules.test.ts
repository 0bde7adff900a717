import { afterEach, describe, expect, test } from 'vitest';
import type { NumberSetup, RuleSetup } from '../../core/centre/centre.ts';
import { type PhoneNumber, phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { retryAfterAll } from '../../core/queues/settings.ts';
import { hangsUp, patience, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  type CentreOptions,
  openSandboxCentre,
  type SandboxCentre,
  SUPPORT_NUMBER,
} from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';

const number = (text: string): PhoneNumber => present(phoneNumber(text), text);

function aRule(rule: Partial<RuleSetup> & Pick<RuleSetup, 'type'>): RuleSetup {
  return {
    name: 'the-rule',
    queue: rule.number === undefined ? 'support' : null,
    number: null,
    enabled: true,
    delaySeconds: rule.type === 'queue-callback' ? 0 : 60,
    minimumWaitSeconds: 0,
    lookBackSeconds: 7200,
    profile: null,
    behaviour: {},
    ...rule,
  };
}

const ABANDONED = aRule({ type: 'abandoned', name: 'lost-calls' });

/** Nobody serves yet; Ann waits for so long and hangs up. */
async function annLeaves(afterSeconds: number, options: CentreOptions): Promise<SandboxCentre> {
  const opened = await openSandboxCentre({ agents: ['desk-1'], ...options });
  opened.world.phone('PJSIP/desk-1', picksUp(1));
  opened.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
  opened.caller(ANN, hangsUp(afterSeconds));
  await opened.pass(afterSeconds + 1);
  return opened;
}

/** Ann presses 1 after 2 s and is called back when the agent comes. */
async function annPresses(
  options: CentreOptions,
  dials: string = SUPPORT_NUMBER,
  pressesAfterSeconds = 2,
): Promise<SandboxCentre> {
  const opened = await openSandboxCentre({ agents: ['desk-1'], ...options });
  opened.world.phone('PJSIP/desk-1', picksUp(1));
  opened.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
  opened.world.call({ number: ANN, dials, acts: [presses('1', pressesAfterSeconds)] });
  await opened.pass(pressesAfterSeconds + 8);
  await opened.setPresence('desk-1', 'available');
  return opened;
}

const callbacks = async (): Promise<number> =>
  (await centre.rows('select 1 as one from callback')).length;

describe('a caller who leaves before anyone answers', () => {
  test('S0.1 S0.3 S1.1 S1.2 S0.9: is called back after the delay of the rule, at the place of the call', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED] });
    const { pass, world } = centre;
    const callback = await centre.callback(ANN);
    expect(callback).toMatchObject({ state: 'scheduled', reason: 'delay', attempts_used: 0 });
    expect((callback.due_at ?? 0) - callback.entered_at).toBeLessThan(82_000);
    await centre.setPresence('desk-1', 'available');
    await pass(50);
    expect(world.ledger.carrierCalls()).toEqual([]);
    await pass(30);
    expect(world.ledger.carrierCalls().map(({ party }) => party)).toEqual([ANN]);
    await pass(45);
    expect((await centre.callback(ANN)).state).toBe('completed');
  });

  test('P11: while the delay runs, the explanation says so and until when', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED] });
    const { id, due_at: until } = await centre.callback(ANN);
    const explained = await centre.engine.explainCallback(DEFAULT_TENANT, id);
    expect(explained).toMatchObject({
      ok: true,
      value: { state: 'scheduled', reasons: [{ code: 'delayed', until }] },
    });
  });

  test('S0.7: the event that a callback arose names its rule', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED] });
    const [event] = await centre.rows<{ body: object }>(
      `select body from event where kind = 'callback.requested'`,
    );
    expect(event?.body).toMatchObject({ origin: 'abandoned', rule: 'lost-calls' });
  });

  test('S0.13: without a rule, and with one that is switched off, nobody is called', async () => {
    centre = await annLeaves(20, { rules: [{ ...ABANDONED, enabled: false }] });
    expect(await callbacks()).toBe(0);
    expect(await centre.rows(`select ending from interaction`)).toEqual([{ ending: 'abandoned' }]);
  });

  test('S1.14: a queue whose callbacks are switched off has none, whatever its rules say', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED], callback: { enabled: false } });
    expect(await callbacks()).toBe(0);
  });

  test('whoever was hardly there is left in peace when the rule sets a minimum wait', async () => {
    centre = await annLeaves(9, { rules: [{ ...ABANDONED, minimumWaitSeconds: 15 }] });
    expect(await callbacks()).toBe(0);
    centre.caller('+12025550002', hangsUp(16));
    await centre.pass(20);
    expect((await centre.callback()).number).toBe('+12025550002');
  });

  test('S1.11: a call that came in before the look-back is not followed up', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], rules: [ABANDONED] });
    const call = centre.caller(ANN);
    await centre.pass(5);
    await centre.skip(7200);
    call.hangUp();
    await centre.pass(5);
    expect(await callbacks()).toBe(0);
  });

  test('nobody is called whose number is withheld, who has pressed 1 already, or who holds a callback', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], rules: [ABANDONED] });
    centre.caller(null, hangsUp(5));
    centre.caller(ANN, presses('1', 2));
    await centre.pass(15);
    centre.caller(ANN, hangsUp(5));
    await centre.pass(10);
    expect(await centre.rows(`select origin from callback`)).toEqual([{ origin: 'queue-offer' }]);
  });

  test('X12: the same number that leaves twice is called once, at its better place', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED] });
    const first = await centre.callback(ANN);
    centre.caller(ANN, hangsUp(20));
    await centre.pass(25);
    expect(await callbacks()).toBe(1);
    expect((await centre.callback(ANN)).entered_at).toBe(first.entered_at);
  });

  test('an agent whose phone rings for somebody who leaves is free at once, and the promise stands', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], rules: [ABANDONED] });
    centre.world.phone('PJSIP/desk-1', { kind: 'no-answer' });
    await centre.setPresence('desk-1', 'available');
    centre.caller(ANN, patience(6));
    await centre.pass(8);
    expect(await centre.events()).toContain('offer.withdrawn');
    expect((await centre.callback(ANN)).state).toBe('scheduled');
  });

  test('one attempt is made, and then there is a ticket', async () => {
    centre = await annLeaves(20, { rules: [ABANDONED] });
    centre.world.phone(ANN, { kind: 'busy' });
    await centre.setPresence('desk-1', 'available');
    await centre.pass(80);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'exhausted', tickets: 1 });
    await centre.skip(3600);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });
});

describe('what a rule says', () => {
  const PRESS = aRule({ type: 'queue-callback' });

  test('S0.9: whoever presses 1 is not dialled before the delay either, and keeps the place', async () => {
    centre = await annPresses({ rules: [{ ...PRESS, delaySeconds: 300 }] });
    const { pass, skip, world } = centre;
    await pass(20);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'scheduled', reason: 'delay' });
    await skip(200);
    expect(world.ledger.carrierCalls()).toEqual([]);
    await skip(100);
    await pass(20);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('S0.10 S0.11: so many attempts, with its interval between them, are made as the rule and not as the queue says', async () => {
    const behaviour = { attemptsMax: 2, retryAfterSeconds: retryAfterAll(1200) };
    const options = { agents: ['desk-1'], rules: [{ ...PRESS, behaviour }] };
    centre = await openSandboxCentre({ ...options, callback: { wrapUpSeconds: 0 } });
    const { pass, skip, world, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'busy' });
    caller(ANN, presses('1', 2));
    await pass(10);
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
    await skip(1170);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
    await skip(40);
    await pass(10);
    expect(world.ledger.carrierCalls()).toHaveLength(2);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'exhausted', tickets: 1 });
  });

  test('S0.12: its number is shown to the customer, before the one that was dialled', async () => {
    centre = await annPresses({
      rules: [{ ...PRESS, behaviour: { callerId: number('+12025550177') } }],
    });
    await centre.pass(10);
    expect(centre.world.ledger.carrierCalls()[0]?.callerId?.number).toBe('+12025550177');
  });

  test('S0.19: what it leaves out is taken from its profile, and what both leave out from the queue', async () => {
    const profile = { attemptsMax: 7, callerId: number('+12025550188') };
    centre = await annPresses({
      profiles: [{ name: 'patient', behaviour: profile }],
      rules: [{ ...PRESS, profile: 'patient', behaviour: { attemptsMax: 4 } }],
    });
    await centre.pass(10);
    expect(centre.world.ledger.carrierCalls()[0]?.callerId?.number).toBe('+12025550188');
    expect(await centre.rows('select overrides from callback')).toEqual([
      { overrides: { attemptsMax: 4, callerId: '+12025550188' } },
    ]);
  });

  test('S0.8: the rule of a number counts for its callers, and that of the queue for the others', async () => {
    const vip: NumberSetup = {
      number: number('+12025550121'),
      queue: 'support',
      callbackEnabled: true,
      priority: null,
    };
    const ofNumber = aRule({ type: 'abandoned', name: 'vip', number: vip.number });
    centre = await openSandboxCentre({
      numbers: [vip],
      rules: [{ ...ABANDONED, enabled: false }, ofNumber],
    });
    centre.caller(ANN, hangsUp(5));
    centre.world.call({ number: '+12025550002', dials: vip.number, acts: [hangsUp(5)] });
    await centre.pass(10);
    expect(await centre.rows('select number, rule from callback')).toEqual([
      { number: '+12025550002', rule: 'vip' },
    ]);
  });
});

describe('what switches the offer on', () => {
  const QUIET = { number: number('+12025550122'), queue: 'support', priority: null };

  test.each([
    ['all agree', true, true, true],
    ['the number is switched off', false, true, true],
    ['the queue is switched off', true, false, true],
    ['the rule is switched off', true, true, false],
  ])('S0.13 S0.14: %s', async (_, callbackEnabled, enabled, ruleEnabled) => {
    const isOffered = callbackEnabled && enabled && ruleEnabled;
    const rules = [aRule({ type: 'queue-callback', enabled: ruleEnabled })];
    const numbers = [{ ...QUIET, callbackEnabled }];
    centre = await annPresses({ numbers, rules, callback: { enabled } }, QUIET.number, 15);
    expect(await callbacks()).toBe(isOffered ? 1 : 0);
    const [call] = centre.world.ledger.entries();
    expect(wordsOf(call?.heard ?? []).includes('offer')).toBe(isOffered);
  });
});

describe('the place of a callback', () => {
  const VIP: NumberSetup = {
    number: number('+12025550123'),
    queue: 'support',
    callbackEnabled: true,
    priority: 5,
  };

  test.each([
    [true, ['+12025550002', ANN]],
    [false, [ANN, '+12025550002']],
  ])(
    'S2.12: with preservePriority %s the priority of the call counts or not, and the time of entry always',
    async (preservePriority, order) => {
      const callback = { preservePriority, wrapUpSeconds: 0 };
      centre = await openSandboxCentre({ agents: ['desk-1'], numbers: [VIP], callback });
      const { world, pass } = centre;
      world.phone('PJSIP/desk-1', picksUp(1));
      for (const party of order) {
        world.phone(party, { kind: 'answer', afterSeconds: 1, acts: [talks(6)] });
      }
      centre.caller(ANN, presses('1', 8));
      await pass(2);
      world.call({ number: '+12025550002', dials: VIP.number, acts: [presses('1', 2)] });
      await pass(20);
      await centre.setPresence('desk-1', 'available');
      await pass(60);
      expect(world.ledger.carrierCalls().map(({ party }) => party)).toEqual(order);
    },
  );

  test('S4.20: chosen, made, placed, the call ended, an agent asked, dialled: in this order, all within the queue', async () => {
    centre = await annPresses({});
    await centre.pass(60);
    const [story] = await centre.rows<{ kinds: string[] }>(
      `select array_agg(kind order by revision) as kinds from event where interaction_id is not null`,
    );
    const told = (story?.kinds ?? []).filter((kind) =>
      [
        'interaction.entered',
        'callback.requested',
        'call.ended',
        'offer.ringing',
        'callback.dialing',
        'callback.completed',
      ].includes(kind),
    );
    expect(told).toEqual([
      'interaction.entered',
      'callback.requested',
      'call.ended',
      'offer.ringing',
      'callback.dialing',
      'callback.completed',
    ]);
    expect(
      await centre.rows(
        `select q.name from attempt t join callback c on c.id = t.callback_id join queue q on q.id = c.queue_id`,
      ),
    ).toEqual([{ name: 'support' }]);
  });
});
