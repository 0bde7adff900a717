import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { type CentreConsole, openConsole } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;
let people: CentreConsole;

const ANN = '+12025550001';
const BEA = '+12025550002';

beforeEach(async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { wrapUpSeconds: 0 } });
  const { world } = centre;
  for (const number of [ANN, BEA]) {
    world.phone(number, { kind: 'answer', afterSeconds: 1, acts: [talks(20)] });
  }
  world.phone('PJSIP/desk-1', picksUp(1));
  people = await openConsole(centre);
});
afterEach(async () => {
  await people.close();
  await closeAudited(centre);
});

const stop = async (what: string, ...scope: readonly string[]): Promise<string> =>
  (await people.ringback('stop', what, ...scope, '--reason', 'a fire drill')).out;
const resume = async (what: string, ...scope: readonly string[]): Promise<string> =>
  (await people.ringback('resume', what, ...scope, '--reason', 'it is over')).out;

describe('requests are stopped', () => {
  test.each([['--queue', 'support'], ['--pbx', 'main'], ['--all']])(
    'with %s %s nobody hears an offer and 1 makes no promise, until it is resumed',
    async (...scope) => {
      expect(await stop('requests', ...scope)).toContain('a fire drill');
      const ann = centre.caller(ANN, presses('1', 5));
      await centre.pass(40);
      expect(wordsOf(ann.heard())).toEqual(['next-in-line', 'next-in-line']);
      expect(await centre.rows('select 1 from callback')).toEqual([]);
      expect(await resume('requests', ...scope)).toBe('Nothing is stopped.\n');
      await centre.pass(30);
      expect(wordsOf(ann.heard()).at(-1)).toBe('offer');
      ann.press('1');
      await centre.pass(5);
      expect((await centre.callback()).state).toBe('waiting');
    },
  );

  test('what was promised before is kept', async () => {
    centre.caller(ANN, presses('1', 2));
    await centre.pass(10);
    await stop('requests', '--all');
    await centre.setPresence('desk-1', 'available');
    await centre.pass(40);
    expect((await centre.callback()).state).toBe('completed');
  });
});

describe('dialling is stopped', () => {
  test.each([['--queue', 'support'], ['--pbx', 'main'], ['--all']])(
    'with %s %s no customer is called and the place is kept; resumed, the first is called at once',
    async (...scope) => {
      await stop('dialling', ...scope);
      centre.caller(ANN, presses('1', 2));
      await centre.pass(5);
      centre.caller(BEA, presses('1', 2));
      await centre.pass(10);
      await centre.setPresence('desk-1', 'available');
      await centre.pass(600);
      expect(centre.world.ledger.carrierCalls()).toEqual([]);
      const { id, reason } = await centre.callback(ANN);
      expect(reason).toBe('dialling-stopped');
      expect((await people.ringback('callback', 'explain', id)).out).toContain(
        'A supervisor has stopped dialling',
      );
      await resume('dialling', ...scope);
      await centre.pass(10);
      expect(centre.world.ledger.carrierCalls().map(({ party }) => party)).toEqual([ANN]);
      await centre.pass(60);
      expect((await centre.callback(BEA)).state).toBe('completed');
    },
  );

  test('a call that is up goes on, and so does a caller who waits', async () => {
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    expect((await centre.callback()).state).toBe('connected');
    await stop('dialling', '--all');
    await centre.pass(30);
    expect((await centre.callback()).state).toBe('completed');
    const bea = centre.caller(BEA, talks(5));
    await centre.pass(15);
    expect(bea.isOver()).toBe(true);
    expect(await centre.events()).toContain('interaction.connected');
  });

  test('an attempt that is recorded and not yet dialled is not dialled, costs nothing, and frees the agent', async () => {
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    const agreed = await untilEvent('callback.accepted');
    expect(agreed).toBe(true);
    await stop('dialling', '--queue', 'support');
    await centre.pass(30);
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
    expect(await centre.outcomes()).toEqual(['blocked']);
    expect(await centre.callback()).toMatchObject({ state: 'waiting', attempts_used: 0 });
    await resume('dialling', '--queue', 'support');
    await centre.pass(40);
    expect((await centre.callback()).state).toBe('completed');
  });

  test('S3.16: no promise lapses meanwhile, and the time of the stop is added to what was left', async () => {
    centre.caller(ANN, presses('1', 2));
    await centre.pass(10);
    await centre.skip(3600);
    await stop('dialling', '--all');
    await centre.skip(20_000);
    expect((await centre.callback()).state).toBe('waiting');
    await resume('dialling', '--all');
    await centre.skip(3500);
    expect((await centre.callback()).state).toBe('waiting');
    await centre.skip(200);
    expect(await centre.callback()).toMatchObject({ state: 'expired', tickets: 1 });
  });

  test('of two switches over one queue, both must be resumed', async () => {
    await stop('dialling', '--all');
    await stop('dialling', '--queue', 'support');
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(5);
    await resume('dialling', '--all');
    await centre.pass(60);
    expect(centre.world.ledger.carrierCalls()).toEqual([]);
    await resume('dialling', '--queue', 'support');
    await centre.pass(10);
    expect(centre.world.ledger.carrierCalls()).toHaveLength(1);
  });
});

describe('who has stopped what', () => {
  test('stands in status, metrics and the list, with who, when and why; the past stays on record', async () => {
    await stop('dialling', '--queue', 'support');
    const row = /dialling +queue support +2026-11-18T\S+ +eva +a fire drill/;
    expect((await people.ringback('status')).out).toMatch(row);
    expect((await people.ringback('stops')).out).toMatch(row);
    expect(await people.metrics()).toContain(
      'ringback_stopped{what="dialling",kind="queue",scope="support"} 1',
    );
    await resume('dialling', '--queue', 'support');
    expect((await people.ringback('stops')).out).toBe('Nothing is stopped.\n');
    expect((await people.ringback('stops', '--history')).out).toMatch(/by eva: it is over/);
    expect(await centre.events()).toEqual(['dialling.stopped', 'dialling.resumed']);
    expect(await people.metrics()).not.toContain('ringback_stopped{');
  });

  test('a switch is turned once, is named, and needs a reason', async () => {
    await stop('requests', '--all');
    const complaint = async (...words: readonly string[]): Promise<string> =>
      (await people.ringback(...words)).err;
    const why = ['--reason', 'again'];
    expect(await complaint('stop', 'requests', '--all', ...why)).toContain('(ALREADY_STOPPED)');
    expect(await complaint('resume', 'dialling', '--all', ...why)).toContain('(NOT_STOPPED)');
    expect(await complaint('stop', 'dialling', '--queue', 'sales', ...why)).toContain(
      '(QUEUE_UNKNOWN)',
    );
    expect(await complaint('stop', 'dialling', '--pbx', 'spare', ...why)).toContain(
      '(PBX_UNKNOWN)',
    );
    expect(await complaint('stop', 'dialling', ...why)).toContain('Name one of');
    expect(await complaint('stop', 'dialling', '--all')).toContain('--reason');
  });
});

/** Lets time pass in small steps until that has happened. */
async function untilEvent(kind: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await centre.events()).includes(kind)) return true;
    await centre.pass(0.1);
  }
  return false;
}
