import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/ringback-node.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { audit } from './support/audit.ts';
import { Hearing } from './support/hearing.ts';
import { openPhoneCentre, type PhoneCentre } from './support/phone-centre.ts';
import type { CalledPhone, SipCall } from './support/phones.ts';

describe.skipIf(!telephonyReady())('a PBX that restarts or has no line left', () => {
  let centre: PhoneCentre;
  let agent: CalledPhone;

  beforeAll(async () => {
    centre = await openPhoneCentre({
      agents: [{ otherwise: [{ kind: 'answer' }] }, { otherwise: [{ kind: 'answer' }] }],
      callback: { minimumGap: 'PT5S' },
      lines: 1,
    });
    const [first] = centre.agents;
    assert(first !== undefined);
    agent = first;
  });

  afterEach(async () => {
    await centre.setAgents('away');
    await audit(centre);
  });

  afterAll(async () => {
    await centre.close();
  });

  const callsTo = (number: string): readonly SipCall[] =>
    centre.carrier.calls().filter(({ called }) => called === number);

  const attemptsOf = async (number: string): Promise<readonly (string | null)[]> => {
    const rows = await centre.rows<{ outcome: string | null }>(
      `select outcome from attempt where number = '${number}' order by started_at`,
    );
    return rows.map(({ outcome }) => outcome);
  };

  /** Kills the PBX, lets the people on dead lines hang up, and waits until Ringback works with the new one. */
  const restartPbx = async (onDeadLines: () => Promise<unknown>): Promise<void> => {
    const { asterisk } = centre;
    await asterisk.kill();
    await pbxIs('away', false);
    await onDeadLines();
    await asterisk.restart();
    await pbxIs('back', true);
  };

  const pbxIs = async (how: string, ready: boolean): Promise<void> => {
    await eventually(`the PBX is ${how}`, async () => {
      const [owner] = await centre.rows<{ ready: boolean }>('select ready from pbx_owner');
      return owner?.ready === ready ? true : null;
    });
  };

  const agentsAreFree = async (): Promise<void> => {
    await eventually('all agents are free', async () => {
      const busy = await centre.rows(
        `select name from agent where occupation <> 'idle' or leg_id is not null`,
      );
      return busy.length === 0 ? true : null;
    });
  };

  test('P18: with the only line in use the next customer is not dialled, loses no attempt, and is called when it is free', async () => {
    await centre.requestAtOnce('+12025550301');
    await centre.requestAtOnce('+12025550302');
    const hearing = new Hearing(centre.asterisk);
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550301');
    await hearing.hears('ringback/customer-unavailable');
    const blocked = await centre.callbackIn('waiting', '+12025550302');
    expect(blocked).toMatchObject({ attemptsUsed: 0, ticket: null });
    expect(callsTo('+12025550302')).toEqual([]);
    const explained = await centre
      .node()
      .api<{ reasons: { code: string }[] }>('GET', `/api/v1/callbacks/${blocked.id}/explain`);
    expect(explained.reasons[0]?.code).toBe('route-full');

    await centre.carrier.hangUp();
    await centre.callbackIn('connected', '+12025550302');
    const [first] = callsTo('+12025550301');
    const [second] = callsTo('+12025550302');
    expect(second?.invitedAtMs).toBeGreaterThan(first?.endedAtMs ?? Number.POSITIVE_INFINITY);
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550302');
  });

  test('a PBX that restarts takes waiting calls with it, but no promise', async () => {
    await centre.requestAtOnce('+12025550303');
    const waiting = await centre.call('+12025550304');
    await eventually('the caller waits', async () => {
      const rows = await centre.rows(
        `select 1 from interaction where customer_number = '+12025550304' and state = 'waiting'`,
      );
      return rows.length === 1 ? true : null;
    });
    await restartPbx(async () => waiting.hangUp());
    const [lost] = await centre.rows<{ ending: string }>(
      `select ending from interaction where customer_number = '+12025550304'`,
    );
    expect(lost?.ending).toBe('pbx-lost');
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550303');
    expect(callsTo('+12025550303')).toHaveLength(1);
    await centre.carrier.hangUp();
    await centre.callbackIn('completed', '+12025550303');
  });

  test('a PBX that restarts while a customer is being called frees the agent, and the customer is called again by the rules', async () => {
    const { carrier } = centre;
    await carrier.become({
      byNumber: { '+12025550305': [{ kind: 'ring' }, { kind: 'answer' }] },
      otherwise: [{ kind: 'answer' }],
    });
    await centre.requestAtOnce('+12025550305');
    await centre.setAgent(1, 'available');
    await carrier.waitForCall(
      ({ called, ringingAtMs }) => called === '+12025550305' && ringingAtMs !== null,
    );
    await restartPbx(async () => {
      await carrier.refuse();
      await centre.setAgents('away');
      await agent.become({ kind: 'answer' });
    });
    await agentsAreFree();
    expect(await attemptsOf('+12025550305')).toEqual(['pbx-lost']);
    const again = await centre.callbackIn('retry-wait', '+12025550305');
    expect(again).toMatchObject({ attemptsUsed: 1, ticket: null });
    await centre.setAgents('available');
    await centre.callbackIn('connected', '+12025550305');
    expect(callsTo('+12025550305')).toHaveLength(2);
    await carrier.hangUp();
    await centre.callbackIn('completed', '+12025550305');
  });

  test('a PBX that restarts during a conversation frees the agent, and nobody is called again after a talk', async () => {
    const { carrier } = centre;
    await carrier.become({ kind: 'answer' });
    await centre.requestAtOnce('+12025550306');
    await centre.setAgent(1, 'available');
    await centre.callbackIn('connected', '+12025550306');
    await restartPbx(async () => {
      await carrier.hangUp();
      await centre.setAgents('away');
    });
    await agentsAreFree();
    await centre.callbackIn('completed', '+12025550306');
    expect(await attemptsOf('+12025550306')).toEqual(['connected']);
    expect(callsTo('+12025550306')).toHaveLength(1);
  });
});
