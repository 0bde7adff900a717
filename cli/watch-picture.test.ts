import { expect, test } from 'vitest';
import type { AgentView } from '../contract/agents.ts';
import type { CallbackView } from '../contract/callbacks.ts';
import type { EventView } from '../contract/events.ts';
import type { StatusView } from '../contract/status.ts';
import { type Centre, picture } from './watch-picture.ts';

const AT = '2027-03-01T10:00:00.000Z';

function agent(name: string, changes: Partial<AgentView> = {}): AgentView {
  return {
    name,
    endpoint: `PJSIP/${name}`,
    pbx: 'main',
    queues: ['support'],
    presence: 'available',
    occupation: 'idle',
    device: 'idle',
    available: true,
    idleSince: AT,
    ...changes,
  };
}

function callback(nth: number, changes: Partial<CallbackView> = {}): CallbackView {
  return {
    id: `00000000-0000-4000-8000-${nth.toString().padStart(12, '0')}`,
    interactionId: `00000000-0000-4000-9000-${nth.toString().padStart(12, '0')}`,
    queue: 'support',
    number: `+1202555${nth.toString().padStart(4, '0')}`,
    origin: 'inbound-digit',
    strategy: 'agent-first',
    state: 'waiting',
    position: nth,
    firstEnteredAt: AT,
    enteredAt: AT,
    grossWaitSeconds: 0,
    netWaitSeconds: 0,
    requestedAt: AT,
    chosenTime: null,
    customerTimeZone: null,
    dueAt: null,
    endedAt: null,
    attemptsUsed: 0,
    attemptsMax: 3,
    ticket: null,
    attempts: [],
    ...changes,
  };
}

const event: EventView = {
  at: AT,
  kind: 'offer.accepted',
  text: 'ada picks up.',
  callbackId: null,
  queue: 'support',
};

const status: StatusView = {
  version: '0.1.0',
  node: 'node-1',
  at: AT,
  queues: [
    {
      name: 'support',
      number: null,
      pbx: 'main',
      waitingCalls: 2,
      waitingCallbacks: { inLine: 1, parked: 0 },
      longestWaitSeconds: 61,
      agents: { serving: 5, available: 1 },
    },
  ],
  agents: [
    agent('ada', { occupation: 'engaged', device: 'busy', available: false }),
    agent('bruno', { occupation: 'wrapping-up', available: false }),
    agent('chidi'),
    agent('dalia', { presence: 'away', available: false }),
    agent('emre', { device: 'unreachable', available: false }),
  ],
  stops: [],
  tickets: { open: 0, unread: 0 },
  pbxs: [{ name: 'main', state: 'ready', problem: null }],
  demo: 'absent',
};

function centre(callbacks: number, events: number): Centre {
  return {
    status,
    events: Array.from({ length: events }, () => event),
    callbacks: Array.from({ length: callbacks }, (_, at) => callback(at + 1)),
  };
}

test.each([
  { rows: 24, columns: 80 },
  { rows: 50, columns: 200 },
  { rows: 10, columns: 40 },
])('the picture fits a terminal of $rows by $columns, whatever happens', (screen) => {
  for (const many of [0, 1, 100]) {
    const lines = picture(centre(many, many), screen);
    expect(lines.length).toBeLessThan(screen.rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(screen.columns);
  }
});

test('nothing jumps: every part stays where it is when callbacks come and go', () => {
  const screen = { rows: 45, columns: 120 };
  const places = [0, 1, 5, 100].map((many) => {
    const lines = picture(centre(many, many), screen);
    return [lines.indexOf('LATEST'), lines.indexOf('Ctrl-C ends this view.'), lines.length];
  });
  expect(new Set(places.map((place) => place.join())).size).toBe(1);
});

test('it says in plain words what everybody does, and what moves comes first', () => {
  const callbacks = [
    callback(1),
    callback(2, { state: 'retry-wait', position: null, dueAt: AT, attemptsUsed: 1 }),
    callback(3, { state: 'dialing', position: null }),
    callback(4, { state: 'poisoned', position: null }),
  ];
  const text = picture({ ...centre(0, 1), callbacks }, { rows: 45, columns: 120 }).join('\n');
  expect(text).toMatch(/AGENTS: 1 on a call, 1 taking notes, 1 free, 1 away, 1 no phone/);
  expect(text).toMatch(/ada +on a call/);
  expect(text).toMatch(/\+12025550003 +support +the customer's phone rings +0 of 3/);
  expect(text).toMatch(/\+12025550001 +support +waits, number 1 in line/);
  expect(text).toMatch(/\+12025550002 +support +next try at \d\d:\d\d:\d\d +1 of 3/);
  const order = ['0003', '0004', '0001', '0002'].map((end) => text.indexOf(`+1202555${end}`));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(text).not.toContain('practice');
});

test('a PBX is mentioned when something is wrong with it', () => {
  const pbxs = [{ name: 'main', state: 'connecting', problem: 'nobody answers' } as const];
  const lines = picture(
    { ...centre(0, 0), status: { ...status, pbxs } },
    { rows: 45, columns: 80 },
  );
  expect(lines).toContain('PBX main is connecting: nobody answers');
});
