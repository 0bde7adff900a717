import { afterEach, expect, test } from 'vitest';
import { presses } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, timesOf, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

test('S3.3 S3.9 S3.17: every 30 s a waiting caller hears position and offer, in this order and as long as they wait', async () => {
  centre = await openSandboxCentre();
  const { caller, pass, timers } = centre;
  caller('+12025550001');
  await pass(1);
  const startMs = timers.nowMs();
  const bob = caller('+12025550002');
  await pass(130);
  const round = ['position', 2, 'position-in-line', 'offer'];
  expect(wordsOf(bob.heard())).toEqual([...round, ...round, ...round, ...round, ...round]);
  expect(timesOf(bob.heard(), 'position', startMs)).toEqual([0, 30, 60, 90, 120]);
});

test('S3.3: whoever is next hears so, and a caller who has become a callback still counts as ahead', async () => {
  centre = await openSandboxCentre();
  const { caller, pass } = centre;
  const ann = caller('+12025550001', presses('1', 10));
  await pass(1);
  const bob = caller('+12025550002');
  await pass(70);
  expect(wordsOf(ann.heard())[0]).toBe('next-in-line');
  expect(wordsOf(bob.heard()).filter((word) => typeof word === 'number')).toEqual([2, 2, 2]);
});

test('S3.9: the rounds follow the queue: every 10 s if it says so', async () => {
  centre = await openSandboxCentre({ callback: { offerEverySeconds: 10 } });
  const { caller, pass, timers } = centre;
  const startMs = timers.nowMs();
  const ann = caller('+12025550001');
  await pass(35);
  expect(timesOf(ann.heard(), 'offer', startMs)).toEqual([2, 12, 22, 32]);
});

test('the digit silences the announcement at once, and a caller who talks hears none', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'] });
  const { caller, pass, world } = centre;
  world.phone('PJSIP/desk-1', picksUp(1));
  const ann = caller('+12025550001');
  await pass(1);
  ann.press('1');
  await pass(4);
  expect(wordsOf(ann.heard())).toEqual(['next-in-line', 'confirmation']);
  const bob = caller('+12025550002');
  await pass(8);
  await centre.setPresence('desk-1', 'available');
  world.phone('+12025550001', { kind: 'busy' });
  await pass(100);
  const heard = wordsOf(bob.heard()).length;
  await pass(60);
  expect(wordsOf(bob.heard())).toHaveLength(heard);
});
