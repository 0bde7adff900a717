import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_TENANT as TENANT } from '../../core/prelude/ids.ts';
import { type PhoneHabit, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import {
  type CentreOptions,
  openSandboxCentre,
  type SandboxCentre,
} from '../support/sandbox-centre.ts';
import { picksUp, ringsOf, wordsOf } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const ANN = '+12025550001';

/** A centre in which Ann waits for a callback, with desk-1 before desk-2 in the order of idleness. */
async function annWaits(options: CentreOptions = {}): Promise<SandboxCentre> {
  const opened = await openSandboxCentre(options);
  opened.world.phone(ANN, { kind: 'answer', afterSeconds: 3, acts: [talks(10)] });
  for (const desk of options.agents ?? ['desk-1', 'desk-2']) {
    opened.world.phone(`PJSIP/${desk}`, picksUp(2));
  }
  opened.caller(ANN, presses('1', 2));
  await opened.pass(8);
  return opened;
}

describe('the agent comes first', () => {
  test('S0.16 S1.3 S1.4 S1.5 S2.11 S3.2 S3.5 S3.6 S3.20: the agent is rung, answers, hears the alert to its end, and only then the customer is dialled', async () => {
    centre = await annWaits();
    const { world, pass } = centre;
    expect(ringsOf(centre)).toEqual([]);
    await centre.setPresence('desk-1', 'available');
    await pass(1);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
    await pass(12);
    const [agent, customer] = world.ledger.entries().filter(({ role }) => role !== 'caller');
    const alert = agent?.heard[0];
    expect(wordsOf(agent?.heard ?? [])).toEqual(['alert']);
    expect(alert?.atMs).toBeGreaterThanOrEqual(agent?.answeredAtMs ?? Number.NaN);
    expect(customer?.party).toBe(ANN);
    // An alert lasts two seconds here.
    expect(customer?.atMs).toBeGreaterThanOrEqual((alert?.atMs ?? Number.NaN) + 2000);
    expect(agent !== undefined && customer !== undefined).toBe(true);
    if (agent === undefined || customer === undefined) return;
    expect(world.pbx.bridged(agent.legId, customer.legId)).toBe(true);
    await pass(10);
    expect((await centre.callback()).state).toBe('wrapping-up');
  });

  test('S1.6: a queue has an alert of its own', async () => {
    const prompts = {
      offer: 'ringback/offer',
      confirmation: 'ringback/confirmation',
      alert: 'acme/alert',
      voicemailMessage: 'ringback/voicemail-message',
    };
    centre = await annWaits({ callback: { prompts } });
    await centre.setPresence('desk-1', 'available');
    await centre.pass(5);
    const agent = centre.world.ledger.entries().find(({ role }) => role === 'agent');
    expect(wordsOf(agent?.heard ?? [])).toEqual(['acme/alert']);
  });

  test('S3.19: the agent sees a callback as a callback, and a caller as a caller', async () => {
    centre = await annWaits({ agents: ['desk-1'] });
    centre.caller('+12025550002', talks(5));
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    const shown = centre.world.ledger.entries().filter(({ role }) => role === 'agent');
    expect(shown.map(({ callerId }) => callerId)).toEqual([
      { name: 'CALLBACK support', number: ANN },
      { name: 'support', number: '+12025550002' },
    ]);
  });

  test('S3.14: at the front of the line without an agent it waits, is not tried and not counted, until one is free', async () => {
    centre = await annWaits();
    await centre.pass(120);
    expect(ringsOf(centre)).toEqual([]);
    const before = await centre.callback();
    expect(before).toMatchObject({ state: 'waiting', attempts_used: 0 });
    await centre.setPresence('desk-2', 'available');
    await centre.pass(30);
    expect((await centre.callback()).attempts_used).toBe(0);
    expect((await centre.callback()).state).toBe('wrapping-up');
  });
});

describe('X3: an agent who does not take it costs the customer nothing', () => {
  const refusals: readonly (readonly [string, PhoneHabit, string])[] = [
    ['ignores it', { kind: 'no-answer' }, 'rang-out'],
    ['declines', { kind: 'reject', afterSeconds: 1 }, 'declined'],
    ['has no phone registered', { kind: 'unreachable' }, 'agent-lost'],
    ['has forwarded the phone to somebody else', { kind: 'forward', afterSeconds: 1 }, 'declined'],
    ['is on another call that nobody reported', { kind: 'busy' }, 'declined'],
  ];

  test.each(refusals)(
    'X3: an agent who %s: the next one is asked, and no attempt is counted',
    async (_, habit, ending) => {
      centre = await annWaits({ callback: { ringAgentSeconds: 5 } });
      const { world, pass, rows } = centre;
      // An unreachable device is never asked; one that hides it is.
      world.phone('PJSIP/desk-1', () => habit);
      await centre.setPresence('desk-1', 'available');
      await pass(0.02);
      await centre.setPresence('desk-2', 'available');
      await pass(30);
      expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', 'PJSIP/desk-2', ANN]);
      const offers = await rows<{ ending: string }>('select ending from offer order by offered_at');
      expect(offers[0]?.ending).toBe(ending);
      expect(await rows('select 1 from attempt')).toHaveLength(1);
      expect((await centre.callback()).state).toBe('wrapping-up');
    },
  );

  test('X3: the only agent ignores it: the place is kept, and the agent is asked again after a pause of 20 s', async () => {
    centre = await annWaits({ agents: ['desk-1'], callback: { ringAgentSeconds: 5 } });
    const { world, pass } = centre;
    world.phone('PJSIP/desk-1', (nth) => (nth === 1 ? { kind: 'no-answer' } : picksUp(1)));
    await centre.setPresence('desk-1', 'available');
    await pass(24);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
    expect(await centre.callback()).toMatchObject({ state: 'waiting', attempts_used: 0 });
    await pass(10);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', 'PJSIP/desk-1', ANN]);
  });

  test('an agent whose phone says that it is busy or not there is not asked at all', async () => {
    centre = await annWaits({ agents: ['desk-1', 'desk-2'] });
    const { world, pass } = centre;
    world.setOnOtherCall('PJSIP/desk-1', true);
    world.phone('PJSIP/desk-2', { kind: 'unreachable' });
    await pass(1);
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-2', 'available');
    await pass(20);
    expect(ringsOf(centre)).toEqual([]);
    world.setOnOtherCall('PJSIP/desk-1', false);
    await pass(2);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1']);
  });
});

describe('presence and wrap-up', () => {
  test('an agent who goes away is not rung, and one who comes back is rung at once', async () => {
    centre = await annWaits({ agents: ['desk-1'] });
    await centre.setPresence('desk-1', 'available');
    await centre.setPresence('desk-1', 'away');
    await centre.pass(40);
    const rung = ringsOf(centre).length;
    expect(rung).toBeLessThanOrEqual(2);
    await centre.pass(40);
    expect(ringsOf(centre)).toHaveLength(rung);
  });

  test('wrap-up keeps an agent free for 30 s, and saying available ends it early', async () => {
    centre = await annWaits({ agents: ['desk-1'] });
    const { pass, timers } = centre;
    await centre.setPresence('desk-1', 'available');
    await pass(20);
    expect((await centre.callback()).state).toBe('wrapping-up');
    centre.caller('+12025550002', talks(5));
    await pass(5);
    expect(ringsOf(centre)).toHaveLength(2);
    await centre.setPresence('desk-1', 'available');
    expect((await centre.callback()).state).toBe('completed');
    await pass(10);
    const endedMs = timers.nowMs();
    centre.caller('+12025550003', talks(5));
    await pass(60);
    const third = centre.world.ledger
      .entries()
      .filter(({ role }) => role === 'agent')
      .at(-1);
    expect((third?.atMs ?? 0) - endedMs).toBeGreaterThan(20_000);
  });

  test('an agent who goes away during a conversation finishes it and gets no further one', async () => {
    centre = await annWaits({ agents: ['desk-1'] });
    const { pass } = centre;
    await centre.setPresence('desk-1', 'available');
    await pass(10);
    await centre.setPresence('desk-1', 'away');
    centre.caller('+12025550002');
    await pass(60);
    expect((await centre.callback()).state).toBe('completed');
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-1', ANN]);
  });

  test('the longest idle agent is asked first', async () => {
    centre = await annWaits();
    const { pass } = centre;
    await centre.setPresence('desk-2', 'away');
    await pass(5);
    await centre.setPresence('desk-1', 'away');
    await pass(5);
    // Both come back in one moment in which nobody waits.
    await centre.engine.cancelCallback(TENANT, (await centre.callback()).id);
    await centre.setPresence('desk-2', 'available');
    await pass(1);
    await centre.setPresence('desk-1', 'available');
    await pass(1);
    centre.caller('+12025550002', talks(5));
    await pass(1);
    expect(ringsOf(centre)).toEqual(['PJSIP/desk-2']);
  });
});
