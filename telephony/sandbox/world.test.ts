import { describe, expect, test } from 'vitest';
import { prompt } from '../../core/calls/speech.ts';
import { present } from '../../core/prelude/assert.ts';
import { id } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import type { Driver, DriverCommand, DriverEvent } from '../driver.ts';
import { seededChance } from './chance.ts';
import {
  hangsUpOnHearing,
  type PhoneHabit,
  patience,
  presses,
  pressesOnHearing,
  talks,
} from './habits.ts';
import { VirtualTimers } from './virtual-timers.ts';
import { SandboxWorld, type SandboxWorldOptions } from './world.ts';

const CUSTOMER = '+12025550123';
const OURS = '+12025550120';
const AGENT = 'PJSIP/agent1';
const ANSWERS: PhoneHabit = { kind: 'answer', afterSeconds: 1, acts: [] };

/** A world on virtual time with one connected driver that does what a test says and nothing of its own accord. */
class Stage {
  readonly timers = new VirtualTimers({ startMs: epochMs(1_800_000_000_000) });
  readonly world: SandboxWorld;
  readonly driver: Driver;
  readonly events: DriverEvent[] = [];
  /** What became of the commands: `ok`, or the name of the error. */
  readonly results: string[] = [];

  constructor(options: Partial<SandboxWorldOptions> = {}, seed = 7) {
    const chance = seededChance(seed);
    this.world = new SandboxWorld({ timers: this.timers, chance, ...options });
    this.driver = this.world.driver((event) => {
      this.events.push(event);
    });
  }

  static async set(options: Partial<SandboxWorldOptions> = {}, seed = 7): Promise<Stage> {
    const stage = new Stage(options, seed);
    await stage.pass(1);
    return stage;
  }

  async pass(seconds: number): Promise<void> {
    await this.timers.advance(seconds * 1000);
  }

  send(command: DriverCommand): void {
    this.driver.execute(command).then(
      () => this.results.push('ok'),
      (error: unknown) => this.results.push(error instanceof Error ? error.name : 'unknown'),
    );
  }

  dial(legId: string, to = CUSTOMER, role: 'customer' | 'agent' = 'customer'): void {
    this.send({
      ...{ kind: 'originate', legId: id<'leg'>(legId), role },
      to: role === 'customer' ? `PJSIP/${to}@carrier` : to,
      callerId: { name: 'CALLBACK support', number: '+12025550199' },
      ringTimeoutSeconds: 30,
    });
  }

  hold(legId: string): void {
    this.send({ kind: 'hold', legId: id<'leg'>(legId), queueName: 'support' });
  }

  /** The kinds of what was told about a leg; an end with its kind. */
  told(legId: string): readonly string[] {
    return this.events.flatMap((event) => {
      if (!('legId' in event) || event.legId !== legId) return [];
      return [event.kind === 'leg-ended' ? event.ending : event.kind];
    });
  }
}

describe('commands on the way', () => {
  test('a command that got lost is in doubt after five seconds and never happened', async () => {
    const stage = await Stage.set();
    stage.world.network.fateOf = () => ({ kind: 'lost' });
    stage.dial('leg-1');
    await stage.pass(6);
    expect(stage.results).toEqual(['DriverInDoubt']);
    expect(stage.world.ledger.carrierCalls()).toEqual([]);
  });

  test('a call whose reply got lost is in doubt and rings all the same', async () => {
    const stage = await Stage.set();
    stage.world.network.fateOf = () => ({ kind: 'reply-lost' });
    stage.dial('leg-1');
    await stage.pass(6);
    expect(stage.results).toEqual(['DriverInDoubt']);
    expect(stage.world.ledger.carrierCalls(CUSTOMER)).toHaveLength(1);
    expect(stage.told('leg-1')).toEqual(['leg-ringing']);
  });

  test('effects are told before a late reply', async () => {
    const stage = await Stage.set();
    stage.world.network.fateOf = () => ({ kind: 'reply-late', ms: 3_000 });
    stage.world.phone(CUSTOMER, ANSWERS);
    stage.dial('leg-1');
    await stage.pass(2);
    expect(stage.told('leg-1')).toEqual(['leg-ringing', 'leg-answered']);
    expect(stage.results).toEqual([]);
    await stage.pass(2);
    expect(stage.results).toEqual(['ok']);
  });

  test('a connection cut under a command leaves it in doubt at once', async () => {
    const stage = await Stage.set();
    stage.dial('leg-1');
    stage.world.network.cut();
    await stage.pass(0.1);
    expect(stage.results).toEqual(['DriverInDoubt']);
  });

  test('a connection that dies without a word is noticed within five seconds, and comes back', async () => {
    const stage = await Stage.set();
    stage.world.network.stall();
    stage.dial('leg-1');
    await stage.pass(4.9);
    expect(stage.driver.isReady()).toBe(true);
    await stage.pass(0.2);
    expect(stage.results).toEqual(['DriverInDoubt']);
    expect(stage.world.ledger.carrierCalls()).toEqual([]);
    expect(stage.driver.isReady()).toBe(false);
    expect(stage.events.at(-1)?.kind).toBe('disconnected');
    stage.world.network.restore();
    await stage.pass(1);
    expect(stage.driver.isReady()).toBe(true);
  });

  test('a call that arrives while nobody notices the dead connection stands in the next snapshot', async () => {
    const stage = await Stage.set();
    stage.world.network.stall();
    const caller = stage.world.call({ number: CUSTOMER, dials: OURS, acts: [] });
    stage.world.network.restore();
    await stage.pass(7);
    const connected = stage.events.findLast((event) => event.kind === 'connected');
    expect(connected?.snapshot.legs).toMatchObject([
      { legId: caller.legId(), state: 'ringing', arrived: { callerNumber: CUSTOMER } },
    ]);
  });

  test('a call that arrives while we are away hears the fallback and is told to nobody', async () => {
    const stage = await Stage.set();
    stage.world.network.cut();
    const caller = stage.world.call({ number: CUSTOMER, dials: OURS, acts: [] });
    await stage.pass(5);
    expect(caller.heard().map(({ piece }) => piece)).toEqual([prompt('ringback/fallback')]);
    expect(caller.isOver()).toBe(true);
    stage.world.network.restore();
    await stage.pass(1);
    expect(stage.events.map((event) => event.kind)).toEqual([
      'connected',
      'disconnected',
      'connected',
    ]);
  });
});

describe('people', () => {
  test('a caller presses a digit on hearing the offer and leaves in the middle of the confirmation', async () => {
    const stage = await Stage.set();
    const acts = [
      pressesOnHearing('ringback/offer', '1', 1),
      hangsUpOnHearing('ringback/confirmation', 0.5),
    ];
    const caller = stage.world.call({ number: CUSTOMER, dials: OURS, acts });
    const legId = present(caller.legId(), 'the leg');
    stage.hold(legId);
    stage.send({ kind: 'speak', legId, speechId: 'offer', speech: [prompt('ringback/offer')] });
    await stage.pass(1.5);
    expect(stage.told(legId)).toEqual(['call-arrived', 'digit']);
    stage.send({ kind: 'hang-up', legId, saying: [prompt('ringback/confirmation')] });
    await stage.pass(1.2);
    expect(stage.told(legId)).toEqual(['call-arrived', 'digit', 'speech-ended', 'hung-up']);
  });

  test('a caller without patience gives up, and redials as often as their habit says', async () => {
    const stage = await Stage.set();
    stage.world.call({
      ...{ number: CUSTOMER, dials: OURS, acts: [patience(10)] },
      redials: { times: 2, afterSeconds: 60 },
    });
    await stage.timers.runUntilIdle();
    const entries = stage.world.ledger.entries();
    expect(entries.map((entry) => entry.ending)).toEqual(['hung-up', 'hung-up', 'hung-up']);
    expect(entries.map((entry) => entry.atMs - (entries[0]?.atMs ?? 0))).toEqual([
      0, 70_000, 140_000,
    ]);
  });

  test('someone who talks is not impatient, and ends the talk when it is over', async () => {
    const stage = await Stage.set();
    stage.world.phone(CUSTOMER, { ...ANSWERS, acts: [patience(5), talks(20)] });
    stage.world.phone(AGENT, ANSWERS);
    stage.dial('customer');
    stage.dial('agent', AGENT, 'agent');
    await stage.pass(2);
    const legIds = [id<'leg'>('customer'), id<'leg'>('agent')] as const;
    stage.send({ kind: 'bridge', bridgeId: 'bridge', legIds });
    await stage.pass(19);
    expect(stage.told('customer')).toEqual(['leg-ringing', 'leg-answered']);
    await stage.pass(2);
    expect(stage.told('customer').at(-1)).toBe('hung-up');
    expect(stage.told('agent').at(-1)).toBe('leg-answered');
  });

  test('someone who loses patience while their phone rings declines', async () => {
    const stage = await Stage.set();
    stage.world.phone(CUSTOMER, { kind: 'answer', afterSeconds: 10, acts: [patience(2)] });
    stage.dial('leg-1');
    await stage.pass(5);
    expect(stage.told('leg-1')).toEqual(['leg-ringing', 'rejected']);
  });

  test('a phone may do something else at each call', async () => {
    const stage = await Stage.set();
    stage.world.phone(CUSTOMER, (nth) => (nth === 1 ? { kind: 'busy' } : ANSWERS));
    stage.dial('first');
    await stage.pass(2);
    stage.dial('second');
    await stage.pass(2);
    expect(stage.told('first')).toEqual(['busy']);
    expect(stage.told('second')).toEqual(['leg-ringing', 'leg-answered']);
  });

  test('a machine answers like a person, and only the ledger tells', async () => {
    const stage = await Stage.set();
    stage.world.phone(CUSTOMER, { kind: 'voicemail', afterSeconds: 2, recordsSeconds: 10 });
    stage.dial('leg-1');
    await stage.pass(15);
    expect(stage.told('leg-1')).toEqual(['leg-ringing', 'leg-answered', 'hung-up']);
    expect(stage.world.ledger.carrierCalls()).toMatchObject([{ answeredByMachine: true }]);
  });

  test('digits before we have answered are not heard', async () => {
    const stage = await Stage.set();
    const caller = stage.world.call({ number: CUSTOMER, dials: OURS, acts: [presses('1', 1)] });
    caller.press('5');
    await stage.pass(2);
    expect(stage.events.filter((event) => event.kind === 'digit')).toEqual([]);
  });
});

describe('the carrier and the phones', () => {
  test('the carrier says congestion when all its lines are in use', async () => {
    const stage = await Stage.set({ carrierLines: 1 });
    stage.dial('first');
    stage.dial('second', '+12025550124');
    await stage.pass(1);
    expect(stage.told('second')).toEqual(['congestion']);
    expect(stage.world.ledger.live().map((entry) => entry.legId)).toEqual(['first']);
  });

  test('a leg id may be dialled again once its leg is gone, and the ledger counts both', async () => {
    const stage = await Stage.set();
    stage.world.phone(CUSTOMER, { kind: 'busy' });
    stage.dial('leg-1');
    stage.dial('leg-1');
    await stage.pass(1);
    stage.dial('leg-1');
    await stage.pass(1);
    expect(stage.results).toEqual(['ok', 'DriverRefusal', 'ok']);
    expect(stage.world.ledger.carrierCalls(CUSTOMER)).toHaveLength(2);
  });

  test("an agent's own call makes the phone busy, and a phone unplugged is unreachable", async () => {
    const stage = await Stage.set();
    stage.world.phone(AGENT, ANSWERS);
    stage.send({ kind: 'watch-devices', endpoints: [AGENT] });
    await stage.pass(1);
    stage.world.setOnOtherCall(AGENT, true);
    stage.dial('leg-1', AGENT, 'agent');
    await stage.pass(1);
    expect(stage.told('leg-1')).toEqual(['busy']);
    stage.world.setOnOtherCall(AGENT, false);
    stage.world.phone(AGENT, { kind: 'unreachable' });
    await stage.pass(1);
    const devices = stage.events.flatMap((event) =>
      event.kind === 'device-changed' ? [event.device] : [],
    );
    expect(devices).toEqual(['idle', 'busy', 'idle', 'unreachable']);
  });

  test('nobody can call in while the PBX is down, and it comes back as another boot', async () => {
    const stage = await Stage.set();
    stage.world.restartPbx();
    const caller = stage.world.call({ number: CUSTOMER, dials: OURS, acts: [] });
    expect(caller.legId()).toBeNull();
    await stage.pass(5);
    const boots = stage.events.flatMap((event) =>
      event.kind === 'connected' ? [event.snapshot.bootId] : [],
    );
    expect(boots).toEqual(['sandbox-boot-1', 'sandbox-boot-2']);
  });
});

test('equal seeds give equal histories, and other seeds other moments', async () => {
  const history = async (seed: number): Promise<string> => {
    const stage = await Stage.set({}, seed);
    const moments: number[] = [];
    stage.world.phone(CUSTOMER, ANSWERS);
    stage.driver.execute({ kind: 'stop-speech', speechId: 'none' }).then(
      () => moments.push(stage.timers.monotonicMs()),
      () => moments.push(-1),
    );
    stage.dial('leg-1');
    await stage.timers.runUntilIdle();
    return JSON.stringify([stage.events, stage.world.ledger.entries(), moments]);
  };
  expect(await history(1)).toBe(await history(1));
  expect(await history(1)).not.toBe(await history(2));
});
