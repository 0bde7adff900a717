import { afterEach, describe, expect, test } from 'vitest';
import type { SandboxCaller } from '../../telephony/sandbox/caller.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, ringsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';

/** Ann waits, and the agent who takes her comes; `meanwhile` happens once between the last check and the call. */
async function annIsDialled(meanwhile: () => void): Promise<void> {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, pass, caller, node, rows } = centre;
  world.phone('PJSIP/desk-1', picksUp(1));
  world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
  caller(ANN, presses('1', 2));
  await pass(8);
  node.afterTransaction = async () => {
    const dialing = await rows(`select 1 from attempt where state = 'dialing'`);
    if (dialing.length === 0) return;
    node.afterTransaction = async () => Promise.resolve();
    meanwhile();
  };
  await centre.setPresence('desk-1', 'available');
  await pass(4);
}

describe('between the last check and the call', () => {
  test('0.8 s pass: the call is placed', async () => {
    await annIsDialled(() => {
      centre.node.freeze();
      centre.timers.after(800, () => {
        centre.node.thaw();
      });
    });
    await centre.pass(20);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('more than a second passes: it is not placed, since another node may own the PBX by now, and it counts as in doubt', async () => {
    await annIsDialled(() => {
      centre.node.freeze();
      centre.timers.after(1_200, () => {
        centre.node.thaw();
      });
    });
    await centre.pass(60);
    expect(await centre.outcomes()).toEqual(['in-doubt']);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
    await centre.pass(80);
    expect(await centre.outcomes()).toEqual(['in-doubt', 'connected']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });
});

describe('the last check', () => {
  test('I4: finds the customer on a call of their own: waits, counts nothing, and calls when that is over', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
    const { world, pass, caller, node } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 2, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    const again: SandboxCaller[] = [];
    node.beforeSending = (command) => {
      const isAlert = command.kind === 'speak' && command.speechId.endsWith('-alert');
      if (isAlert && again.length === 0) again.push(caller(ANN));
    };
    await centre.setPresence('desk-1', 'available');
    await pass(2);
    // Whom the agent took on the second call would have got through.
    await centre.setPresence('desk-1', 'away');
    await pass(13);
    expect(again).toHaveLength(1);
    expect(world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.outcomes()).toEqual([]);
    expect(await centre.callback()).toMatchObject({ attempts_used: 0 });
    again[0]?.hangUp();
    await pass(30);
    await centre.setPresence('desk-1', 'available');
    await pass(40);
    expect((await centre.outcomes()).at(-1)).toBe('connected');
  });
});
