import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit } from './support/audit.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';
import type { Behaviour, CalledPhone } from './support/phones.ts';

/** What the network does with each number, how the attempts are judged, and what becomes of the promise. */
interface Customer {
  readonly does: readonly Behaviour[];
  readonly outcomes: readonly string[];
  readonly counted: number;
  readonly end: string;
}

const TALKS: Behaviour = { kind: 'answer', hangUpAfterMs: 7_000 };
const CUSTOMERS: Readonly<Record<string, Customer>> = {
  '+12025550101': fails('no-answer', { kind: 'ring' }),
  '+12025550102': fails('busy', { kind: 'refuse', status: 486 }),
  '+12025550103': fails('rejected', { kind: 'refuse', status: 603 }),
  '+12025550104': fails('no-answer', { kind: 'refuse', status: 480 }),
  '+12025550105': {
    does: [{ kind: 'refuse', status: 404 }],
    ...{ outcomes: ['invalid-number'], counted: 1, end: 'exhausted' },
  },
  '+12025550106': {
    does: [{ kind: 'answer', hangUpAfterMs: 2_000 }, TALKS],
    ...{ outcomes: ['short', 'connected'], counted: 2, end: 'completed' },
  },
  '+12025550107': {
    does: [{ kind: 'ring' }, TALKS],
    ...{ outcomes: ['no-answer', 'connected'], counted: 2, end: 'completed' },
  },
  '+12025550108': {
    does: [{ kind: 'refuse', status: 503 }],
    ...{ outcomes: ['congestion'], counted: 0, end: 'waiting' },
  },
};

function fails(outcome: string, behaviour: Behaviour): Customer {
  return { does: [behaviour], outcomes: [outcome, outcome], counted: 2, end: 'exhausted' };
}

describe.skipIf(!telephonyReady())('attempts on a real Asterisk', () => {
  let centre: PhoneCentre;
  let phones: readonly [CalledPhone, CalledPhone, CalledPhone, CalledPhone];

  beforeAll(async () => {
    const byNumber = Object.fromEntries(
      Object.entries(CUSTOMERS).map(([number, { does }]) => [number, does]),
    );
    centre = await openPhoneCentre({
      agents: Object.keys(CUSTOMERS).map(() => ({ otherwise: [{ kind: 'answer' }] })),
      carrier: { byNumber, otherwise: [TALKS] },
      callback: {
        ...{ attempts: 2, retryAfter: 'PT1S', minimumGap: 'PT1S' },
        ...{ ringCustomer: 'PT5S', ringAgent: 'PT5S', successAfter: 'PT5S' },
      },
    });
    const [one, two, three, four] = centre.agents;
    assert(one !== undefined && two !== undefined && three !== undefined && four !== undefined);
    phones = [one, two, three, four];
  });

  afterEach(async () => {
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  const attemptsOf = async (number: string): Promise<readonly string[]> => {
    const rows = await centre.rows<{ outcome: string }>(
      `select t.outcome from attempt t where t.number = '${number}' order by t.started_at`,
    );
    return rows.map(({ outcome }) => outcome);
  };

  test('X4 X5 P1 S1.8 S1.9 S1.10 S3.15: whoever cannot be reached is tried again, as often as agreed and never twice at once, and then becomes one ticket', async () => {
    const { carrier } = centre;
    const numbers = Object.keys(CUSTOMERS);
    await Promise.all(numbers.map(async (number) => centre.requestAtOnce(number)));
    await centre.setAgents('available');
    for (const [number, { outcomes, counted, end }] of Object.entries(CUSTOMERS)) {
      await eventually(`the attempts to ${number} are over`, async () =>
        (await attemptsOf(number)).length === outcomes.length ? true : null,
      );
      const callback = await centre.callbackIn(end, number);
      expect(await attemptsOf(number), number).toEqual(outcomes);
      expect(carrier.calls().filter(({ called }) => called === number)).toHaveLength(
        outcomes.length,
      );
      expect(callback.attemptsUsed).toBe(counted);
      expect(callback.ticket?.reason ?? null).toBe(end === 'exhausted' ? 'exhausted' : null);
    }
    const unserved = await centre.callbackIn('waiting', '+12025550108');
    await centre.node().api('POST', `/api/v1/callbacks/${unserved.id}/cancel`);
  });

  test('X3 S1.3 S3.14: an agent who ignores, declines, forwards or is not there costs the customer neither a call nor an attempt', async () => {
    const [ignores, declines, forwards, unplugged] = phones;
    await ignores.become({ kind: 'ring' });
    await declines.become({ kind: 'refuse', status: 603 });
    await forwards.become({
      kind: 'forward',
      to: `+12025559999@127.0.0.1:${centre.asterisk.carrierPort.toString()}`,
    });
    const before = centre.agents.map((phone) => phone.calls().length);
    const asked = (): readonly number[] =>
      centre.agents.map((phone, at) => phone.calls().length - (before[at] ?? 0));
    await unplugged.unplug();
    await centre.requestAtOnce('+12025550111');
    await centre.callbackIn('waiting', '+12025550111');

    for (const agent of [1, 2, 3, 4]) await centre.setAgent(agent, 'available');
    await eventually('all of them were asked', async () => {
      const [over] = await centre.rows<{ offers: number }>(
        `select count(*)::int as offers from offer o join interaction i on i.id = o.interaction_id
          where i.customer_number = '+12025550111' and o.state = 'over'`,
      );
      return (over?.offers ?? 0) >= 4 ? true : null;
    });
    expect(asked().slice(0, 3)).toEqual([1, 1, 1]);
    const passive = await centre.callbackIn('waiting', '+12025550111');
    expect(passive).toMatchObject({ attemptsUsed: 0, ticket: null });
    expect(await attemptsOf('+12025550111')).toEqual([]);

    await centre.setAgents('away');
    await unplugged.become({ kind: 'answer' });
    await centre.setAgent(4, 'available');
    await centre.callbackIn('completed', '+12025550111');
    // A phone that is plugged in again may still get the last repeat of the call that it missed.
    const [first, second, third, fourth, ...others] = asked();
    expect([first, second, third, ...others]).toEqual([1, 1, 1, 0, 0, 0, 0]);
    expect(fourth).toBeGreaterThanOrEqual(1);
    expect(centre.carrier.calls().map(({ called }) => called)).not.toContain('+12025559999');
  });
});
