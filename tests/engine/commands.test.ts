import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DriverCommand } from '../../telephony/driver.ts';
import { hangsUp } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';

let centre: SandboxCentre;
/** What has left for the PBX, and when, in seconds since Ann was called for. */
let sent: { readonly what: DriverCommand['kind']; readonly second: number }[];
let startMs: number;

/** After a connect records and PBX are compared twice; then it is quiet for a while. */
const SECOND_LOOK_SECONDS = 13;

/** Ann waits; the agent who picks up after a second hangs up one second later. */
beforeEach(async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world, caller, pass } = centre;
  world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(1)] });
  await pass(SECOND_LOOK_SECONDS);
  caller('+12025550001');
  await pass(4);
  sent = [];
  startMs = centre.timers.nowMs();
  world.network.fateOf = (command) => {
    note(command);
    return { kind: 'arrives' };
  };
});
afterEach(async () => {
  await closeAudited(centre);
});

function note({ kind }: DriverCommand): void {
  if (!['hold', 'bridge', 'hang-up'].includes(kind)) return;
  sent.push({ what: kind, second: Math.floor((centre.timers.nowMs() - startMs) / 1000) });
}

describe('of the commands of one interaction, the second waits for the first', () => {
  test('one that takes 4 s is not overtaken, and those of others are not held up', async () => {
    const { caller, pass, node } = centre;
    node.delaySending = (command) => (command.kind === 'bridge' ? 4_000 : 0);
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-1', 'away');
    await pass(3);
    caller('+12025550002');
    await pass(6);
    expect(sent).toEqual([
      { what: 'hold', second: 3 },
      { what: 'bridge', second: 5 },
      { what: 'hang-up', second: 5 },
    ]);
  });

  test('one that never arrives is repeated first, and only then the next one follows', async () => {
    const { pass, world } = centre;
    const arrives = world.network.fateOf;
    let losses = 0;
    world.network.fateOf = (command) => {
      if (command.kind !== 'bridge' || losses > 0) return arrives(command);
      losses += 1;
      return { kind: 'lost' };
    };
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-1', 'away');
    await pass(4);
    expect({ losses, sent }).toEqual({ losses: 1, sent: [] });
    await pass(10);
    expect(sent.map(({ what }) => what)).toEqual(['bridge', 'hang-up']);
  });
});

test('people whom the PBX does not put through for a minute talk as soon as it does', async () => {
  const { pass, world } = centre;
  world.phone('PJSIP/desk-1', { kind: 'answer', afterSeconds: 1, acts: [hangsUp(70)] });
  const arrives = world.network.fateOf;
  let isDeaf = true;
  world.network.fateOf = (command) =>
    command.kind === 'bridge' && isDeaf ? { kind: 'lost' } : arrives(command);
  await centre.setPresence('desk-1', 'available');
  await centre.setPresence('desk-1', 'away');
  await pass(60);
  expect(sent).toEqual([]);
  isDeaf = false;
  await pass(30);
  expect(sent.map(({ what }) => what)).toEqual(['bridge', 'hang-up']);
});

test('a call that ends while records and PBX are compared is not taken for a new one', async () => {
  const { caller, pass, node, rows } = centre;
  node.delaySending = ({ kind }) => (kind === 'bridge' ? 20_000 : 0);
  await centre.setPresence('desk-1', 'available');
  await centre.setPresence('desk-1', 'away');
  // The agent has gone, the caller is about to be told, and the comparison of every 30 seconds finds them before.
  await pass(20);
  expect(sent).toEqual([{ what: 'hang-up', second: 10 }]);
  expect(await rows('select 1 from interaction')).toHaveLength(1);
  caller('+12025550002');
  await pass(2);
});
