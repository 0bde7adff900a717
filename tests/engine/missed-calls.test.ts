import { afterEach, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../contract/configuration-reading.ts';
import type { RuleSetup } from '../../core/centre/centre.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { secondsAfter } from '../../core/prelude/time.ts';
import type { MissedOutcome, MissedReport } from '../../engine/missed-calls.ts';
import { centreOf } from '../../http/configuration-mapping.ts';
import { hangsUp, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  type CentreOptions,
  openSandboxCentre,
  type SandboxCentre,
  SUPPORT_NUMBER,
  WEDNESDAY_MORNING,
} from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';
const MISSED: RuleSetup = {
  name: 'nobody-there',
  type: 'missed',
  queue: 'support',
  number: null,
  enabled: true,
  delaySeconds: 60,
  minimumWaitSeconds: 0,
  lookBackSeconds: 7200,
  profile: null,
  behaviour: {},
};

async function open(options: CentreOptions = { rules: [MISSED] }): Promise<void> {
  centre = await openSandboxCentre({ agents: ['desk-1'], ...options });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  centre.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
}

/** Another system tells that Ann was missed so many seconds ago, unless `told` says otherwise. */
async function tell(secondsAgo: number, told: Partial<MissedReport> = {}): Promise<MissedOutcome> {
  const outcome = await centre.engine.reportMissedCall(DEFAULT_TENANT, {
    externalId: 'call-1',
    number: phoneNumber(ANN),
    dialledNumber: phoneNumber(SUPPORT_NUMBER),
    queueName: null,
    calledAt: secondsAfter(centre.timers.nowMs(), -secondsAgo),
    why: 'no answer',
    ...told,
  });
  if (!outcome.ok) throw new Error(outcome.refusal.detail);
  return outcome.value;
}

const codeOf = ({ obstacle }: MissedOutcome): string | null => obstacle?.code ?? null;

describe('a call that another system has missed', () => {
  test('S0.4 S1.1: is called back by the next agent, with the place of the time at which it came', async () => {
    await open();
    const { obstacle, callbackId } = await tell(300);
    expect(obstacle).toBeNull();
    const callback = await centre.callback(ANN);
    expect(callback).toMatchObject({ id: callbackId, state: 'waiting' });
    expect(callback.entered_at).toBe(secondsAfter(centre.timers.nowMs(), -300));
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    expect((await centre.callback(ANN)).state).toBe('completed');
    expect(centre.world.ledger.carrierCalls()[0]?.callerId?.number).toBe(SUPPORT_NUMBER);
  });

  test('S0.9: the delay of the rule counts from the call, and not from when it was told', async () => {
    await open();
    await tell(20);
    const { reason, due_at: due } = await centre.callback(ANN);
    expect({ reason, due }).toEqual({
      reason: 'delay',
      due: secondsAfter(centre.timers.nowMs(), 40),
    });
  });

  test('told twice, also at the same time, it is answered the same and there is one callback', async () => {
    await open();
    const [one, other] = await Promise.all([tell(30), tell(30)]);
    expect(one.callbackId).toBe(other.callbackId);
    expect(one.isRepeated).not.toBe(other.isRepeated);
    await centre.rows(`update callback set state = 'cancelled', ended_at = requested_at`);
    expect(await tell(5)).toMatchObject({ callbackId: one.callbackId, isRepeated: true });
    await centre.rows(`update callback set state = 'scheduled', ended_at = null`);
  });

  test('what was ignored is ignored again, although a rule would follow it up by now', async () => {
    await open({ rules: [{ ...MISSED, enabled: false }] });
    expect(codeOf(await tell(30))).toBe('rule-disabled');
    await centre.rows('update rule set enabled = true');
    expect(await tell(30)).toMatchObject({ obstacle: { code: 'rule-disabled' }, isRepeated: true });
    expect(codeOf(await tell(30, { externalId: 'call-2' }))).toBeNull();
  });

  test('S0.9 S0.10 S1.11: a rule that says nothing else calls once, a minute after the call, and nobody who called more than two hours ago', async () => {
    const document = {
      pbxs: [{ name: 'main', driver: 'sandbox' }],
      queues: [{ name: 'support' }],
      rules: [{ name: 'nobody-there', type: 'missed', source: 'support' }],
    };
    const read = readConfiguration(document);
    if (!read.ok) throw new Error('the document is right');
    await open({ rules: centreOf(read.configuration).rules });
    centre.world.phone(ANN, { kind: 'busy' });
    expect(codeOf(await tell(7201))).toBe('too-old');
    await tell(0, { externalId: 'call-2' });
    const called = centre.timers.nowMs();
    expect(await centre.callback()).toMatchObject({ reason: 'delay', due_at: called + 60_000 });
    await centre.setPresence('desk-1', 'available');
    await centre.pass(90);
    expect(await centre.callback()).toMatchObject({ state: 'exhausted', attempts_used: 1 });
  });

  test('by the name of the queue it is followed up as well, and shows the number of the queue', async () => {
    await open();
    await tell(300, { dialledNumber: null, queueName: 'support' });
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    expect(centre.world.ledger.carrierCalls()[0]?.callerId?.number).toBe('+12025550110');
  });

  test('a number or a name that leads to no queue is refused, and can be told again', async () => {
    await open();
    const report = {
      externalId: 'call-1',
      number: phoneNumber(ANN),
      dialledNumber: null,
      queueName: 'nowhere',
      calledAt: centre.timers.nowMs(),
      why: null,
    };
    const refused = await centre.engine.reportMissedCall(DEFAULT_TENANT, report);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'QUEUE_UNKNOWN' } });
    expect((await tell(30)).isRepeated).toBe(false);
  });
});

describe('a missed call that is left alone says why', () => {
  test('S1.11: older than the look-back', async () => {
    await open();
    expect(codeOf(await tell(7201))).toBe('too-old');
    expect(codeOf(await tell(7100, { externalId: 'call-2' }))).toBeNull();
  });

  test.each<[string, CentreOptions, Partial<MissedReport>]>([
    ['no-rule', { rules: [] }, {}],
    ['rule-disabled', { rules: [{ ...MISSED, enabled: false }] }, {}],
    ['queue-offers-none', { rules: [MISSED], callback: { enabled: false } }, {}],
    ['number-withheld', { rules: [MISSED] }, { number: null }],
    ['in-the-future', { rules: [MISSED] }, { calledAt: secondsAfter(WEDNESDAY_MORNING, 3600) }],
  ])('%s', async (code, options, told) => {
    await open(options);
    expect(codeOf(await tell(30, told))).toBe(code);
    expect(await centre.rows('select 1 as one from callback')).toEqual([]);
  });

  test('X12: a number that holds a callback in the queue keeps that one', async () => {
    await open();
    const first = await tell(30);
    const second = await tell(10, { externalId: 'call-2' });
    expect(second).toMatchObject({
      callbackId: first.callbackId,
      obstacle: { code: 'already-in-line' },
    });
  });

  test('P5: a customer who has called again meanwhile and waits or was answered is not called', async () => {
    await open();
    centre.caller(ANN, hangsUp(60));
    await centre.pass(5);
    expect(codeOf(await tell(30))).toBe('called-again');
    await centre.pass(60);
    // They gave up again: nobody has talked with them.
    expect(codeOf(await tell(120, { externalId: 'call-2' }))).toBeNull();
    await centre.setPresence('desk-1', 'away');
  });

  test('P5: nor one who was answered meanwhile, although that call is over', async () => {
    await open();
    await centre.setPresence('desk-1', 'available');
    centre.caller(ANN, talks(10));
    await centre.pass(60);
    expect(codeOf(await tell(90))).toBe('called-again');
    expect(await centre.rows('select 1 from callback')).toEqual([]);
  });
});
