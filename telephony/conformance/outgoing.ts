import { expect } from 'vitest';
import type { LegEnding } from '../../core/calls/endings.ts';
import {
  type DriverEvent,
  DriverRefusal,
  type OriginateCommand,
  UnsafeDialString,
} from '../driver.ts';
import { ANSWERS, Bench, callTo } from './bench.ts';
import type { AgentHabit, ConformanceRig, CustomerHabit } from './rig.ts';

/** How soon a customer hears a voice although Ringback is away. */
const VOICE_WITHIN_SECONDS = 2;

/** Legs that we place: what the called phone shows, and how they begin and end. */
export const outgoingCases = {
  "an agent's phone rings, shows whom it is about, and is answered": async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.agent(ANSWERS);
    const call = callTo('agent', phone.dial);
    await bench.execute(call);
    await bench.answered(call.legId);
    const told = bench.events.filter((event) => isAbout(event, call)).map((event) => event.kind);
    expect(told).toEqual(['leg-ringing', 'leg-answered']);
    expect(await phone.calls()).toEqual([
      { callerName: 'CALLBACK support', callerNumber: '+12025550199' },
    ]);
  },

  'a customer is called with the caller id we give, and answers': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.customer(ANSWERS);
    const legId = await bench.talkingTo('customer', phone);
    const [call] = await phone.calls();
    expect(call?.callerNumber).toBe('+12025550199');
    expect(await bench.snapshot()).toMatchObject({ legs: [{ legId, state: 'up', arrived: null }] });
  },

  'a leg id is refused while that leg lives, and nothing is dialled': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.customer(ANSWERS);
    const legId = await bench.talkingTo('customer', phone);
    await bench.isTurnedAway(callTo('customer', phone.dial, { legId }), DriverRefusal);
    expect(await phone.calls()).toHaveLength(1);
    expect(await bench.listed()).toEqual([legId]);
  },

  'a customer who does not answer in time ends as no-answer': async (rig: ConformanceRig) =>
    customerEnds(rig, { kind: 'no-answer' }, 'no-answer'),
  'a busy customer ends as busy': async (rig: ConformanceRig) =>
    customerEnds(rig, { kind: 'busy' }, 'busy'),
  'a customer who declines ends as rejected': async (rig: ConformanceRig) =>
    customerEnds(rig, { kind: 'reject' }, 'rejected'),
  'a number that does not exist ends as invalid-number': async (rig: ConformanceRig) =>
    customerEnds(rig, { kind: 'invalid-number' }, 'invalid-number'),
  'a network without a circuit ends as congestion': async (rig: ConformanceRig) =>
    customerEnds(rig, { kind: 'congestion' }, 'congestion'),
  'a customer who answers and hangs up ends as hung-up': async (rig: ConformanceRig) =>
    customerEnds(rig, { ...ANSWERS, hangsUpAfterSeconds: 1 }, 'hung-up'),
  'a customer whose line the network breaks ends as dropped': async (rig: ConformanceRig) =>
    customerEnds(rig, { ...ANSWERS, hangsUpAfterSeconds: 1, losesLine: true }, 'dropped'),

  'a leg that was answered outlives its ring timeout': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.agent({ ...ANSWERS, hangsUpAfterSeconds: 4 });
    const call = callTo('agent', phone.dial, { ringTimeoutSeconds: 2 });
    await bench.execute(call);
    expect(await bench.ending(call.legId)).toBe('hung-up');
  },

  'an agent who does not answer in time ends as no-answer': async (rig: ConformanceRig) =>
    agentEnds(rig, { kind: 'no-answer' }, 'no-answer'),
  'a busy agent ends as busy': async (rig: ConformanceRig) =>
    agentEnds(rig, { kind: 'busy' }, 'busy'),
  'an agent who declines ends as rejected': async (rig: ConformanceRig) =>
    agentEnds(rig, { kind: 'reject' }, 'rejected'),
  "an agent's phone that sends the call elsewhere ends as forwarded": async (rig: ConformanceRig) =>
    agentEnds(rig, { kind: 'forward' }, 'forwarded'),

  'a phone that is not there cannot be reached': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const call = callTo('agent', (await rig.agent({ kind: 'unreachable' })).dial);
    // A PBX may say so at once or after trying: both are told in the same word.
    const refusal = await bench.execute(call).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal === null) expect(await bench.ending(call.legId)).toBe('unreachable');
    else expect(refusal).toMatchObject({ name: 'DriverRefusal', ending: 'unreachable' });
  },

  'a leg that we hang up while it rings ends as cancelled': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const call = callTo('customer', (await rig.customer({ kind: 'no-answer' })).dial);
    await bench.execute(call);
    await bench.event('leg-ringing', (event) => event.legId === call.legId);
    await bench.execute({ kind: 'hang-up', legId: call.legId, saying: [] });
    expect(await bench.ending(call.legId)).toBe('cancelled');
    expect(await bench.listed()).toEqual([]);
  },

  'a text that could mean something else to a PBX is refused before anything is sent': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.customer(ANSWERS);
    const other = await rig.customer(ANSWERS);
    await bench.isTurnedAway(callTo('customer', `${phone.dial}&${other.dial}`), UnsafeDialString);
    const callerId = { name: 'support\r\nAction: Command', number: '+12025550199' };
    await bench.isTurnedAway(callTo('customer', phone.dial, { callerId }), UnsafeDialString);
    await bench.talkingTo('customer', other);
    expect(await phone.calls()).toEqual([]);
    expect(await other.calls()).toHaveLength(1);
  },

  'a customer who answers while we are away hears a voice within two seconds': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const phone = await rig.customer({ ...ANSWERS, afterSeconds: 2 });
    const call = callTo('customer', phone.dial);
    await bench.execute(call);
    await bench.event('leg-ringing', (event) => event.legId === call.legId);
    await rig.cutConnection();
    const fallback = 'ringback/fallback';
    await rig.until('the fallback is heard', async () => bench.hasHeard(phone, fallback));
    const heard = await phone.heard();
    expect(heard[0]?.prompt).toBe(fallback);
    expect(heard[0]?.secondsAfterAnswer).toBeLessThanOrEqual(VOICE_WITHIN_SECONDS);
    await rig.restoreConnection();
  },
} as const;

function isAbout(event: DriverEvent, call: OriginateCommand): boolean {
  return 'legId' in event && event.legId === call.legId;
}

async function customerEnds(
  rig: ConformanceRig,
  habit: CustomerHabit,
  ending: LegEnding,
): Promise<void> {
  await endsAs(rig, callTo('customer', (await rig.customer(habit)).dial), ending);
}

async function agentEnds(rig: ConformanceRig, habit: AgentHabit, ending: LegEnding): Promise<void> {
  await endsAs(rig, callTo('agent', (await rig.agent(habit)).dial), ending);
}

/** Places the call with a short ring timeout, and expects one end of this kind, after which nothing is left. */
async function endsAs(
  rig: ConformanceRig,
  call: OriginateCommand,
  ending: LegEnding,
): Promise<void> {
  const bench = await Bench.connected(rig);
  await bench.execute({ ...call, ringTimeoutSeconds: 3 });
  expect(await bench.ending(call.legId)).toBe(ending);
  expect(await bench.listed()).toEqual([]);
  const ends = bench.events.filter((event) => event.kind === 'leg-ended');
  expect(ends).toHaveLength(1);
}
