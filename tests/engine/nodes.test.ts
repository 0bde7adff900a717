import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { CALLBACKS_COUNT, EVERY_STATE, openBusyCentre, statesOf } from '../support/busy-centre.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import type { SandboxNode } from '../support/sandbox-node.ts';
import { picksUp, ringsOf, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';

async function ownership(): Promise<{ owner: string; epoch: number; ready: boolean }> {
  const [row] = await centre.rows<{ owner: string; epoch: number; ready: boolean }>(
    'select owner, epoch, ready from pbx_owner',
  );
  return row ?? { owner: 'nobody', epoch: 0, ready: false };
}

describe('two nodes on one database, somebody in every state', () => {
  async function withSecondNode(): Promise<SandboxNode> {
    centre = (await openBusyCentre()).centre;
    expect(await statesOf(centre)).toEqual(EVERY_STATE);
    const second = centre.startNode('second');
    await centre.pass(0.2);
    expect(second.engine.status().pbxs[0]?.state).toBe('elsewhere');
    return second;
  }

  async function expectAllKept(): Promise<void> {
    const { callbacks, live } = await statesOf(centre);
    expect(callbacks).toEqual({ completed: CALLBACKS_COUNT });
    expect(live).toEqual({ ended: 4 });
  }

  test('P8 I1 I3: the owner is killed: the other takes over within 6 s, every promise is kept, and nobody is called twice for one attempt', async () => {
    await withSecondNode();
    await centre.node.kill();
    await centre.pass(6);
    expect(await ownership()).toEqual({ owner: 'second', epoch: 2, ready: true });
    await centre.pass(150);
    await expectAllKept();
  });

  test('the owner is stopped for an update: the other takes over at once, and no conversation is cut', async () => {
    await withSecondNode();
    await centre.node.engine.stop();
    await centre.pass(3);
    expect(await ownership()).toEqual({ owner: 'second', epoch: 2, ready: true });
    await centre.pass(150);
    await expectAllKept();
    const rows = await centre.rows<{ ending: string }>(
      `select ending from interaction i where not exists (select from callback c where c.interaction_id = i.id)`,
    );
    expect(new Set(rows.map((row) => row.ending))).toEqual(new Set(['answered']));
  });

  test('I12: the owner stands still for 20 s and comes back: the other has taken over, and the first changes nothing', async () => {
    await withSecondNode();
    centre.node.freeze();
    await centre.pass(20);
    expect(await ownership()).toEqual({ owner: 'second', epoch: 2, ready: true });
    const [before, rung] = [await centre.events(), centre.world.ledger.entries().length];
    centre.node.thaw();
    await centre.pass(0);
    expect(await centre.events()).toEqual(before);
    expect(centre.world.ledger.entries()).toHaveLength(rung);
    await centre.pass(130);
    expect(centre.node.engine.status().pbxs[0]?.state).toBe('elsewhere');
    expect((await ownership()).owner).toBe('second');
    await expectAllKept();
  });
});

describe('between the commit and the dial', () => {
  /** Ann is about to be dialled by the first node; `meanwhile` happens when the call would leave. */
  async function annIsDialled(meanwhile: (node: SandboxNode) => void): Promise<void> {
    centre = await openSandboxCentre({
      agents: ['desk-1'],
      callback: { wrapUpSeconds: 0, minimumGapSeconds: 60 },
    });
    const { world, pass, caller, node } = centre;
    centre.startNode('second');
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 8, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    let isDone = false;
    node.beforeSending = (command) => {
      if (isDone || command.kind !== 'originate' || command.role !== 'customer') return;
      isDone = true;
      meanwhile(node);
    };
    await centre.setPresence('desk-1', 'available');
    await pass(4);
    expect(isDone).toBe(true);
  }

  test('P1 I12: the owner is killed after the commit and before the call: nobody knows, so it counts, and the next call comes after the minimum gap', async () => {
    await annIsDialled((node) => void node.kill());
    const { world, pass } = centre;
    await pass(55);
    expect(world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.outcomes()).toEqual(['in-doubt']);
    expect(await centre.callback()).toMatchObject({ state: 'retry-wait', attempts_used: 1 });
    await pass(100);
    expect(await centre.outcomes()).toEqual(['in-doubt', 'connected']);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
  });

  test('I12: the owner stands still after the commit for 20 s: the call is never sent', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
    const { world, pass, caller, node } = centre;
    centre.startNode('second');
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 3, acts: [talks(10)] });
    caller(ANN, presses('1', 2));
    await pass(8);
    node.afterTransaction = async () => {
      const dialing = await centre.rows(`select 1 from attempt where state = 'dialing'`);
      if (dialing.length > 0) node.freeze();
    };
    await centre.setPresence('desk-1', 'available');
    await pass(20);
    expect((await ownership()).owner).toBe('second');
    expect(await centre.rows(`select 1 from attempt where state = 'dialing'`)).toHaveLength(1);
    node.afterTransaction = async () => Promise.resolve();
    const before = await centre.events();
    node.thaw();
    await pass(0);
    expect(await centre.events()).toEqual(before);
    expect(world.ledger.carrierCalls()).toEqual([]);
    await pass(150);
    expect(await centre.outcomes()).toEqual(['in-doubt', 'connected']);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
  });

  test("P1: the owner is killed while the customer's phone rings: the other node takes the call over, and both talk", async () => {
    await annIsDialled(() => undefined);
    const { world, pass, node } = centre;
    await pass(1);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
    await node.kill();
    await pass(30);
    expect(await centre.outcomes()).toEqual(['connected']);
    expect(world.ledger.carrierCalls()).toHaveLength(1);
    const [call] = world.ledger.carrierCalls();
    expect(wordsOf(call?.heard ?? [])).toEqual([]);
  });

  test('the customer picks up while nobody is connected to the PBX: hears the fallback, never silence, and is called again', async () => {
    await annIsDialled(() => undefined);
    const { world, pass } = centre;
    world.network.cut();
    await pass(14);
    world.network.restore();
    const [call] = world.ledger.carrierCalls();
    expect(wordsOf(call?.heard ?? [])).toEqual(['fallback']);
    await pass(120);
    expect((await centre.outcomes()).at(-1)).toBe('connected');
    expect(world.ledger.carrierCalls()).toHaveLength(2);
  });
});

test('X13: the owner is killed before the agent is rung: the next agent is asked and the first is free again within 15 s', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1', 'desk-2'] });
  const { world, pass, caller, node, rows } = centre;
  const second = centre.startNode('second');
  for (const phone of ['PJSIP/desk-1', 'PJSIP/desk-2']) world.phone(phone, picksUp(1));
  world.phone(ANN, { kind: 'answer', afterSeconds: 3, acts: [talks(60)] });
  caller(ANN, presses('1', 2));
  await pass(8);
  node.beforeSending = ({ kind }) => {
    if (kind === 'originate') void node.kill();
  };
  await centre.setPresence('desk-1', 'available');
  await pass(1);
  const [other] = await rows<{ id: Parameters<typeof second.engine.setPresence>[1] }>(
    `select id from agent where name = 'desk-2'`,
  );
  if (other === undefined) throw new Error('no other agent');
  await second.engine.setPresence(DEFAULT_TENANT, other.id, 'available');
  await pass(14);
  expect(ringsOf(centre)).toEqual(['PJSIP/desk-2']);
  const free = await rows(`select 1 from agent where name = 'desk-1' and available`);
  expect(free).toHaveLength(1);
  await pass(100);
});

describe('a node that does not own the PBX', () => {
  test('makes a match, and the owner rings the agent within 3 s', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { world, pass, caller, rows } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    const second = centre.startNode('second');
    caller(ANN, presses('1', 2));
    await pass(8);
    const [agent] = await rows<{ id: Parameters<typeof second.engine.setPresence>[1] }>(
      'select id from agent',
    );
    if (agent === undefined) throw new Error('no agent');
    await second.engine.setPresence(DEFAULT_TENANT, agent.id, 'available');
    await pass(3);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
  });

  test('makes a match just before the PBX is out of reach for 40 s: the agent is not rung for an offer that is over', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { world, pass, caller, rows } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    const second = centre.startNode('second');
    caller(ANN, presses('1', 2));
    await pass(8);
    const [agent] = await rows<{ id: Parameters<typeof second.engine.setPresence>[1] }>(
      'select id from agent',
    );
    if (agent === undefined) throw new Error('no agent');
    await second.engine.setPresence(DEFAULT_TENANT, agent.id, 'available');
    world.network.cut();
    await pass(40);
    expect((await centre.callback()).state).toBe('waiting');
    await second.engine.setPresence(DEFAULT_TENANT, agent.id, 'away');
    world.network.restore();
    await pass(5);
    expect(ringsOf(centre)).toEqual([]);
  });
});
