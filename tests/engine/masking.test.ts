import { afterEach, describe, expect, test } from 'vitest';
import { hangsUp, presses, talks } from '../../telephony/sandbox/habits.ts';
import { ANN, answers } from '../support/ann.ts';
import { closeAudited } from '../support/auditor.ts';
import { type CentreConsole, openConsole } from '../support/centre-console.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';
import { type WrittenLog, writtenLog } from '../support/written-log.ts';

let centre: SandboxCentre;
let people: CentreConsole;
let log: WrittenLog;

afterEach(async () => {
  await people.close();
  await closeAudited(centre);
});

/** Never reached. */
const BEA = '+12025550002';
/** Asks for a call that the number policy forbids. */
const PREMIUM = '+19002345678';
/** Opts out while waiting. */
const CEM = '+12025550004';
/** What they send cannot be written. */
const DAN = '+12025550005';
/** Known from what is sent to the interface only. */
const EVE = '+12025550006';
const UNKNOWN_TO_US = '+12025550177';
const NUMBERS = [ANN, BEA, PREMIUM, CEM, DAN, EVE, UNKNOWN_TO_US];

async function open(): Promise<void> {
  log = writtenLog();
  centre = await openSandboxCentre({
    agents: ['desk-1'],
    callback: { wrapUpSeconds: 0, attemptsMax: 1, ringCustomerSeconds: 5 },
    log: log.log,
  });
  people = await openConsole(centre, log.log);
  centre.world.phone('PJSIP/desk-1', picksUp(1));
  centre.world.phone(ANN, answers(talks(10)));
  centre.world.phone(BEA, { kind: 'busy' });
}

/** Whose number can be read in a text, with or without its plus. */
function numbersIn(text: string): readonly string[] {
  return NUMBERS.filter((number) => text.includes(number.slice(1)));
}

/** Everybody asks for a callback; then an agent comes and goes. */
async function aDay(): Promise<void> {
  for (const number of [ANN, BEA, CEM, DAN]) centre.caller(number, presses('1', 2));
  centre.caller(PREMIUM, presses('1', 2), hangsUp(8));
  centre.world.call({ number: EVE, dials: UNKNOWN_TO_US, acts: [] });
  await centre.pass(10);
  await people.ringback('opt-out', 'add', CEM);
  const { interaction_id: dans } = await centre.callback(DAN);
  centre.node.beforeStatement = ({ name }, values) => {
    if (!name.startsWith('situations/save-decision') || values[1] !== dans) return;
    if (!String(values[2]).includes('callback.poisoned')) throw new Error(`no row for ${DAN}`);
  };
  await centre.setPresence('desk-1', 'available');
  await centre.pass(90);
  await centre.setPresence('desk-1', 'away');
  await centre.pass(5);
}

/** Answers to requests that are not as they should be. */
async function refusals(): Promise<readonly { readonly status: number; readonly text: string }[]> {
  const wrong = EVE.slice(1);
  const send = async (method: string, path: string, body?: unknown) => {
    const json = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: json };
    const response = await fetch(`${people.url}${path}`, { method, ...init });
    return { status: response.status, text: await response.text() };
  };
  const numbers = [{ number: wrong, queue: 'support' }];
  return [
    await send('POST', '/api/v1/callbacks', { queue: 'support', number: wrong }),
    await send('POST', '/api/v1/callbacks', { queue: 'support', number: EVE, [wrong]: 1 }),
    await send('POST', '/api/v1/callbacks', { queue: EVE, number: EVE }),
    await send('POST', '/api/v1/callbacks', { queue: 'support', number: PREMIUM }),
    await send('POST', '/api/v1/callbacks/import', {
      callbacks: [{ queue: 'support', number: wrong }],
    }),
    await send('POST', '/api/v1/missed-calls', { id: EVE, number: wrong, dialled: EVE, at: EVE }),
    await send('POST', '/api/v1/missed-calls', {
      id: 'one',
      number: EVE,
      queue: EVE,
      at: '2026-11-18T09:00:00Z',
    }),
    await send('GET', `/api/v1/callbacks?number=${wrong}`),
    await send('GET', `/api/v1/callbacks?queue=${wrong}`),
    await send('GET', `/api/v1/callbacks/${wrong}`),
    await send('GET', `/api/v1/${wrong}`),
    await send('GET', `/api/v1/callers/${wrong}/explain`),
    await send('GET', `/api/v1/callers/${encodeURIComponent(EVE)}/explain`),
    await send('DELETE', `/api/v1/opt-outs/${wrong}`),
    await send('DELETE', `/api/v1/opt-outs/${encodeURIComponent(EVE)}`),
    await send('PUT', `/api/v1/agents/${wrong}/presence`, { presence: 'away' }),
    await send('POST', `/api/v1/pbxs/${wrong}/check`),
    await send('POST', '/api/v1/stops', {
      what: 'requests',
      scope: { queue: wrong },
      by: 'eva',
      reason: EVE,
    }),
    await send('PUT', '/api/v1/configuration', { numbers, numberPolicy: { shared: [wrong] } }),
    await send('PUT', '/api/v1/configuration', { [wrong]: [] }),
    await send('PUT', '/api/v1/configuration', { queues: [{ name: EVE, hours: EVE }] }),
    await send('GET', '/api/v1/callbacks?cursor=nonsense'),
  ];
}

describe("nobody's number is told where it does not belong", () => {
  test('neither in the log nor in the figures, whether a customer is reached, not reached, refused or cannot be handled', async () => {
    await open();
    await aDay();
    const states = await centre.rows<{ state: string }>('select state from callback');
    expect(states.map(({ state }) => state).toSorted()).toEqual([
      'completed',
      'exhausted',
      'poisoned',
      'refused',
    ]);
    // What makes it worth looking: the log has something to tell of every one of them.
    const said = log.lines().join('\n');
    expect(said).toContain('an interaction could not be handled');
    expect(said).toContain('a customer is not called now');
    expect(said).toContain('leads to no queue');
    expect(numbersIn(said)).toEqual([]);
    expect(numbersIn(await people.metrics())).toEqual([]);
  });

  test('nor in an answer that says what was wrong with a request, nor in the log about it', async () => {
    await open();
    for (const [nth, { status, text }] of (await refusals()).entries()) {
      expect(status, `${nth.toString()}: ${text}`).toBeGreaterThanOrEqual(400);
      expect(status, `${nth.toString()}: ${text}`).toBeLessThan(500);
      expect(numbersIn(text), `${nth.toString()}: ${text}`).toEqual([]);
    }
    expect(numbersIn(log.lines().join('\n'))).toEqual([]);
  });

  test('nor while the database is away', async () => {
    await open();
    centre.caller(ANN, presses('1', 2));
    await centre.pass(8);
    await centre.cutDatabase();
    centre.caller(BEA, presses('1', 2));
    await centre.pass(10);
    const answer = await fetch(`${people.url}/api/v1/callbacks?number=${encodeURIComponent(ANN)}`);
    expect(answer.status).toBe(503);
    expect(numbersIn(await answer.text())).toEqual([]);
    await centre.restoreDatabase();
    await centre.pass(30);
    const said = log.lines().join('\n');
    expect(said).toContain('the database cannot be reached');
    expect(numbersIn(said)).toEqual([]);
  });
});
