import { afterEach, describe, expect, test } from 'vitest';
import { CALLBACK_DEFAULTS, type QueuePrompts } from '../../core/queues/settings.ts';
import { hangsUpOnHearing, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';

describe('a caller presses 1', () => {
  test('S1.12 S1.13 S2.9 S3.11 S4.7: hears the confirmation at once, is then disconnected, and stays in the queue as a callback', async () => {
    centre = await openSandboxCentre({
      callback: { prompts: promptsWith({ confirmation: 'acme/promised' }) },
    });
    const { caller, pass, timers } = centre;
    const ann = caller(ANN);
    await pass(10);
    const pressedAt = timers.nowMs();
    ann.press('1');
    await pass(1);
    const heard = ann.heard().at(-1);
    expect(heard?.piece).toEqual({ kind: 'prompt', name: 'acme/promised' });
    expect((heard?.atMs ?? 0) - pressedAt).toBeLessThan(500);
    expect(ann.isOver()).toBe(false);
    await pass(4);
    expect(ann.isOver()).toBe(true);
    expect((await centre.callback()).state).toBe('waiting');
    const [place] = await centre.rows<{ count: number }>('select count(*)::int from place');
    expect(place?.count).toBe(1);
  });

  test('X2 S2.8: whoever hangs up in the middle of the confirmation has a callback all the same', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { caller, pass, world } = centre;
    world.phone('PJSIP/desk-1', picksUp(1));
    world.phone(ANN, { kind: 'answer', afterSeconds: 1, acts: [talks(10)] });
    const ann = caller(ANN, presses('1', 5), hangsUpOnHearing('ringback/confirmation', 0.2));
    await pass(6);
    expect(ann.isOver()).toBe(true);
    await centre.setPresence('desk-1', 'available');
    await pass(30);
    expect((await centre.callback()).state).toBe('wrapping-up');
    expect(world.ledger.carrierCalls(ANN)).toHaveLength(1);
  });

  test('S2.8: whoever hangs up with the very press of the digit has a callback', async () => {
    centre = await openSandboxCentre();
    const ann = centre.caller(ANN);
    await centre.pass(10);
    ann.press('1');
    ann.hangUp();
    await centre.pass(2);
    expect((await centre.callback()).state).toBe('waiting');
  });

  test('nobody is told that they will be called before the commit behind it', async () => {
    centre = await openSandboxCentre();
    const ann = centre.caller(ANN);
    await centre.pass(10);
    const before = ann.heard().length;
    await centre.cutDatabase();
    ann.press('1');
    await centre.pass(3);
    expect(wordsOf(ann.heard()).slice(before)).toEqual(['apology']);
    await centre.restoreDatabase();
    await centre.pass(2);
    expect(await centre.rows('select 1 from callback')).toEqual([]);
    expect(ann.isOver()).toBe(false);
    ann.press('1');
    await centre.pass(3);
    expect((await centre.callback()).state).toBe('waiting');
  });

  test('S2.17: a waiting callback holds no line of the PBX', async () => {
    centre = await openSandboxCentre();
    const { caller, pass, world } = centre;
    caller(ANN, presses('1', 5));
    await pass(60);
    expect(world.ledger.live()).toEqual([]);
    expect((await centre.callback()).state).toBe('waiting');
  });

  test('while an agent already rings for them: the phone falls silent, the agent is free, and the place is kept', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'] });
    const { caller, pass, world } = centre;
    world.phone('PJSIP/desk-1', { kind: 'no-answer' });
    await centre.setPresence('desk-1', 'available');
    const ann = caller(ANN);
    await pass(5);
    ann.press('1');
    await pass(1);
    const [ringing] = world.ledger.entries().filter((leg) => leg.role === 'agent');
    expect(ringing?.ending).toBe('cancelled');
    expect(await centre.events()).toContain('offer.withdrawn');
    await centre.setPresence('desk-1', 'away');
    await pass(5);
    expect((await centre.callback()).state).toBe('waiting');
  });
});

describe('X12: one promise per number', () => {
  test('X12: pressing 1 ten times makes one callback and one confirmation', async () => {
    centre = await openSandboxCentre();
    const acts = Array.from({ length: 10 }, (_, n) => presses('1', 5 + n / 10));
    const ann = centre.caller(ANN, ...acts);
    await centre.pass(20);
    expect(await centre.rows('select 1 from callback')).toHaveLength(1);
    expect(wordsOf(ann.heard()).filter((word) => word === 'confirmation')).toHaveLength(1);
    expect((await centre.events()).filter((kind) => kind === 'callback.requested')).toHaveLength(1);
  });

  test('X12: the same number calls again and wants another callback: the first promise stands with its place, and the caller is told so', async () => {
    centre = await openSandboxCentre();
    const { caller, pass } = centre;
    caller(ANN, presses('1', 5));
    await pass(20);
    const first = await centre.callback();
    // The first 1 takes the held place, the second wants to hang up again.
    const again = caller(ANN, presses('1', 5), presses('1', 12));
    await pass(30);
    expect(wordsOf(again.heard()).at(-1)).toBe('already-in-line');
    expect(again.isOver()).toBe(true);
    expect(await centre.rows('select 1 from callback')).toHaveLength(1);
    expect(await centre.callback()).toEqual(first);
  });

  test('X12: two calls of one number that press 1 in the same moment make one callback, and both are told that they are in line', async () => {
    centre = await openSandboxCentre();
    const both = [centre.caller(ANN), centre.caller(ANN)];
    await centre.pass(5);
    for (const one of both) one.press('1');
    await centre.pass(8);
    const last = both.map((one) => wordsOf(one.heard()).at(-1));
    expect(new Set(last)).toEqual(new Set(['already-in-line', 'confirmation']));
    expect(await centre.rows('select 1 from callback')).toHaveLength(1);
    expect(await centre.rows(`select 1 from place`)).toHaveLength(1);
  });
});

describe('who cannot be promised anything', () => {
  test('an anonymous caller is not offered a callback, hears why when they press 1, and keeps waiting', async () => {
    centre = await openSandboxCentre();
    const hidden = centre.caller(null);
    await centre.pass(10);
    hidden.press('1');
    await centre.pass(5);
    const words = wordsOf(hidden.heard());
    expect(words).not.toContain('offer');
    expect(words.at(-1)).toBe('number-unknown');
    expect(hidden.isOver()).toBe(false);
    expect(await centre.rows('select 1 from place')).toHaveLength(1);
  });

  test('a text that is no number counts as withheld', async () => {
    centre = await openSandboxCentre();
    const odd = centre.caller('anonymous@anonymous.invalid');
    await centre.pass(5);
    odd.press('1');
    await centre.pass(5);
    expect(wordsOf(odd.heard()).at(-1)).toBe('number-unknown');
  });

  test('digits other than 1 change nothing', async () => {
    centre = await openSandboxCentre();
    const ann = centre.caller(
      ANN,
      ...Array.from('023456789*#', (digit, n) => presses(digit, 3 + n)),
    );
    await centre.pass(20);
    expect(await centre.events()).toEqual(['interaction.entered']);
    expect(ann.isOver()).toBe(false);
  });

  test('a queue without callbacks neither offers nor takes one', async () => {
    centre = await openSandboxCentre({ callback: { enabled: false } });
    const ann = centre.caller(ANN, presses('1', 5));
    await centre.pass(40);
    expect(wordsOf(ann.heard())).toEqual(['next-in-line', 'next-in-line']);
    expect(await centre.rows('select 1 from callback')).toEqual([]);
  });

  test('a call to a number that leads nowhere is given back to the PBX', async () => {
    centre = await openSandboxCentre();
    const lost = centre.world.call({ number: ANN, dials: '+12025559999', acts: [] });
    await centre.pass(5);
    expect(lost.isOver()).toBe(true);
    expect(await centre.rows('select 1 from interaction')).toEqual([]);
  });
});

function promptsWith(change: Partial<QueuePrompts>): QueuePrompts {
  return { ...CALLBACK_DEFAULTS.prompts, ...change };
}
