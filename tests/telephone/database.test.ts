import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit } from './support/audit.ts';
import { Hearing } from './support/hearing.ts';
import type { MortalDatabase } from './support/mortal-database.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';
import type { CalledPhone } from './support/phones.ts';

describe.skipIf(!telephonyReady())('a database that is killed while calls go on', () => {
  let centre: PhoneCentre;
  let agent: CalledPhone;
  let database: MortalDatabase;

  beforeAll(async () => {
    centre = await openPhoneCentre({
      isDatabaseMortal: true,
      callback: { minimumGap: 'PT1S', retryAfter: 'PT1S', offerEvery: 'PT10S' },
    });
    const [only] = centre.agents;
    assert(only !== undefined && centre.mortal !== null);
    agent = only;
    database = centre.mortal;
  });

  afterEach(async () => {
    await back();
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  const away = async (): Promise<void> => {
    await database.kill();
    await eventually('the node says that it is not ready', async () =>
      (await fetch(`${centre.node().url}/readyz`)).ok ? null : true,
    );
  };

  const back = async (): Promise<void> => {
    await database.mend();
    await eventually('the node is ready', async () =>
      (await fetch(`${centre.node().url}/readyz`)).ok ? true : null,
    );
    await eventually('the PBX is ready', async () => {
      const [owner] = await centre.rows<{ ready: boolean }>('select ready from pbx_owner');
      return owner?.ready === true ? true : null;
    });
  };

  const callsTo = (number: string): number =>
    centre.carrier.calls().filter(({ called }) => called === number).length;

  test('F15 P8: while a caller waits: who presses 1 hears that we are sorry and is promised nothing, who presses again afterwards is', async () => {
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call('+12025550501');
    await hearing.hears('ringback/offer');
    await away();
    await caller.press('1');
    await hearing.hears('ringback/apology');
    expect(hearing.files()).not.toContain('ringback/confirmation');
    expect(caller.call().ending).toBeNull();
    await back();
    expect(await centre.callbacks()).toEqual([]);
    await caller.press('1');
    await caller.ended();
    expect(hearing.files()).toContain('ringback/confirmation');
    const kept = await centre.callbackIn('waiting', '+12025550501');
    await centre.node().api('POST', `/api/v1/callbacks/${kept.id}/cancel`);
  });

  test('whoever calls meanwhile waits with music, and is asked what they want afterwards', async () => {
    await away();
    const hearing = new Hearing(centre.asterisk);
    const caller = await centre.call('+12025550502');
    const channel = await hearing.callerChannel();
    await centre.asterisk.waitForLog(new RegExp(`${channel} joined 'holding_bridge'`));
    expect(hearing.files()).toEqual([]);
    await back();
    await hearing.hears('ringback/offer', channel);
    await caller.hangUp();
    await caller.ended();
  });

  test('what was acknowledged is there afterwards, and nobody is dialled in between', async () => {
    await agent.become({ kind: 'answer' });
    await centre.carrier.become({ kind: 'answer' });
    await centre.requestAtOnce('+12025550503');
    await away();
    const refused = await fetch(`${centre.node().url}/api/v1/callbacks`);
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { code: 'DATABASE_UNAVAILABLE' },
    ]);
    await back();
    expect(callsTo('+12025550503')).toBe(0);
    await centre.callbackIn('waiting', '+12025550503');
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550503');
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550503');
    expect(callsTo('+12025550503')).toBe(1);
  });

  test("while the agent's phone rings: the agent who picks up meanwhile goes on to the customer afterwards", async () => {
    await agent.become({ kind: 'ring' });
    await centre.requestAtOnce('+12025550504');
    await centre.setAgents('available');
    await agent.waitForCall(
      ({ callerNumber, ringingAtMs }) => callerNumber === '+12025550504' && ringingAtMs !== null,
    );
    await away();
    await agent.answer();
    expect(callsTo('+12025550504')).toBe(0);
    await back();
    await centre.callbackIn('connected', '+12025550504');
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550504');
    expect(callsTo('+12025550504')).toBe(1);
  });

  test("P1: while the customer's phone rings, and while they talk: both go on, and nobody is called again", async () => {
    await agent.become({ kind: 'answer' });
    await centre.carrier.become({ kind: 'ring' });
    await centre.requestAtOnce('+12025550505');
    await centre.setAgents('available');
    await centre.carrier.waitForCall(
      ({ called, ringingAtMs }) => called === '+12025550505' && ringingAtMs !== null,
    );
    await away();
    await back();
    await centre.carrier.answer();
    await centre.callbackIn('connected', '+12025550505');
    await away();
    await centre.carrier.hangUp();
    await back();
    await centre.callbackIn('completed', '+12025550505');
    expect(callsTo('+12025550505')).toBe(1);
  });
});
