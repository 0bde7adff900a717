import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hangsUp, talks } from '../../telephony/sandbox/habits.ts';
import { ANN, answers } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

/** Whoever hangs up while waiting is called back a minute later. */
beforeEach(async () => {
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    callback: { wrapUpSeconds: 0 },
    rules: [
      {
        name: 'lost',
        type: 'abandoned',
        queue: 'support',
        number: null,
        enabled: true,
        delaySeconds: 60,
        minimumWaitSeconds: 0,
        lookBackSeconds: 7200,
        profile: null,
        behaviour: {},
      },
    ],
  });
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  centre.world.phone(ANN, answers(talks(10)));
});
afterEach(async () => {
  await closeAudited(centre);
});

/** Ann waits a while and gives up. */
async function annGivesUp(): Promise<void> {
  centre.caller(ANN, hangsUp(10));
  await centre.pass(15);
}

/** Ann calls again while an agent is there. */
async function annGetsThrough(): Promise<void> {
  await centre.setPresence('desk-1', 'available');
  centre.caller(ANN, talks(10));
  await centre.pass(30);
}

async function states(): Promise<readonly string[]> {
  const rows = await centre.rows<{ state: string }>(
    'select state from callback order by requested_at',
  );
  return rows.map(({ state }) => state);
}

describe('P5: somebody who gave up and got through by a later call of their own', () => {
  test('P5: before the delay of the rule is over: their callback is superseded, and they are never called', async () => {
    await annGivesUp();
    expect(await centre.callback()).toMatchObject({ state: 'scheduled', reason: 'delay' });
    await annGetsThrough();
    await centre.pass(90);
    expect(await centre.callback()).toMatchObject({ state: 'superseded', tickets: 0 });
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
  });

  test('P5: while their callback stands in line: the same', async () => {
    await annGivesUp();
    await centre.pass(90);
    expect(await centre.callback()).toMatchObject({ state: 'waiting', reason: null });
    centre.caller(ANN, talks(10));
    await centre.pass(5);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    expect(await centre.callback()).toMatchObject({ state: 'superseded', tickets: 0 });
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
  });

  test('P5 X12: after giving up a second time as well: one callback, and it is superseded', async () => {
    await annGivesUp();
    await annGivesUp();
    expect(await states()).toEqual(['scheduled']);
    await annGetsThrough();
    await centre.pass(90);
    expect(await states()).toEqual(['superseded']);
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
  });

  test('P5: the other way round, who got through first and gives up on a later call has a new wish, and is called', async () => {
    await annGetsThrough();
    await centre.setPresence('desk-1', 'away');
    await annGivesUp();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(120);
    expect(await states()).toEqual(['completed']);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });
});
