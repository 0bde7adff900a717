import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit, channelsOf } from './support/audit.ts';
import { Hearing } from './support/hearing.ts';
import { openPhoneCentre, type PhoneCentre, SUPPORT_NUMBER } from './support/phone-centre.ts';
import type { CalledPhone } from './support/phones.ts';

const POSITION_TWO = ['ringback/position', 'digits/2', 'ringback/position-in-line'];
const NEXT = ['ringback/next-in-line'];

describe.skipIf(!telephonyReady())('what people hear on a real Asterisk', () => {
  let centre: PhoneCentre;
  let agent: CalledPhone;

  beforeAll(async () => {
    centre = await openPhoneCentre({ callback: { offerEvery: 'PT10S' } });
    const [only] = centre.agents;
    if (only === undefined) throw new Error('a centre without an agent');
    agent = only;
  });

  afterEach(async () => {
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  test('S0.15 S1.12 S2.1 S2.8 S2.9 S3.1 S3.3 S3.9 S3.10 S3.11 S3.12 S3.17 S4.7: nobody waits without knowing their position and the way out, and nobody is thanked for a request that does not exist', async () => {
    const { asterisk } = centre;
    const hearing = new Hearing(asterisk);
    const first = await centre.call('+12025550001');
    const firstChannel = await hearing.callerChannel();
    await hearing.hears('ringback/offer', firstChannel);

    const secondHearing = new Hearing(asterisk);
    const second = await centre.call('+12025550002');
    const secondChannel = await secondHearing.callerChannel();
    await hearing.hears('ringback/offer', secondChannel);
    await hearing.hears('ringback/position', secondChannel, 2);
    // Pressed during the announcement: what is being said stops, and the offer is not repeated any more.
    await second.press('1');
    const confirmation = await hearing.hears('ringback/confirmation', secondChannel);
    const [row] = await centre.rows<{ requested_at: Date; phone: string | null }>(
      `select c.requested_at, i.call_state as phone from callback c
         join interaction i on i.id = c.interaction_id where c.number = '+12025550002'`,
    );
    expect(row?.requested_at.getTime()).toBeLessThanOrEqual(confirmation.atMs);
    const left = await second.ended();
    expect(left.ending).toBe('bye-received');
    expect(hearing.files(secondChannel)).toEqual([
      ...POSITION_TWO,
      'ringback/offer',
      'ringback/position',
      'ringback/confirmation',
    ]);

    await hearing.hears('ringback/offer', firstChannel, 2);
    expect(hearing.files(firstChannel)).toEqual([
      ...NEXT,
      'ringback/offer',
      ...NEXT,
      'ringback/offer',
    ]);
    await first.hangUp();
    const kept = await centre.callbackIn('waiting', '+12025550002');
    await centre.node().api('POST', `/api/v1/callbacks/${kept.id}/cancel`);
  });

  test('S0.2 S0.16 S0.18 S1.4 S1.5 S2.11 S2.13 S2.17 S3.2 S3.5 S3.6 S3.18 S3.19 S3.20 S4.10: a customer is called only when an agent is on the line, from the number they dialled, for the request they made', async () => {
    const { asterisk, carrier } = centre;
    await agent.become({ kind: 'ring' });
    await carrier.become({ kind: 'ring' });
    await centre.requestCallback('+12025550003');
    const waiting = await centre.callbackIn('waiting', '+12025550003');
    const [original] = await centre.rows<{ id: string }>(
      `select id from interaction where customer_number = '+12025550003'`,
    );
    expect(waiting.interactionId).toBe(original?.id);
    await eventually('the waiting callback holds no channel', async () =>
      (await channelsOf(centre)).length === 0 ? true : null,
    );

    const hearing = new Hearing(asterisk);
    await centre.setAgents('available');
    const asked = await agent.waitForCall(({ ringingAtMs }) => ringingAtMs !== null);
    expect(asked).toMatchObject({ callerName: 'CALLBACK support', callerNumber: '+12025550003' });
    await centre.callbackIn('offered', '+12025550003');
    expect(carrier.calls()).toEqual([]);

    await agent.answer();
    const alert = await hearing.hears('ringback/alert', 'PJSIP/agent1');
    const rung = await carrier.waitForCall(({ ringingAtMs }) => ringingAtMs !== null);
    expect(rung).toMatchObject({ called: '+12025550003', callerNumber: SUPPORT_NUMBER });
    expect(rung.invitedAtMs).toBeGreaterThan(alert.atMs);
    const onTheLine = agent.calls().at(-1);
    expect(onTheLine?.answeredAtMs).toBeLessThan(rung.invitedAtMs);
    expect(onTheLine?.ending).toBeNull();

    await carrier.answer();
    await centre.callbackIn('connected', '+12025550003');
    await asterisk.waitForLog(
      /Channel PJSIP\/carrier-\w+ joined '\w+' stasis-bridge <ringback\.talk/,
    );
    await asterisk.waitForLog(
      /Channel PJSIP\/agent1-\w+ joined '\w+' stasis-bridge <ringback\.talk/,
    );
    expect(await channelsOf(centre)).toHaveLength(2);
    await carrier.hangUp();
    const done = await centre.callbackIn('completed', '+12025550003');
    expect(done.interactionId).toBe(original?.id);
    expect(carrier.calls()).toHaveLength(1);
  });

  test('S1.6 S1.13: a company that has recorded its own sentences is not spoken for by ours', async () => {
    const { asterisk, carrier } = centre;
    await agent.become({ kind: 'answer' });
    await carrier.become({ kind: 'answer' });
    await centre.configure({
      prompts: {
        offer: 'ringback/please-hold',
        confirmation: 'ringback/position-in-line',
        alert: 'ringback/next-in-line',
      },
    });
    const hearing = new Hearing(asterisk);
    const caller = await centre.call('+12025550004');
    const channel = await hearing.callerChannel();
    await hearing.hears('ringback/please-hold', channel);
    await caller.press('1');
    await caller.ended();
    expect(hearing.files(channel)).toEqual([
      ...NEXT,
      'ringback/please-hold',
      'ringback/position-in-line',
    ]);
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550004');
    expect(hearing.files('PJSIP/agent1')).toEqual(['ringback/next-in-line']);
    await carrier.hangUp();
    await centre.callbackIn('completed', '+12025550004');
  });
});
