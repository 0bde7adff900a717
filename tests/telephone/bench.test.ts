import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asterisk, startAsterisk } from './support/asterisk.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { type CalledPhone, startAgentPhone, startCaller, startCarrier } from './support/phones.ts';

const DIALPLAN = `[ringback-inbound]
exten => _+X.,1,Answer()
 same => n,Read(DIGIT,beep,1,,1,10)
 same => n,Verbose(1,digit \${DIGIT} from \${CALLERID(num)})
 same => n,Set(CALLERID(all)="CALLBACK support" <+12025550100>)
 same => n,Goto(do-\${DIGIT},1)
exten => do-1,1,Dial(PJSIP/+12025550123@carrier,20)
 same => n,Verbose(1,carrier said \${DIALSTATUS})
 same => n,Hangup()
exten => +12025550188,1,Answer()
 same => n,Playback(ringback/offer)
exten => +12025550177,1,Dial(PJSIP/agent1,20)
 same => n,Hangup(\${HANGUPCAUSE})
exten => +12025550166,1,Hangup(17)
exten => do-2,1,Dial(PJSIP/agent1,20)
`;

describe.skipIf(!telephonyReady())('the bench for telephone tests', () => {
  let asterisk: Asterisk;
  let carrier: CalledPhone;
  let agent: CalledPhone;

  beforeAll(async () => {
    asterisk = await startAsterisk({ dialplan: DIALPLAN, productDialplan: false });
    carrier = await startCarrier(asterisk, {
      byNumber: {
        '+12025550123': [
          { kind: 'refuse', status: 486 },
          { kind: 'answer', hangUpAfterMs: 200 },
        ],
      },
      otherwise: [{ kind: 'refuse', status: 404 }],
    });
    agent = await startAgentPhone(asterisk, 1, { kind: 'ring' });
  });

  afterAll(async () => {
    await Promise.all([carrier.stop(), agent.stop()]);
    await asterisk.stop();
  });

  async function callAndPress(digit: string): Promise<Awaited<ReturnType<typeof startCaller>>> {
    const caller = await startCaller(asterisk, '+12025550199', '+12025550111');
    await caller.answered();
    await asterisk.waitForPlayed('beep');
    await caller.press(digit);
    return caller;
  }

  it('counts each call to the carrier once, and plays each behaviour in its turn', async () => {
    const first = await callAndPress('1');
    await asterisk.waitForLog(/digit 1 from \+12025550111/);
    await asterisk.waitForLog(/carrier said BUSY/);
    expect((await first.ended()).ending).toBe('bye-received');
    const second = await callAndPress('1');
    await second.ended();
    expect(
      carrier.calls().map((call) => [call.called, call.callerNumber, call.status, call.ending]),
    ).toEqual([
      ['+12025550123', '+12025550100', 486, 'refused'],
      ['+12025550123', '+12025550100', 200, 'bye-sent'],
    ]);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('shows the agent the name of the call and obeys while it rings and while it talks', async () => {
    const caller = await callAndPress('2');
    const ringing = await agent.waitForCall();
    expect(ringing).toMatchObject({ callerName: 'CALLBACK support', called: 'agent1' });
    await agent.answer();
    await agent.hangUp();
    expect((await caller.ended()).ending).toBe('bye-received');
    await caller.stop();
  });

  it('knows a caller who gives up from one who is refused', async () => {
    const quitter = await startCaller(asterisk, '+12025550177', '+12025550112');
    await quitter.waitFor((call) => call.ringingAtMs !== null);
    await quitter.hangUp();
    expect(await quitter.ended()).toMatchObject({ ending: 'cancelled' });
    await agent.waitForCall(
      (call) => call.callerNumber === '+12025550112' && call.ending === 'cancelled',
    );
    const refused = await startCaller(asterisk, '+12025550166', '+12025550113');
    expect(await refused.ended()).toMatchObject({ ending: 'refused', status: 486 });
    await Promise.all([quitter.stop(), refused.stop()]);
  });

  it('lets a phone refuse, forward and become another', async () => {
    await agent.become({ kind: 'forward', to: 'nobody@127.0.0.1' });
    const forwarded = await startCaller(asterisk, '+12025550177', '+12025550114');
    await agent.waitForCall((call) => call.callerNumber === '+12025550114' && call.status === 302);
    await forwarded.hangUp();
    await forwarded.ended();
    await agent.become({ kind: 'ring' });
    const declined = await startCaller(asterisk, '+12025550177', '+12025550115');
    await agent.refuse();
    await agent.waitForCall((call) => call.callerNumber === '+12025550115' && call.status === 603);
    await declined.ended();
    await Promise.all([forwarded.stop(), declined.stop()]);
  });

  it('lets a withheld caller hear a prompt and hang up, and comes back after a kill', async () => {
    const caller = await startCaller(asterisk, '+12025550188', null);
    await asterisk.waitForPlayed('ringback/offer', 'PJSIP/carrier');
    await caller.hangUp();
    expect((await caller.ended()).ending).toBe('bye-sent');
    await caller.stop();
    await asterisk.restart();
    expect(await asterisk.cli('core show channels')).toContain('0 active channels');
  });
});
