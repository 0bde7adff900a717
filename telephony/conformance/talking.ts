import { expect } from 'vitest';
import { prompt } from '../../core/calls/speech.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import { DriverRefusal } from '../driver.ts';
import { ANSWERS, Bench, callTo } from './bench.ts';
import type { AnswerHabit, ConformanceRig } from './rig.ts';

/** Two legs in a bridge, and what agents' phones tell of themselves. */
export const talkingCases = {
  'an agent hears the alert before anybody else is on the line': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.agent(ANSWERS);
    const legId = await bench.talkingTo('agent', phone);
    const speechId = `${legId}-alert`;
    await bench.execute({ kind: 'speak', legId, speechId, speech: [prompt('ringback/alert')] });
    await bench.event('speech-ended', (event) => event.speechId === speechId);
    expect(await bench.hasHeard(phone, 'ringback/alert')).toBe(true);
  },

  'two bridged legs talk, and bridging them again is fine': async (rig: ConformanceRig) => {
    const { bench, agentLeg, customerLeg } = await conversation(rig, ANSWERS);
    const bridge = bridgeOf(agentLeg, customerLeg);
    await bench.execute(bridge);
    expect(await rig.bridged(agentLeg, customerLeg)).toBe(true);
    expect((await bench.listed()).toSorted()).toEqual([agentLeg, customerLeg].toSorted());
  },

  'when one side hangs up the other stays until we hang it up': async (rig: ConformanceRig) => {
    const { bench, agentLeg, customerLeg } = await conversation(rig, {
      ...ANSWERS,
      hangsUpAfterSeconds: 3,
    });
    expect(await bench.ending(customerLeg)).toBe('hung-up');
    expect(await bench.listed()).toEqual([agentLeg]);
    await bench.execute({ kind: 'hang-up', legId: agentLeg, saying: [] });
    expect(await bench.ending(agentLeg)).toBe('cancelled');
    expect(await bench.listed()).toEqual([]);
  },

  'the keys that an agent presses during a conversation are told': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const keys = ['*', '9'].map((digit, at) => ({ digit, afterSeconds: 4 + at }));
    const phone = await rig.agent({ ...ANSWERS, presses: keys });
    const agentLeg = await bench.talkingTo('agent', phone);
    const customerLeg = await bench.talkingTo('customer', await rig.customer(ANSWERS));
    await bench.execute(bridgeOf(agentLeg, customerLeg));
    await rig.until('both talk', async () => rig.bridged(agentLeg, customerLeg));
    for (const { digit } of keys) {
      await bench.event('digit', (event) => event.legId === agentLeg && event.digit === digit);
    }
  },

  'a customer whose line breaks is called again, and talks with the agent who has waited': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const agentLeg = await bench.talkingTo('agent', await rig.agent(ANSWERS));
    const broken = await rig.customer({ ...ANSWERS, hangsUpAfterSeconds: 2, losesLine: true });
    const [first, again] = [broken, await rig.customer(ANSWERS)];
    const brokenLeg = await bench.talkingTo('customer', first);
    const { bridgeId } = bridgeOf(agentLeg, brokenLeg);
    await bench.execute({ kind: 'bridge', bridgeId, legIds: [agentLeg, brokenLeg] });
    expect(await bench.ending(brokenLeg)).toBe('dropped');
    const speech = { legId: agentLeg, speechId: `${agentLeg}-reconnect-alert` };
    await bench.execute({ kind: 'speak', ...speech, speech: [prompt('ringback/reconnecting')] });
    await bench.event('speech-ended', (event) => event.speechId === speech.speechId);
    const newLeg = await bench.talkingTo('customer', again);
    await bench.execute({ kind: 'bridge', bridgeId, legIds: [agentLeg, newLeg] });
    await rig.until('both talk again', async () => rig.bridged(agentLeg, newLeg));
  },

  'bridging a leg that is gone is refused, and the other stays': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const agentLeg = await bench.talkingTo('agent', await rig.agent(ANSWERS));
    const phone = await rig.customer({ ...ANSWERS, hangsUpAfterSeconds: 0.5 });
    const customerLeg = await bench.talkingTo('customer', phone);
    await bench.ending(customerLeg);
    await bench.isTurnedAway(bridgeOf(agentLeg, customerLeg), DriverRefusal);
    expect(await bench.listed()).toEqual([agentLeg]);
  },

  "an agent's phone is idle, busy during a call, and idle again": async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.agent(ANSWERS);
    await bench.execute({ kind: 'watch-devices', endpoints: [phone.dial] });
    const call = callTo('agent', phone.dial);
    await bench.event('device-changed', (event) => event.device === 'idle');
    await bench.execute(call);
    await bench.answered(call.legId);
    await bench.event('device-changed', (event) => event.device === 'busy');
    const from = bench.events.length;
    await bench.execute({ kind: 'hang-up', legId: call.legId, saying: [] });
    const idle = await bench.event('device-changed', (event) => event.device === 'idle', from);
    expect(idle.endpoint).toBe(phone.dial);
  },

  'a phone that is not there is told as unreachable': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const [gone, here] = [await rig.agent({ kind: 'unreachable' }), await rig.agent(ANSWERS)];
    await bench.execute({ kind: 'watch-devices', endpoints: [gone.dial, here.dial] });
    const deviceOf = async (endpoint: string): Promise<string> =>
      (await bench.event('device-changed', (event) => event.endpoint === endpoint)).device;
    expect(await deviceOf(gone.dial)).toBe('unreachable');
    expect(await deviceOf(here.dial)).toBe('idle');
  },
} as const;

function bridgeOf(
  one: LegId,
  other: LegId,
): { kind: 'bridge'; bridgeId: string; legIds: readonly [LegId, LegId] } {
  return { kind: 'bridge', bridgeId: `bridge-${one}`, legIds: [one, other] };
}

/** An agent and a customer in one bridge. */
async function conversation(
  rig: ConformanceRig,
  customer: AnswerHabit,
): Promise<{ bench: Bench; agentLeg: LegId; customerLeg: LegId }> {
  const bench = await Bench.connected(rig);
  const agentLeg = await bench.talkingTo('agent', await rig.agent(ANSWERS));
  const customerLeg = await bench.talkingTo('customer', await rig.customer(customer));
  await bench.execute(bridgeOf(agentLeg, customerLeg));
  await rig.until('both talk', async () => rig.bridged(agentLeg, customerLeg));
  return { bench, agentLeg, customerLeg };
}
