import { afterEach, describe, expect, test } from 'vitest';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { ANN, answers, SHORT_RING } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { openConsole, type Told } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import type { SandboxNode } from '../support/sandbox-node.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

const BO = '+12025550002';
/** The virtual day is one of 2026; people who report mean their own. */
const REPORTED_TO = '2026-11-19T00:00:00Z';

/** From now on nothing can be written about the interaction of this number, but that it is set aside. */
async function spoil(number: string, node: SandboxNode = centre.node): Promise<void> {
  const { interaction_id } = await centre.callback(number);
  node.beforeStatement = ({ name }, values) => {
    const isAbout = name === 'situations/save-decision' && values[1] === interaction_id;
    if (isAbout && !String(values[2]).includes('callback.poisoned')) throw new Error('spoilt row');
  };
}

function mend(): void {
  centre.node.beforeStatement = () => undefined;
}

/** Runs one command line. */
async function say(...words: readonly string[]): Promise<Told> {
  const people = await openConsole(centre);
  try {
    return await people.ringback(...words);
  } finally {
    await people.close();
  }
}

/** Ann waits at the head of the line and cannot be handled; Bo waits behind her. */
async function annIsSpoilt(): Promise<void> {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: SHORT_RING });
  for (const number of [ANN, BO]) {
    centre.world.phone(number, answers(talks(10)));
    centre.caller(number, presses('1', 2));
    await centre.pass(8);
  }
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  await spoil(ANN);
}

describe('a callback that cannot be handled', () => {
  test('F21: it stands at the head of the line, and whoever is behind it is served at once', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(5);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'waiting', tickets: 0 });
    expect((await centre.callback(BO)).state).toBe('connected');
  });

  test('F21 I2 I13: after three failures it is set aside with its one ticket, and says that it needs a human', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    const { id } = await centre.callback(ANN);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'poisoned', tickets: 1 });
    expect((await centre.callback(BO)).state).toBe('completed');
    expect((await say('callback', 'explain', id)).out).toContain('a human must resume or close it');
    expect(await centre.rows('select reason from ticket')).toEqual([{ reason: 'poisoned' }]);
    expect((await say('report', '--to', REPORTED_TO)).out).toMatch(/^set-aside +1 /m);
    const linted = await say('lint', '--fail-on', 'warning');
    expect(linted.out).toContain('callbacks: warning L25: 1 callback waits for a human');
    expect(linted.exitCode).toBe(2);
    expect(centre.world.ledger.carrierCalls(ANN)).toEqual([]);
  });

  test('a human resumes it: it is called from the place it had, the ticket is closed, and the story says who', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    const { id } = await centre.callback(ANN);
    mend();
    expect((await say('callback', 'resume', id)).out).toMatch(/^The callback is \w+/);
    await centre.pass(60);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'completed', tickets: 1 });
    expect(await centre.rows('select state from ticket')).toEqual([{ state: 'closed' }]);
    expect((await say('callback', 'story', id)).out).toContain('eva lets it go on');
  });

  test('set aside a second time it opens the same ticket again', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    const { id } = await centre.callback(ANN);
    const ticket = await centre.rows('select id from ticket');
    await centre.setPresence('desk-1', 'away');
    mend();
    await say('callback', 'resume', id);
    await spoil(ANN);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    expect((await centre.callback(ANN)).state).toBe('poisoned');
    expect(await centre.rows(`select id from ticket where state = 'open'`)).toEqual(ticket);
  });

  test('a human closes it: callback and ticket are over', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    const { id } = await centre.callback(ANN);
    mend();
    expect((await say('callback', 'close', id)).out).toBe('The callback is cancelled.\n');
    expect(await centre.rows('select state from ticket')).toEqual([{ state: 'closed' }]);
    expect((await say('callback', 'resume', id)).err).toContain('(CALLBACK_NOT_SET_ASIDE)');
  });

  test('its time has lapsed when the human comes: that is said, instead of a call that nobody waits for', async () => {
    await annIsSpoilt();
    await centre.setPresence('desk-1', 'available');
    await centre.pass(60);
    const { id } = await centre.callback(ANN);
    mend();
    await centre.skip(3 * 3600);
    expect((await say('callback', 'resume', id)).err).toContain('(CALLBACK_NOT_RESUMABLE)');
  });

  test('a customer who talks is not harmed: the call goes on to its end', async () => {
    centre = await openSandboxCentre({ agents: ['desk-1'], callback: SHORT_RING });
    centre.world.phone(ANN, answers(talks(200)));
    centre.world.phone('PJSIP/desk-1', picksUp(1));
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.setPresence('desk-1', 'available');
    await centre.pass(10);
    const { id } = await centre.callback(ANN);
    await spoil(ANN);
    for (let tries = 0; tries < 4; tries += 1) {
      await say('callback', 'outcome', id, 'connected');
    }
    await centre.pass(60);
    expect((await centre.callback(ANN)).state).toBe('connected');
    mend();
    await centre.pass(160);
    expect(await centre.callback(ANN)).toMatchObject({ state: 'completed', tickets: 0 });
  });
});

/** Ends the process whenever it is about to write about this interaction. */
function deadly(node: SandboxNode, interactionId: string): void {
  node.beforeStatement = ({ name }, values) => {
    const isAbout = name === 'situations/save-decision' && values[1] === interactionId;
    if (!isAbout || String(values[2]).includes('callback.poisoned')) return;
    void node.kill();
    throw new Error('the process dies');
  };
}

test('F21: a due timer that kills its process is set aside by the fourth process; those who were due with it are not', async () => {
  centre = await openSandboxCentre({ agents: ['desk-1'], callback: { expiresAfterSeconds: 600 } });
  for (const number of [ANN, BO]) {
    centre.caller(number, presses('1', 2));
    await centre.pass(8);
  }
  const { interaction_id } = await centre.callback(ANN);
  deadly(centre.node, interaction_id);
  await centre.skip(700);
  for (const name of ['second', 'third']) {
    await centre.pass(10);
    deadly(centre.startNode(name), interaction_id);
  }
  await centre.pass(20);
  expect((await centre.callback(ANN)).state).toBe('waiting');
  centre.startNode('fourth');
  await centre.pass(20);
  expect(await centre.callback(ANN)).toMatchObject({ state: 'poisoned', tickets: 1 });
  expect((await centre.callback(BO)).state).toBe('expired');
});

/** How long so many customers waited in all from request to call, the first one left out; each of them was called. */
async function waitedSeconds(isSpoilt: boolean, customers: number): Promise<number> {
  const agents = ['desk-1', 'desk-2', 'desk-3', 'desk-4'];
  centre = await openSandboxCentre({ agents, callback: { wrapUpSeconds: 0 } });
  const numbers = Array.from({ length: customers }, (_, n) => `+1202555${(1000 + n).toString()}`);
  for (const number of numbers) {
    centre.world.phone(number, answers(talks(20)));
    centre.caller(number, presses('1', 2));
  }
  await centre.pass(10);
  const [first = ''] = (
    await centre.rows<{ number: string }>(
      'select c.number from callback c join place p using (interaction_id) order by p.entered_at, p.seq',
    )
  ).map(({ number }) => number);
  if (isSpoilt) await spoil(first);
  for (const agent of agents) {
    centre.world.phone(`PJSIP/${agent}`, picksUp(1));
    await centre.setPresence(agent, 'available');
  }
  await centre.pass((customers / agents.length) * 30);
  const [row] = await centre.rows<{ waited: number; called: number }>(
    `select sum(extract(epoch from first_dialed_at - requested_at))::float8 as waited, count(first_dialed_at)::int as called
       from callback where number <> '${first}'`,
  );
  expect(row?.called).toBe(customers - 1);
  expect((await centre.callback(first)).state).toBe(isSpoilt ? 'poisoned' : 'completed');
  return row?.waited ?? 0;
}

test('F21: one callback in a hundred cannot be handled: the others wait at most 5 % longer', async () => {
  const calm = await waitedSeconds(false, 100);
  await closeAudited(centre);
  const spoilt = await waitedSeconds(true, 100);
  expect(spoilt).toBeLessThanOrEqual(calm * 1.05);
}, 120_000);
