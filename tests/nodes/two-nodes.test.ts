import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type RingbackNode } from '../support/ringback-node.ts';
import { telephonyReady } from '../telephone/support/asterisk-root.ts';
import { audit } from '../telephone/support/audit.ts';
import { openPhoneCentre, type PhoneCentre } from '../telephone/support/phone-centre.ts';
import type { SipCall } from '../telephone/support/phones.ts';
import { isOwner, ownershipIn, worksWithPbx } from './ownership.ts';

/** What an owner says when it has come to know that it is none any more. */
const NOT_OWNER = /another node has taken over this PBX|the application was taken over on the PBX/;
const ANSWERS = { otherwise: [{ kind: 'answer' }] } as const;

describe.skipIf(!telephonyReady())('two Ringbacks beside one real Asterisk', () => {
  let centre: PhoneCentre;
  /** The owner at the beginning, and the other. */
  let first: RingbackNode;
  let second: RingbackNode;

  beforeAll(async () => {
    centre = await openPhoneCentre({
      agents: [ANSWERS, ANSWERS],
      callback: {
        ...{ ringCustomer: 'PT5S', ringAgent: 'PT5S', minimumGap: 'PT1S' },
        prompts: { confirmation: 'beep', alert: 'beep' },
      },
    });
    first = centre.node();
    second = await centre.startNode();
  });

  afterEach(async () => {
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  /** Two fresh processes; the first of them owns the PBX, and the other is asked. */
  const startPair = async (crashAt?: string): Promise<void> => {
    for (const node of [second, first]) await node.kill('SIGKILL');
    first = await centre.startNode(
      crashAt === undefined ? {} : { RINGBACK_TEST_CRASH_AT: crashAt },
    );
    await worksWithPbx(centre, first);
    second = await centre.startNode();
  };

  const callsTo = (number: string): readonly SipCall[] =>
    centre.carrier.calls().filter(({ called }) => called === number);

  const hangsUp = async (number: string): Promise<unknown> =>
    centre.carrier.hangUp(({ called }) => called === number);

  const outcomes = async (number: string): Promise<readonly (string | null)[]> => {
    const rows = await centre.rows<{ outcome: string | null }>(
      `select outcome from attempt where number = '${number}' order by started_at`,
    );
    return rows.map(({ outcome }) => outcome);
  };

  /** Asked for a callback, called, and in conversation with an agent. */
  const talksTo = async (...numbers: readonly string[]): Promise<void> => {
    for (const number of numbers) await centre.requestAtOnce(number);
    await centre.setAgents('available');
    for (const number of numbers) await centre.callbackIn('connected', number);
  };

  /** Everything that an old owner could have changed: the history, and every call that was placed. */
  const trail = async (): Promise<unknown> => ({
    events: await centre.rows(
      'select interaction_id, revision, kind, at::text, body from event order by id',
    ),
    placed: [centre.carrier, ...centre.agents].map((phone) => phone.calls()),
  });

  /** Continues the first, which knows no better than to be the owner, until it has learnt better. */
  const continueFirst = async (): Promise<void> => {
    const [before, owned] = [await trail(), await ownershipIn(centre)];
    await first.kill('SIGCONT');
    await eventually('the first knows', () => (NOT_OWNER.test(first.output()) ? true : null));
    expect(await trail()).toEqual(before);
    const { pbxs } = await first.api<{ pbxs: { state: string }[] }>('GET', '/api/v1/status');
    expect(pbxs).toMatchObject([{ state: 'elsewhere' }]);
    expect(isOwner(second, owned)).toBe(true);
    expect(await ownershipIn(centre)).toEqual(owned);
    expect(second.output()).not.toMatch(NOT_OWNER);
  };

  const standsStill = async (node: RingbackNode): Promise<void> => {
    await eventually('the node stands still', () => (stateOf(node) === 'T' ? true : null));
  };

  test('a match that the other process makes is carried out by the owner', async () => {
    await startPair();
    await talksTo('+12025550601');
    expect(isOwner(first, await ownershipIn(centre))).toBe(true);
    await hangsUp('+12025550601');
    await centre.callbackIn('completed', '+12025550601');
    expect(callsTo('+12025550601')).toHaveLength(1);
  });

  test('X13 P1 I12: the owner is killed in the middle of a call: the call goes on, and so does the other process', async () => {
    await startPair();
    await centre.requestAtOnce('+12025550602');
    await centre.setAgent(1, 'available');
    await centre.callbackIn('connected', '+12025550602');
    const { epoch } = await ownershipIn(centre);
    await first.kill('SIGKILL');
    expect((await worksWithPbx(centre, second)).epoch).toBe(epoch + 1);
    await talksTo('+12025550603');
    for (const number of ['+12025550602', '+12025550603']) {
      expect(callsTo(number)).toMatchObject([{ ending: null }]);
      await hangsUp(number);
      await centre.callbackIn('completed', number);
      expect(callsTo(number)).toHaveLength(1);
    }
  });

  test('X13 P1 I12: the owner is killed between the commit and the call: nobody knows, so it counts, and the other process calls after the minimum gap', async () => {
    await startPair('gate-committed-not-dialled');
    await centre.requestAtOnce('+12025550604');
    await centre.setAgent(1, 'available');
    await eventually('the owner dies', () => (first.hasEnded() ? true : null));
    await worksWithPbx(centre, second);
    await centre.callbackIn('retry-wait', '+12025550604');
    expect(callsTo('+12025550604')).toEqual([]);
    await centre.callbackIn('connected', '+12025550604');
    await hangsUp('+12025550604');
    await centre.callbackIn('completed', '+12025550604');
    expect(await outcomes('+12025550604')).toEqual(['in-doubt', 'connected']);
    expect(callsTo('+12025550604')).toHaveLength(1);
  });

  test('P1 I12: the owner stands still in the middle of calls for longer than its lease: the other takes over, the first changes nothing when it goes on, and takes over again when the other dies', async () => {
    const [leaves, stays, later] = ['+12025550605', '+12025550606', '+12025550607'];
    await startPair();
    await talksTo(leaves, stays);
    await first.kill('SIGSTOP');
    // The first is told of it while it stands still, and reads it when everything is over.
    await hangsUp(leaves);
    await worksWithPbx(centre, second);
    await centre.callbackIn('completed', leaves);
    expect(callsTo(stays)).toMatchObject([{ ending: null }]);
    await continueFirst();
    expect(callsTo(stays)).toMatchObject([{ ending: null }]);

    const { epoch } = await ownershipIn(centre);
    await second.kill('SIGKILL');
    centre.ask(first);
    expect((await worksWithPbx(centre, first)).epoch).toBe(epoch + 1);
    expect(callsTo(stays)).toMatchObject([{ ending: null }]);
    await hangsUp(stays);
    await centre.setAgents('away');
    await talksTo(later);
    await hangsUp(later);
    for (const number of [leaves, stays, later]) {
      await centre.callbackIn('completed', number);
      expect(await outcomes(number)).toEqual(['connected']);
      expect(callsTo(number)).toHaveLength(1);
    }
  });

  test('P1 I12: the owner stands still between the commit and the call: it never sends it, and the other process calls once', async () => {
    const number = '+12025550608';
    await startPair('gate-committed-not-dialled stop');
    await centre.requestAtOnce(number);
    await centre.setAgent(1, 'available');
    await standsStill(first);
    await worksWithPbx(centre, second);
    await continueFirst();
    await eventually('the first has refused to send it', () =>
      /dial-customer.*a command was not carried out/.test(first.output()) ? true : null,
    );
    expect(callsTo(number)).toEqual([]);
    await centre.callbackIn('connected', number);
    await hangsUp(number);
    await centre.callbackIn('completed', number);
    expect(await outcomes(number)).toEqual(['in-doubt', 'connected']);
    expect(callsTo(number)).toHaveLength(1);
  });

  test('P1 I12: the owner stands still in the middle of a transaction: its locks are lifted, the other goes on, and what it wanted to write is lost', async () => {
    const number = '+12025550609';
    await startPair('decided-not-committed:customer-answered stop');
    await centre.requestAtOnce(number);
    await centre.setAgent(1, 'available');
    await standsStill(first);
    await worksWithPbx(centre, second);
    await centre.callbackIn('connected', number);
    await continueFirst();
    await hangsUp(number);
    await centre.callbackIn('completed', number);
    expect(await outcomes(number)).toEqual(['connected']);
    expect(callsTo(number)).toHaveLength(1);
  });
});

/** What the system says of a process: T while it is stopped (proc(5), `stat`). */
function stateOf({ pid }: RingbackNode): string {
  const text = readFileSync(`/proc/${pid.toString()}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
}
