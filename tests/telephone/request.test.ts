import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit } from './support/audit.ts';
import { Hearing } from './support/hearing.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';
import type { CalledPhone } from './support/phones.ts';

describe.skipIf(!telephonyReady())('requests on a real Asterisk', () => {
  let centre: PhoneCentre;
  let agent: CalledPhone;

  beforeAll(async () => {
    centre = await openPhoneCentre({
      carrier: { otherwise: [{ kind: 'answer', hangUpAfterMs: 500 }] },
    });
    const [only] = centre.agents;
    assert(only !== undefined);
    agent = only;
  });

  afterEach(async () => {
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  const callbacksOf = async (number: string): Promise<readonly string[]> => {
    const all = await centre.callbacks();
    return all.filter((callback) => callback.number === number).map(({ state }) => state);
  };

  const interactionsIn = async (state: string, number: string | null): Promise<number> => {
    const who = number === null ? 'is null' : `= '${number}'`;
    const [row] = await centre.rows<{ count: number }>(
      `select count(*)::int from interaction
        where customer_number ${who} and (state = '${state}' or ending = '${state}')`,
    );
    return row?.count ?? 0;
  };

  const comesTo = async (state: string, number: string | null, count = 1): Promise<void> => {
    await eventually(`${number ?? 'the unknown caller'} is ${state}`, async () =>
      (await interactionsIn(state, number)) === count ? true : null,
    );
  };

  test('X2 P8 S2.8 S3.11: a caller who hangs up in the middle of the confirmation is called back all the same', async () => {
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call('+12025550201');
    await caller.press('1');
    await hearing.hears('ringback/confirmation');
    expect(await callbacksOf('+12025550201')).toEqual(['waiting']);
    await caller.hangUp();
    expect((await caller.ended()).ending).toBe('bye-sent');
    await centre.setAgents('available');
    await centre.callbackIn('completed', '+12025550201');
    expect(centre.carrier.calls().map(({ called }) => called)).toEqual(['+12025550201']);
  });

  test('X12 P4: a number that presses 1 ten times, calls again and presses 1 once more is promised one call', async () => {
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call('+12025550202');
    for (let presses = 0; presses < 10; presses += 1) await caller.press('1');
    await caller.ended();
    expect(hearing.files().filter((file) => file === 'ringback/confirmation')).toHaveLength(1);

    const again = await centre.call('+12025550202');
    await eventually('they are asked whether they go on in their place', () =>
      hearing.files().includes('ringback/go-on-in-your-place') ? true : null,
    );
    // The first 1 takes the held place, the second wants to hang up again.
    const holds = (): number =>
      hearing.files().filter((file) => file === 'ringback/please-hold').length;
    const before = holds();
    await again.press('1');
    await eventually('they hold the place', () => (holds() > before ? true : null));
    await again.press('1');
    await again.ended();
    expect(hearing.files().at(-1)).toBe('ringback/already-in-line');
    expect(await callbacksOf('+12025550202')).toEqual(['waiting']);
    await comesTo('duplicate', '+12025550202');
    await centre.setAgents('available');
    await centre.callbackIn('completed', '+12025550202');
    expect(centre.carrier.calls().filter(({ called }) => called === '+12025550202')).toHaveLength(
      1,
    );
  });

  test('P3 S4.8: whoever called first is called back first, although the other one asked first', async () => {
    const first = await centre.call('+12025550203');
    await comesTo('waiting', '+12025550203');
    await centre.requestAtOnce('+12025550204');
    await first.press('1');
    await first.ended();
    await eventually('both stand in line', async () =>
      (await centre.rows('select from place')).length === 2 ? true : null,
    );
    const { carrier } = centre;
    const before = carrier.calls().length;
    await centre.setAgents('available');
    await centre.callbackIn('completed', '+12025550203');
    await centre.callbackIn('completed', '+12025550204');
    const called = carrier.calls().slice(before);
    expect(called.map((call) => call.called)).toEqual(['+12025550203', '+12025550204']);
  });

  test('a caller without a number is offered nothing, is told why, and is served on the line', async () => {
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call(null);
    await hearing.hears('ringback/next-in-line');
    await caller.press('1');
    await hearing.hears('ringback/number-unknown');
    expect(hearing.files()).not.toContain('ringback/offer');
    expect(await interactionsIn('waiting', null)).toBe(1);
    await centre.setAgents('available');
    await comesTo('connected', null);
    expect(agent.calls().at(-1)).toMatchObject({ callerName: 'support', ending: null });
    await caller.hangUp();
    await comesTo('answered', null);
    expect(await centre.rows(`select 1 from callback where number is null`)).toEqual([]);
  });

  test('digits other than 1 neither make a callback nor cut an announcement short', async () => {
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call('+12025550205');
    await hearing.hears('ringback/next-in-line');
    for (const digit of ['2', '0', 'star', 'pound', '9']) await caller.press(digit);
    await hearing.hears('ringback/offer');
    await centre.setAgents('available');
    await comesTo('connected', '+12025550205');
    // Nor does a 1 in the middle of a conversation.
    await caller.press('1');
    await agent.hangUp();
    await caller.ended();
    await comesTo('answered', '+12025550205');
    expect(await callbacksOf('+12025550205')).toEqual([]);
  });

  test('a caller who hangs up at any moment leaves no channel, no busy agent and no promise behind', async () => {
    const gone = '+12025550206';
    const atOnce = await centre.call(gone);
    await atOnce.hangUp();
    await atOnce.ended();

    const hearing = new Hearing(centre.asterisk);
    const announced = await centre.call(gone);
    await hearing.hears('ringback/next-in-line');
    await announced.hangUp();
    await announced.ended();
    await eventually('nobody waits', async () =>
      (await interactionsIn('waiting', gone)) === 0 ? true : null,
    );

    await agent.become({ kind: 'ring' });
    await centre.setAgents('available');
    const rings = agent.calls().length;
    const ringing = await centre.call(gone);
    await eventually('the agent rings', () =>
      (agent.calls()[rings]?.ringingAtMs ?? null) === null ? null : true,
    );
    await ringing.hangUp();
    await eventually('the agent rings no more', () =>
      agent.calls()[rings]?.ending === 'cancelled' ? true : null,
    );

    await agent.become({ kind: 'answer' });
    const talking = await centre.call(gone);
    await comesTo('connected', gone);
    await talking.hangUp();
    await eventually('the agent is off the phone', () =>
      agent.calls().at(-1)?.ending === 'bye-received' ? true : null,
    );
    await comesTo('answered', gone);
    expect(await callbacksOf(gone)).toEqual([]);
    const offers = await centre.rows<{ ending: string }>(
      `select o.ending from offer o join interaction i on i.id = o.interaction_id
        where i.customer_number = '${gone}' order by o.offered_at`,
    );
    expect(offers.map(({ ending }) => ending)).toEqual(['withdrawn', 'accepted']);
  });
});
