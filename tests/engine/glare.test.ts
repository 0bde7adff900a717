import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Act,
  hangsUp,
  presses,
  pressesOnHearing,
  talks,
} from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

const ANN = '+12025550001';
const BEA = '+12025550002';
const GOES_ON = pressesOnHearing('ringback/go-on-in-your-place', '1', 1);

beforeEach(async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
});
afterEach(async () => {
  await closeAudited(centre);
});

/** They wait for a callback. */
async function waitsForCallback(number: string): Promise<void> {
  centre.caller(number, presses('1', 2));
  await centre.pass(10);
}

const agentIs = async (presence: 'available' | 'away'): Promise<void> =>
  centre.setPresence('desk-1', presence);

/** How many conversations have begun, live and called back. */
async function conversations(): Promise<number> {
  const talking = ['interaction.connected', 'callback.connected'];
  return (await centre.events()).filter((kind) => talking.includes(kind)).length;
}

describe('a customer calls while their callback waits', () => {
  test('P5: is told that they are in line, goes on in their place by pressing 1, is served before those behind it, and is not called any more', async () => {
    await waitsForCallback(ANN);
    const bea = centre.caller(BEA, talks(10));
    await centre.pass(5);
    const ann = centre.caller(ANN, GOES_ON, talks(10));
    await centre.pass(10);
    expect(wordsOf(ann.heard())).toEqual(['go-on-in-your-place', 'please-hold']);
    await agentIs('available');
    await centre.pass(4);
    expect((await centre.callback()).state).toBe('superseded');
    expect(bea.isOver()).toBe(false);
    await centre.pass(60);
    expect(bea.isOver()).toBe(true);
    expect(await centre.callback()).toMatchObject({ state: 'superseded', tickets: 0 });
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
  });

  test('P5: who does not press 1 waits behind the others, and once answered is not called any more either', async () => {
    await waitsForCallback(ANN);
    const bea = centre.caller(BEA, talks(5));
    await centre.pass(5);
    const ann = centre.caller(ANN, talks(5));
    await centre.pass(5);
    await agentIs('available');
    await centre.pass(5);
    expect(ann.isOver()).toBe(false);
    await centre.pass(30);
    expect([bea.isOver(), ann.isOver()]).toEqual([true, true]);
    expect((await centre.callback()).state).toBe('superseded');
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
  });

  test.each<[string, readonly Act[]]>([
    ['after taking the place', [GOES_ON]],
    ['without taking the place', []],
  ])(
    'who hangs up before being answered, %s, has the callback as it was and is called',
    async (_, acts) => {
      centre.world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
      await waitsForCallback(ANN);
      const before = await centre.callback();
      centre.caller(ANN, ...acts, hangsUp(20));
      await centre.pass(15);
      expect(await centre.callback()).toMatchObject({ reason: 'number-on-call' });
      await centre.pass(10);
      expect(await centre.callback()).toEqual(before);
      await agentIs('available');
      await centre.pass(30);
      expect((await centre.callback()).state).toBe('completed');
      expect(await conversations()).toBe(1);
    },
  );

  test('while they hold for an agent nobody is rung for the callback, and those behind are told the right position', async () => {
    await waitsForCallback(ANN);
    centre.caller(ANN, GOES_ON);
    await centre.pass(5);
    const bea = centre.caller(BEA);
    await centre.pass(5);
    expect(wordsOf(bea.heard()).slice(0, 3)).toEqual(['position', 2, 'position-in-line']);
    expect((await centre.events()).filter((kind) => kind === 'offer.ringing')).toEqual([]);
  });

  test('S3.16: a callback whose retry is due later, and whose time has lapsed, is superseded as well and opens no ticket', async () => {
    centre.world.phone(ANN, { kind: 'busy' });
    await waitsForCallback(ANN);
    await agentIs('available');
    await centre.pass(10);
    expect((await centre.callback()).state).toBe('retry-wait');
    centre.caller(ANN, talks(5));
    await centre.pass(15);
    expect(await centre.callback()).toMatchObject({ state: 'superseded', tickets: 0 });
    await centre.skip(8000);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });
});

describe('F9: customer and callback call each other', () => {
  const offsets = [-5, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 5];

  /** When the customer's phone is called, in seconds after an agent becomes available. */
  async function dialDelay(): Promise<number> {
    centre.world.phone(BEA, { kind: 'answer', afterSeconds: 1, acts: [talks(5)] });
    await waitsForCallback(BEA);
    const from = centre.timers.nowMs();
    await agentIs('available');
    await centre.pass(40);
    await agentIs('away');
    const [call] = centre.world.ledger.carrierCalls();
    return ((call?.atMs ?? from) - from) / 1000;
  }

  test.each(['rings on', 'is busy while they call'])(
    'P5 I4: from 5 s before our call to 5 s after it, one conversation and never two; their phone %s',
    async (phone) => {
      const delay = await dialDelay();
      for (const [nth, offset] of offsets.entries()) {
        const number = `+1202555${(2000 + nth).toString()}`;
        let own: { isOver: () => boolean } | null = null;
        centre.world.phone(number, () =>
          phone !== 'rings on' && own?.isOver() === false
            ? { kind: 'busy' }
            : { kind: 'answer', afterSeconds: 8, acts: [talks(10)] },
        );
        await waitsForCallback(number);
        const before = await conversations();
        const beginsAfter = 6 - delay;
        await centre.pass(Math.max(0, beginsAfter));
        const calls = async (): Promise<void> => {
          own = centre.caller(number, GOES_ON, talks(10));
          await centre.pass(0.1);
        };
        if (delay + offset <= 0) {
          await calls();
          await centre.pass(-(delay + offset));
          await agentIs('available');
        } else {
          await agentIs('available');
          await centre.pass(delay + offset);
          await calls();
        }
        await centre.pass(70);
        await agentIs('away');
        await centre.pass(1);
        expect((await conversations()) - before, `at ${offset.toString()} s`).toBe(1);
        expect(await centre.callback(number), `at ${offset.toString()} s`).toMatchObject({
          state: 'superseded',
          attempts_used: 0,
          tickets: 0,
        });
      }
      expect(centre.world.ledger.carrierCalls().length).toBeGreaterThan(5);
    },
  );
});
