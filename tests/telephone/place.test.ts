import { afterEach, describe, expect, test } from 'vitest';
import { telephonyReady } from './support/asterisk-root.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';

describe.skipIf(!telephonyReady())('a place in line on a real Asterisk', () => {
  let centre: PhoneCentre;

  afterEach(async () => {
    await centre.close();
  });

  test('X1 P2: of three callers the second presses 1 and hangs up, and agents serve 1, callback 2, 3 in that order', async () => {
    centre = await openPhoneCentre({
      agents: [{ otherwise: [{ kind: 'answer' }] }],
      carrier: { otherwise: [{ kind: 'answer' }] },
    });
    const { asterisk, carrier, agents } = centre;
    const [agent] = agents;
    const first = await centre.call('+12025550001');
    await asterisk.waitForPlayed('ringback/offer');
    await centre.requestCallback('+12025550002');
    const third = await centre.call('+12025550003');
    await asterisk.waitForPlayed('ringback/offer', undefined, 3);

    await centre.setAgents('available');
    const served = await agent?.waitForCall(({ answeredAtMs }) => answeredAtMs !== null);
    expect(served).toMatchObject({ callerName: 'support', callerNumber: '+12025550001' });
    await first.hangUp();

    await centre.callbackIn('connected');
    expect(carrier.calls()).toHaveLength(1);
    await carrier.hangUp();
    await centre.callbackIn('completed');

    await agent?.waitForCall(({ callerNumber }) => callerNumber === '+12025550003');
    expect(agent?.calls().map(({ callerName }) => callerName)).toEqual([
      'support',
      'CALLBACK support',
      'support',
    ]);
    await third.hangUp();
  });
});
