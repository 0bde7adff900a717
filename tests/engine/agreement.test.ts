import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retryAfterAll } from '../../core/queues/settings.ts';
import type { DriverCommand, DriverEvent } from '../../telephony/driver.ts';
import type { SandboxCaller } from '../../telephony/sandbox/caller.ts';
import { hangsUp, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, ringsOf } from '../support/story.ts';

const ANN = '+12025550001';
/** How long records and PBX may disagree: they are compared every 30 s, and a comparison takes a moment. */
const AGREE_SECONDS = 31;

let centre: SandboxCentre;

beforeEach(async () => {
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    callback: { wrapUpSeconds: 0, ringCustomerSeconds: 100, retryAfterSeconds: retryAfterAll(300) },
  });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
});
afterEach(async () => {
  await closeAudited(centre);
});

/** Lets time pass in which what the PBX tells of this kind is lost, as by a driver that has missed it. */
async function passWithout(kind: DriverEvent['kind'], seconds: number): Promise<void> {
  const { network } = centre.world;
  const tell = network.tell.bind(network);
  network.tell = (event) => {
    if (event.kind !== kind) tell(event);
  };
  await centre.pass(seconds);
  network.tell = tell;
}

async function interactionState(): Promise<string | undefined> {
  const rows = await centre.rows<{ state: string }>('select state from interaction');
  return rows[0]?.state;
}

/** Ann waits for her callback. */
async function annWaits(): Promise<SandboxCaller> {
  const ann = centre.caller(ANN, presses('1', 2));
  await centre.pass(8);
  return ann;
}

describe('I11: within 30 s, nobody is on a line that we know nothing of, nor in a record without a line', () => {
  test('I11: the end of a waiting call was never told: the caller does not stand in line any longer', async () => {
    centre.caller(ANN, hangsUp(5));
    await centre.pass(4);
    await passWithout('leg-ended', 2);
    expect(await interactionState()).toBe('waiting');
    await centre.pass(AGREE_SECONDS);
    expect(await interactionState()).toBe('ended');
  });

  test('I11: the end of a conversation was never told: the agent is free, and it counts', async () => {
    centre.world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
    await annWaits();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    await passWithout('leg-ended', 6);
    expect(await centre.outcomes()).toEqual([]);
    await centre.pass(AGREE_SECONDS);
    expect(await centre.outcomes()).toEqual(['connected']);
    const free = await centre.rows('select 1 from agent where available');
    expect(free).toHaveLength(1);
  });

  test('I11: the customer picked up and nobody was told: the call is answered then, and both talk', async () => {
    centre.world.phone(ANN, { kind: 'answer', afterSeconds: 5, acts: [talks(10)] });
    await annWaits();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(5);
    await passWithout('leg-answered', 5);
    await centre.pass(AGREE_SECONDS + 12);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('I11: a caller whom nobody could hang up is hung up then, and is not taken for somebody who has just called', async () => {
    const { world, pass } = centre;
    world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(5)] });
    const ann = centre.caller(ANN);
    await pass(4);
    world.network.fateOf = ({ kind }) => ({ kind: kind === 'hang-up' ? 'lost' : 'arrives' });
    await centre.setPresence('desk-1', 'available');
    await pass(35);
    expect(ann.isOver()).toBe(false);
    world.network.fateOf = () => ({ kind: 'arrives' });
    await pass(AGREE_SECONDS);
    expect(ann.isOver()).toBe(true);
    expect(await centre.rows('select ending from interaction')).toEqual([{ ending: 'answered' }]);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
  });

  test('I11: nobody could hang up a phone that rings for a request which is settled: it stops ringing', async () => {
    const { world, pass } = centre;
    world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(6)] });
    world.phone(ANN, { kind: 'no-answer' });
    await annWaits();
    world.network.fateOf = (command) =>
      isHangUpOfCustomer(command) ? { kind: 'lost' } : { kind: 'arrives' };
    await centre.setPresence('desk-1', 'available');
    await pass(2);
    await centre.setPresence('desk-1', 'away');
    await pass(30);
    world.network.fateOf = () => ({ kind: 'arrives' });
    expect(await centre.outcomes()).toEqual(['agent-lost']);
    await pass(AGREE_SECONDS);
    expect(world.ledger.carrierCalls().map((call) => call.endedAtMs !== null)).toEqual([true]);
  });
});

function isHangUpOfCustomer(command: DriverCommand): boolean {
  const calls = centre.world.ledger.carrierCalls();
  return command.kind === 'hang-up' && calls.some((call) => call.legId === command.legId);
}

describe('what was begun just before a connection is made anew is not given up for not being there yet', () => {
  /** The connection breaks so long after the call was asked for, and is back at once. */
  async function reconnectWhile(
    role: 'agent' | 'customer',
    delays: { readonly arrivesAfter: number; readonly breaksAfter: number },
  ): Promise<void> {
    const { node, world, pass } = centre;
    let isDone = false;
    node.delaySending = (command) => {
      if (isDone || command.kind !== 'originate' || command.role !== role) return 0;
      isDone = true;
      centre.timers.after(delays.breaksAfter * 1000, () => {
        world.network.cut();
        world.network.restore();
      });
      return delays.arrivesAfter * 1000;
    };
    await centre.setPresence('desk-1', 'available');
    await pass(20);
  }

  test('a customer who is about to be called is called, once', async () => {
    centre.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(5)] });
    await annWaits();
    await reconnectWhile('customer', { arrivesAfter: 4, breaksAfter: 2 });
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('an agent who is about to be rung is rung, once', async () => {
    centre.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(5)] });
    await annWaits();
    await reconnectWhile('agent', { arrivesAfter: 4, breaksAfter: 2 });
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
    expect(await centre.outcomes()).toEqual(['connected']);
  });

  test.each([0, 1, 2, 3, 5, 10])(
    'a call that comes in %i ms after the connection is back stands in line, once',
    async (ms) => {
      const { world, pass } = centre;
      world.network.cut();
      await pass(3);
      world.network.restore();
      await pass(ms / 1000);
      const ann = centre.caller(ANN);
      await pass(5);
      expect(ann.isOver()).toBe(false);
      const rows = await centre.rows<{ state: string }>('select state from interaction');
      expect(rows).toEqual([{ state: 'waiting' }]);
    },
  );
});
