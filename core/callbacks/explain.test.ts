import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Agent, isAvailable, OCCUPATIONS, PRESENCES } from '../agents/agent.ts';
import { AGENT_VERDICT_CODES, type AgentFacts } from '../agents/may-ask.ts';
import { PARK_REASONS, type ParkReason } from '../interactions/situation.ts';
import { id } from '../prelude/ids.ts';
import { epochMs } from '../prelude/time.ts';
import { type ExplainFacts, explain, REASON_CODES } from './explain.ts';
import { CALLBACK_STATES, type CallbackState } from './states.ts';

const UNTIL = epochMs(1_800_000_000_000);
const EXPIRES = epochMs(1_900_000_000_000);
const NOW = epochMs(1_790_000_000_000);

const NEXT_IN_LINE: ExplainFacts = {
  state: 'waiting',
  standing: { kind: 'in-line' },
  expiresAt: EXPIRES,
  ahead: 0,
  nowMs: NOW,
  agents: [agent('desk-1')],
  pbxReady: true,
  numberRefusal: null,
  mayDial: { yes: true },
};

/** Somebody who could be asked, but for what `changes` say. */
function agent(
  name: string,
  changes: Partial<Agent> = {},
  facts: Partial<AgentFacts> = {},
): AgentFacts {
  return {
    agent: {
      id: id<'agent'>(name),
      name,
      endpoint: `PJSIP/${name}`,
      presence: 'available',
      occupation: 'idle',
      legId: null,
      device: 'idle',
      idleSince: epochMs(0),
      ...changes,
    },
    isHeld: false,
    notBefore: null,
    ...facts,
  };
}

const AWAY = agent('desk-1', { presence: 'away' });
const RESTS = agent('desk-1', {}, { notBefore: UNTIL });

/** The reasons, as code and sentence, with `until` where one is told. */
function told(facts: Partial<ExplainFacts>): readonly string[] {
  return explain({ ...NEXT_IN_LINE, ...facts }).reasons.map(({ code, text, until }) =>
    until === null
      ? `${code}: ${text}`
      : `${code}: ${text} (${until === UNTIL ? 'until' : 'expires'})`,
  );
}

describe('why a callback is not dialled yet', () => {
  test.each<[Partial<ExplainFacts>, readonly string[]]>([
    [{}, ['next-in-line: It is next in line. (expires)']],
    [{ expiresAt: null }, ['next-in-line: It is next in line.']],
    [{ ahead: 3 }, ['others-ahead: 3 are before it in line. (expires)']],
    [
      { agents: [AWAY], ahead: 1 },
      [
        'no-agent-available: No agent of this line is available. (expires)',
        'others-ahead: 1 is before it in line. (expires)',
      ],
    ],
    [
      { pbxReady: false, agents: [AWAY] },
      [
        'pbx-not-ready: The PBX is not connected; nothing is dialled until it is.',
        'no-agent-available: No agent of this line is available. (expires)',
        'next-in-line: It is next in line. (expires)',
      ],
    ],
    [
      { agents: [], ahead: 0 },
      [
        'no-agent-serves: No agent serves this line at all. (expires)',
        'next-in-line: It is next in line. (expires)',
      ],
    ],
    [
      { agents: [RESTS] },
      [
        'agents-asked-recently: The available agents have just declined it or not picked up. (until)',
        'next-in-line: It is next in line. (expires)',
      ],
    ],
    [
      { mayDial: { yes: false, reason: 'closed-hours', nextOpening: UNTIL } },
      [
        'closed-hours: The queue is closed; the place is kept. (until)',
        'next-in-line: It is next in line. (expires)',
      ],
    ],
  ])('in line with %j', (facts, reasons) => {
    expect(told(facts)).toEqual(reasons);
  });

  const PARKED: Readonly<Record<ParkReason, string>> = {
    'number-on-call':
      'number-on-call: A call with this number is up; it is called when that is over.',
    'closed-hours': 'closed-hours: The queue is closed; the place is kept.',
    'calling-hours':
      'calling-hours: It is not a time of day at which this customer may be called; the place is kept.',
    scheduled: 'scheduled: Another time was agreed; it enters the line then.',
    'route-full': 'route-full: No outbound line was free.',
    'number-limit':
      'number-limit: As many calls as the number policy allows within an hour have been made; the place is kept.',
    'budget-spent':
      'budget-spent: The calls of the last 24 hours have used the budget up; the place is kept.',
    retry: 'retry-later: The last attempt did not reach the customer; the next one comes later.',
    delay: 'delayed: Its rule waits before it calls back; the place is kept.',
    'called-recently':
      'called-recently: This number was called a moment ago; the queue leaves a gap between two calls.',
    settling: 'settling: The last attempt is still being sorted out.',
    'dialling-stopped': 'dialling-stopped: A supervisor has stopped dialling; the place is kept.',
  };

  test.each(PARK_REASONS)('parked for %s, with the time until when', (reason) => {
    const standing = { kind: 'parked', reason, until: UNTIL } as const;
    for (const state of ['waiting', 'scheduled', 'retry-wait'] as const) {
      expect(told({ state, standing })).toEqual([
        // Nobody knows when a supervisor will resume.
        reason === 'dialling-stopped' ? PARKED[reason] : `${PARKED[reason]} (until)`,
      ]);
    }
  });

  test('parked for one reason while the last check names another: both are told, and none twice', () => {
    const standing = { kind: 'parked', reason: 'retry', until: UNTIL } as const;
    const closed = { yes: false, reason: 'closed-hours', nextOpening: UNTIL } as const;
    expect(told({ standing, mayDial: closed }).map((line) => line.split(':')[0])).toEqual([
      'retry-later',
      'closed-hours',
    ]);
    const shut = { ...standing, reason: 'closed-hours' } as const;
    expect(told({ standing: shut, mayDial: closed })).toHaveLength(1);
  });

  const BY_STATE: Readonly<Partial<Record<CallbackState, string>>> = {
    offered: 'agent-being-asked: An agent is being asked or about to be connected.',
    accepted: 'agent-being-asked: An agent is being asked or about to be connected.',
    dialing: "being-dialled: The customer's phone is being called.",
    holding: 'in-conversation: Customer and agent are talking or have just finished.',
    connected: 'in-conversation: Customer and agent are talking or have just finished.',
    'wrapping-up': 'in-conversation: Customer and agent are talking or have just finished.',
    poisoned: 'needs-a-human: Handling it failed repeatedly; a human must resume or close it.',
    completed: 'ended: It is over: completed.',
    exhausted: 'ended: It is over: exhausted.',
    expired: 'ended: It is over: expired.',
    released: 'ended: It is over: released.',
    refused: 'ended: It is over: refused.',
    cancelled: 'ended: It is over: cancelled.',
    superseded: 'ended: It is over: superseded.',
  };

  test('ended by the number policy, with its reason', () => {
    expect(told({ state: 'refused', numberRefusal: 'opted-out' })).toEqual([
      'ended: It is over: refused.',
      'number-refused: Whoever has this number does not want to be called.',
    ]);
  });

  test('out of the line by its state alone', () => {
    for (const state of CALLBACK_STATES) {
      const expected = BY_STATE[state];
      if (expected === undefined) continue;
      expect(told({ state, standing: { kind: 'out' } })).toEqual([expected]);
    }
    expect(Object.keys(BY_STATE)).toHaveLength(CALLBACK_STATES.length - 3);
  });

  test('there is always a reason, its state is told along, and every code is one that integrators know', () => {
    const codes = new Set<string>();
    for (const state of CALLBACK_STATES) {
      for (const reason of PARK_REASONS) {
        const standing = { kind: 'parked', reason, until: UNTIL } as const;
        const explanation = explain({ ...NEXT_IN_LINE, state, standing });
        expect(explanation.state).toBe(state);
        expect(explanation.reasons.length).toBeGreaterThan(0);
        for (const { code } of explanation.reasons) codes.add(code);
      }
    }
    for (const agents of [[], [AWAY], [RESTS]]) {
      const { reasons } = explain({ ...NEXT_IN_LINE, pbxReady: false, agents });
      for (const { code } of reasons) codes.add(code);
    }
    const through = explain({ ...NEXT_IN_LINE, mayDial: { yes: false, reason: 'got-through' } });
    for (const { code } of through.reasons) codes.add(code);
    codes.add('others-ahead');
    const refused = { ...NEXT_IN_LINE, state: 'refused', numberRefusal: 'opted-out' } as const;
    for (const { code } of explain(refused).reasons) codes.add(code);
    expect([...codes].toSorted()).toEqual([...REASON_CODES].toSorted());
  });
});

describe('why an agent is asked or passed over', () => {
  /** Name, whether they may be asked, and the codes. */
  function judged(...agents: readonly AgentFacts[]): readonly string[] {
    return explain({ ...NEXT_IN_LINE, agents }).agents.map(
      ({ name, mayBeAsked, reasons }) =>
        `${name} ${mayBeAsked ? 'yes' : 'no'}: ${reasons.map(({ code }) => code).join(' ')}`,
    );
  }

  test('the longest idle comes first, whoever was held before is the one chosen', () => {
    const [fresh, rested] = [
      agent('desk-1', { idleSince: epochMs(2) }),
      agent('desk-2', { idleSince: epochMs(1) }),
    ];
    expect(judged(fresh, rested)).toEqual(['desk-1 yes: idle-shorter', 'desk-2 yes: longest-idle']);
    const held = agent('desk-3', { occupation: 'reserved' }, { isHeld: true });
    expect(judged(fresh, held)).toEqual(['desk-1 yes: idle-shorter', 'desk-3 yes: chosen']);
  });

  test.each<[string, AgentFacts]>([
    ['agent-away', AWAY],
    ['agent-offline', agent('desk-1', { presence: 'offline' })],
    ['agent-reserved', agent('desk-1', { occupation: 'reserved', legId: id<'leg'>('1') })],
    ['agent-engaged', agent('desk-1', { occupation: 'engaged' })],
    ['agent-wrapping-up', agent('desk-1', { occupation: 'wrapping-up' })],
    ['phone-in-use', agent('desk-1', { device: 'busy' })],
    ['phone-in-use', agent('desk-1', { legId: id<'leg'>('1') })],
    ['phone-unreachable', agent('desk-1', { device: 'unreachable' })],
    ['asked-recently', RESTS],
  ])('%s keeps an agent from being asked', (code, facts) => {
    expect(judged(facts)).toEqual([`desk-1 no: ${code}`]);
    expect(AGENT_VERDICT_CODES).toContain(code);
  });

  test('whoever cannot be asked has a reason, and whoever has none can', () => {
    const any = fc.record({
      presence: fc.constantFrom(...PRESENCES),
      occupation: fc.constantFrom(...OCCUPATIONS),
      device: fc.constantFrom('idle', 'busy', 'unreachable', 'unknown'),
      legId: fc.constantFrom(null, id<'leg'>('1')),
    });
    fc.assert(
      fc.property(any, (changes) => {
        const facts = agent('desk-1', changes);
        const free =
          changes.presence === 'available' &&
          changes.occupation === 'idle' &&
          changes.legId === null &&
          ['idle', 'unknown'].includes(changes.device);
        expect(isAvailable(facts.agent)).toBe(free);
        expect(judged(facts)[0]?.startsWith(free ? 'desk-1 yes' : 'desk-1 no')).toBe(true);
      }),
    );
  });
});
