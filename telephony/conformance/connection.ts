import { expect } from 'vitest';
import { DriverInDoubt } from '../driver.ts';
import { ANSWERS, Bench, callTo, WAITS } from './bench.ts';
import type { ConformanceRig } from './rig.ts';

/** Beginning, losing, regaining and giving up the connection. */
export const connectionCases = {
  'a driver begins with a snapshot that names the boot of the PBX': async (rig: ConformanceRig) => {
    const bench = new Bench(rig);
    expect(bench.driver.isReady()).toBe(false);
    const { snapshot } = await bench.event('connected');
    expect(bench.events[0]?.kind).toBe('connected');
    expect(snapshot.bootId).not.toBe('');
    expect(snapshot.legs).toEqual([]);
    expect(bench.driver.isReady()).toBe(true);
    expect((await bench.snapshot()).bootId).toBe(snapshot.bootId);
  },

  'a lost connection is told, and the next one lists the legs that live': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const { legId: callerLeg } = await bench.heldCaller(WAITS);
    const ringing = callTo('agent', (await rig.agent({ kind: 'no-answer' })).dial, {
      ringTimeoutSeconds: 60,
    });
    await bench.execute(ringing);
    await bench.event('leg-ringing', (event) => event.legId === ringing.legId);

    const from = bench.events.length;
    await rig.cutConnection();
    await bench.event('disconnected', () => true, from);
    expect(bench.driver.isReady()).toBe(false);
    await rig.restoreConnection();
    const { snapshot } = await bench.event('connected', () => true, from);

    const stateOf = new Map(snapshot.legs.map((leg) => [leg.legId, leg]));
    expect(stateOf.size).toBe(2);
    expect(stateOf.get(callerLeg)).toMatchObject({
      state: 'up',
      arrived: { legId: callerLeg, callerNumber: WAITS.number },
    });
    expect(stateOf.get(ringing.legId)).toMatchObject({ state: 'ringing', arrived: null });
  },

  'a leg from before a lost connection still tells its end': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const legId = await bench.talkingTo('agent', await rig.agent(ANSWERS));
    const from = bench.events.length;
    await rig.cutConnection();
    await bench.event('disconnected', () => true, from);
    await rig.restoreConnection();
    await bench.event('connected', () => true, from);
    await bench.execute({ kind: 'hang-up', legId, saying: [] });
    expect(await bench.ending(legId)).toBe('cancelled');
  },

  'a leg that ended while we were away is missing from the next snapshot': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const { caller } = await bench.heldCaller({ ...WAITS, hangsUpAfterSeconds: 2 });
    const from = bench.events.length;
    await rig.cutConnection();
    await rig.until('the caller is gone', async () => caller.isOver());
    await bench.event('disconnected', () => true, from);
    await rig.restoreConnection();
    const { snapshot } = await bench.event('connected', () => true, from);
    expect(snapshot.legs).toEqual([]);
  },

  'a restarted PBX has another boot identity and no legs': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const before = await bench.snapshot();
    const { caller } = await bench.heldCaller(WAITS);
    const from = bench.events.length;
    await rig.settled(rig.restartPbx());
    await bench.event('disconnected', () => true, from);
    const { snapshot } = await bench.event('connected', () => true, from);
    expect(snapshot.bootId).not.toBe(before.bootId);
    expect(snapshot.legs).toEqual([]);
    await rig.until('the caller is gone', async () => caller.isOver(), 60);
  },

  'a second driver takes over, and the first is told and closed': async (rig: ConformanceRig) => {
    const first = await Bench.connected(rig);
    const second = await Bench.connected(rig);
    await first.event('replaced');
    expect(first.driver.isReady()).toBe(false);
    const phone = await rig.customer(ANSWERS);
    await first.isTurnedAway(callTo('customer', phone.dial), DriverInDoubt);

    const legId = await second.talkingTo('customer', phone);
    expect(await second.listed()).toEqual([legId]);
    expect(await phone.calls()).toHaveLength(1);
    expect(first.events.at(-1)?.kind).toBe('replaced');
  },

  'a command without a connection is in doubt and is not carried out later': async (
    rig: ConformanceRig,
  ) => {
    const bench = await Bench.connected(rig);
    const [never, witness] = [await rig.customer(ANSWERS), await rig.customer(ANSWERS)];
    const from = bench.events.length;
    await rig.cutConnection();
    await bench.event('disconnected', () => true, from);
    await bench.isTurnedAway(callTo('customer', never.dial), DriverInDoubt);
    await expect(bench.snapshot()).rejects.toBeInstanceOf(DriverInDoubt);

    await rig.restoreConnection();
    await bench.event('connected', () => true, from);
    await bench.talkingTo('customer', witness); // A whole call later …
    expect(await never.calls()).toEqual([]); // … the first one has still not been made.
  },

  'a closed driver leaves the calls alone and does nothing more': async (rig: ConformanceRig) => {
    const bench = await Bench.connected(rig);
    const { caller, legId } = await bench.heldCaller(WAITS);
    await rig.settled(bench.driver.close());
    expect(bench.driver.isReady()).toBe(false);
    await bench.isTurnedAway({ kind: 'hang-up', legId, saying: [] }, DriverInDoubt);
    const next = await Bench.connected(rig);
    expect(await next.listed()).toEqual([legId]);
    expect(await caller.isOver()).toBe(false);
  },
} as const;
