import { afterEach, describe, expect, test } from 'vitest';
import { retryAfterAll } from '../../core/queues/settings.ts';
import { hangsUp, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, ringsOf, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';
const BOB = '+12025550002';

describe('a caller hangs up', () => {
  test('while waiting, while an agent rings, while talking: nobody is left ringing, holding or reserved', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', picksUp(3));
    const waiting = caller(ANN);
    await pass(5);
    waiting.hangUp();
    await pass(1);
    await centre.setPresence('desk-1', 'available');
    const offered = caller(BOB);
    await pass(2);
    offered.hangUp();
    await pass(1);
    expect(world.ledger.live()).toEqual([]);
    const talking = caller('+12025550003');
    await pass(8);
    talking.hangUp();
    await pass(1);
    expect(world.ledger.live()).toEqual([]);
    const rows = await centre.rows<{ ending: string }>(
      'select ending from interaction order by sequence',
    );
    expect(rows.map((row) => row.ending)).toEqual(['abandoned', 'abandoned', 'answered']);
  });

  test.each([0, 0.001, 0.003, 0.01, 0.5])(
    '%d s after dialling us: no trace of them stays in line',
    async (seconds) => {
      centre = await openSandboxCentre();
      const ann = centre.caller(ANN);
      await centre.pass(seconds);
      ann.hangUp();
      await centre.pass(5);
      expect(await centre.rows('select 1 from place')).toEqual([]);
      expect(await centre.rows(`select 1 from interaction where state <> 'ended'`)).toEqual([]);
    },
  );

  test.each([0, 0.001, 0.002, 0.004, 0.01, 0.05])(
    '%d s after the agent has picked up: the agent is free again',
    async (seconds) => {
      centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
      const { world, pass, caller } = centre;
      world.phone('PJSIP/desk-1', picksUp(3));
      await centre.setPresence('desk-1', 'available');
      const ann = caller(ANN);
      await pass(0.5);
      const agent = world.ledger.entries().find(({ role }) => role === 'agent');
      await pass(((agent?.atMs ?? 0) + 3000 - centre.timers.nowMs()) / 1000 + seconds);
      ann.hangUp();
      await pass(5);
      expect(world.ledger.live()).toEqual([]);
      caller(BOB);
      await pass(2);
      expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', 'PJSIP/desk-1']);
    },
  );
});

describe('an agent hangs up', () => {
  /** Ann is called back; the first agent leaves so long after picking up, the second stays. */
  async function agentLeaves(afterSeconds: number): Promise<void> {
    centre = await openSandboxCentre({
      callback: { wrapUpSeconds: 0, retryAfterSeconds: retryAfterAll(20), minimumGapSeconds: 1 },
    });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(afterSeconds)] });
    world.phone('PJSIP/desk-2', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 4, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    await pass(2);
    await centre.setPresence('desk-1', 'away');
    await centre.setPresence('desk-2', 'available');
    await pass(60);
  }

  test('during the alert: the customer is not dialled, the next agent is asked, nothing is counted', async () => {
    await agentLeaves(1.5);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', 'PJSIP/desk-2', ANN]);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(await centre.callback()).toMatchObject({ state: 'completed', attempts_used: 1 });
  });

  test("while the customer's phone rings: it stops ringing, nothing is counted, and the next agent calls again", async () => {
    await agentLeaves(4);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN, 'PJSIP/desk-2', ANN]);
    expect(await centre.outcomes()).toEqual(['agent-lost', 'connected']);
    expect(await centre.callback()).toMatchObject({ state: 'completed', attempts_used: 1 });
    expect(centre.world.ledger.carrierCalls()[0]).toMatchObject({ answeredAtMs: null });
  });

  test.each([5.98, 5.99, 6, 6.001, 6.002, 6.004, 6.006])(
    'just as the customer answers, after %d s: the customer is called again, and never left in silence',
    async (seconds) => {
      await agentLeaves(seconds);
      const [first] = centre.world.ledger.carrierCalls();
      if (first?.answeredAtMs !== null) {
        expect(['agent-lost', undefined]).toContain(wordsOf(first?.heard ?? [])[0]);
        // Hung up within the apology of 2 s.
        expect(
          (first?.endedAtMs ?? Number.POSITIVE_INFINITY) - (first?.answeredAtMs ?? 0),
        ).toBeLessThan(2_500);
      }
      expect((await centre.callback()).state).toBe('completed');
    },
  );

  test('just before the customer answers, while our hanging up is on its way: the customer hears the apology and is called again', async () => {
    centre = await openSandboxCentre({ callback: { wrapUpSeconds: 0 } });
    const { world, pass, caller } = centre;
    world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(4)] });
    world.phone('PJSIP/desk-2', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 3, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    await centre.setPresence('desk-1', 'available');
    // The command to hang up dawdles until the customer has picked up.
    const { node } = centre;
    node.delaySending = (command) => (command.kind === 'hang-up' ? 2_000 : 0);
    await pass(3);
    await centre.setPresence('desk-1', 'away');
    await centre.setPresence('desk-2', 'available');
    await pass(30);
    const [first, second] = world.ledger.carrierCalls();
    expect(first?.answeredAtMs).not.toBeNull();
    expect(wordsOf(first?.heard ?? [])).toEqual(['agent-lost']);
    expect(wordsOf(second?.heard ?? [])).toEqual([]);
    expect(await centre.outcomes()).toEqual(['agent-lost', 'connected']);
  });

  test('during the conversation: it counts by its length', async () => {
    await agentLeaves(12);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
  });

  test('soon after the customer has picked up: short, and tried again', async () => {
    await agentLeaves(8);
    expect(await centre.outcomes()).toEqual(['short', 'connected']);
  });
});

describe('a customer who is called back hangs up', () => {
  test.each([0, 0.001, 0.002, 0.005, 0.05])(
    '%d s after picking up: tried again, and the agent is free',
    async (seconds) => {
      centre = await openSandboxCentre({
        agents: ['desk-1'],
        callback: { wrapUpSeconds: 0, retryAfterSeconds: retryAfterAll(20), minimumGapSeconds: 1 },
      });
      const { world, pass, caller } = centre;
      world.phone('PJSIP/desk-1', picksUp(1));
      world.phone(ANN, (nth) => ({
        kind: 'answer',
        afterSeconds: 2,
        acts: [nth === 1 ? hangsUp(seconds) : talks(10)],
      }));
      caller(ANN, presses('1', 2));
      await pass(8);
      await centre.setPresence('desk-1', 'available');
      await pass(60);
      const [first, second] = await centre.outcomes();
      expect(['short', 'abandoned']).toContain(first);
      expect(second).toBe('connected');
      expect((await centre.callback()).state).toBe('completed');
    },
  );
});
