import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit } from './support/audit.ts';
import { Hearing } from './support/hearing.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';
import type { CalledPhone } from './support/phones.ts';

describe.skipIf(!telephonyReady())('a connection to the PBX that breaks while calls go on', () => {
  let centre: PhoneCentre;
  let agent: CalledPhone;

  beforeAll(async () => {
    centre = await openPhoneCentre({
      isLineCuttable: true,
      callback: { minimumGap: 'PT1S', retryAfter: 'PT1S', offerEvery: 'PT10S' },
    });
    const [only] = centre.agents;
    assert(only !== undefined);
    agent = only;
  });

  afterEach(async () => {
    await centre.ariLine.mend();
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  const pbxIs = async (how: string, ready: boolean): Promise<void> => {
    await eventually(`the PBX is ${how}`, async () => {
      const [owner] = await centre.rows<{ ready: boolean }>('select ready from pbx_owner');
      return owner?.ready === ready ? true : null;
    });
  };

  const cut = async (): Promise<void> => {
    await centre.ariLine.cut();
    await pbxIs('away', false);
  };

  const mend = async (): Promise<void> => {
    await centre.ariLine.mend();
    await pbxIs('back', true);
  };

  /** The agent is asked to take this customer; earlier calls have rung too. */
  const agentRingsFor = async (customer: string): Promise<void> => {
    await agent.waitForCall(
      ({ callerNumber, ringingAtMs }) => callerNumber === customer && ringingAtMs !== null,
    );
  };

  const callsTo = (number: string): number =>
    centre.carrier.calls().filter(({ called }) => called === number).length;

  test('while callers wait: who hangs up meanwhile is not waited for, who stays hears their position again, and who calls hears an apology', async () => {
    const hearing = new Hearing(centre.asterisk);
    const leaves = await centre.call('+12025550401');
    const leavesOn = await hearing.callerChannel();
    await hearing.hears('ringback/next-in-line', leavesOn);
    const afterFirst = new Hearing(centre.asterisk);
    const stays = await centre.call('+12025550402');
    const staysOn = await afterFirst.callerChannel();
    await hearing.hears('ringback/position', staysOn);

    await cut();
    await leaves.hangUp();
    await leaves.ended();
    const meanwhile = new Hearing(centre.asterisk);
    const calls = await centre.call('+12025550403');
    await meanwhile.hears('ringback/fallback', await meanwhile.callerChannel());
    await calls.ended();
    expect(stays.call().ending).toBeNull();

    await mend();
    await hearing.hears('ringback/next-in-line', staysOn);
    const [left] = await centre.rows<{ ending: string }>(
      `select ending from interaction where customer_number = '+12025550401'`,
    );
    expect(left?.ending).toBe('abandoned');
    await stays.press('1');
    await stays.ended();
    const kept = await centre.callbackIn('waiting', '+12025550402');
    await centre.node().api('POST', `/api/v1/callbacks/${kept.id}/cancel`);
  });

  test('while an agent rings who answers afterwards: the customer is called', async () => {
    await agent.become({ kind: 'ring' });
    await centre.requestAtOnce('+12025550404');
    await centre.setAgents('available');
    await agentRingsFor('+12025550404');
    await cut();
    await mend();
    await agent.answer();
    await centre.callbackIn('connected', '+12025550404');
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550404');
    expect(callsTo('+12025550404')).toBe(1);
  });

  test('while an agent rings who answers meanwhile: the agent is asked again, and the customer called only then', async () => {
    const asked = agent.calls().length;
    await agent.become({ kind: 'ring' });
    await centre.requestAtOnce('+12025550408');
    await centre.setAgents('available');
    await agentRingsFor('+12025550408');
    await cut();
    const { callId } = await agent.answer();
    await agent.waitForCall((call) => call.callId === callId && call.ending !== null);
    await agent.become({ kind: 'answer' });
    expect(callsTo('+12025550408')).toBe(0);
    await mend();
    await centre.callbackIn('waiting', '+12025550408');
    await centre.callbackIn('connected', '+12025550408');
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550408');
    expect(callsTo('+12025550408')).toBe(1);
    expect(agent.calls()).toHaveLength(asked + 2);
  });

  test('while a customer rings who answers meanwhile: they hear that we are sorry instead of silence, and are called again once', async () => {
    const { asterisk, carrier } = centre;
    await agent.become({ kind: 'answer' });
    await carrier.become({
      byNumber: { '+12025550405': [{ kind: 'ring' }, { kind: 'answer' }] },
      otherwise: [{ kind: 'answer' }],
    });
    await centre.requestAtOnce('+12025550405');
    const hearing = new Hearing(asterisk);
    await centre.setAgents('available');
    await carrier.waitForCall(
      ({ called, ringingAtMs }) => called === '+12025550405' && ringingAtMs !== null,
    );
    await cut();
    const { callId } = await carrier.answer();
    await hearing.hears('ringback/fallback', await hearing.customerChannel());
    const sorry = await carrier.waitForCall(
      (call) => call.callId === callId && call.ending !== null,
    );
    expect(sorry.ending).toBe('bye-received');
    await mend();
    await centre.callbackIn('connected', '+12025550405');
    expect(callsTo('+12025550405')).toBe(2);
    await carrier.hangUp();
    await centre.callbackIn('completed', '+12025550405');
  });

  test('while a customer rings who does not answer: the call goes on and is connected afterwards', async () => {
    const { carrier } = centre;
    await carrier.become({ kind: 'ring' });
    await centre.requestAtOnce('+12025550406');
    await centre.setAgents('available');
    await carrier.waitForCall(
      ({ called, ringingAtMs }) => called === '+12025550406' && ringingAtMs !== null,
    );
    await cut();
    await mend();
    await carrier.answer();
    await centre.callbackIn('connected', '+12025550406');
    await carrier.hangUp();
    await centre.callbackIn('completed', '+12025550406');
    expect(callsTo('+12025550406')).toBe(1);
  });

  test('while they talk: the talk goes on, and its end is noticed afterwards', async () => {
    const { carrier } = centre;
    await carrier.become({ kind: 'answer' });
    await centre.requestAtOnce('+12025550407');
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550407');
    await cut();
    expect(agent.calls().at(-1)?.ending).toBeNull();
    await mend();
    const still = await centre.callbackIn('connected', '+12025550407');
    expect(still.ticket).toBeNull();
    await cut();
    await carrier.hangUp();
    await mend();
    await centre.callbackIn('completed', '+12025550407');
    expect(callsTo('+12025550407')).toBe(1);
  });
});
