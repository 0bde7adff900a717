import { describe, expect, test } from 'vitest';
import { PARK_REASONS, type ParkReason } from '../interactions/situation.ts';
import { epochMs } from '../prelude/time.ts';
import { type ExplainFacts, explain, REASON_CODES } from './explain.ts';
import { CALLBACK_STATES, type CallbackState } from './states.ts';

const UNTIL = epochMs(1_800_000_000_000);
const EXPIRES = epochMs(1_900_000_000_000);

const NEXT_IN_LINE: ExplainFacts = {
  state: 'waiting',
  standing: { kind: 'in-line' },
  expiresAt: EXPIRES,
  ahead: 0,
  agentsAvailable: 1,
  pbxReady: true,
  numberRefusal: null,
};

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
      { agentsAvailable: 0, ahead: 1 },
      [
        'no-agent-available: No agent of this line is available. (expires)',
        'others-ahead: 1 is before it in line. (expires)',
      ],
    ],
    [
      { pbxReady: false, agentsAvailable: 0 },
      [
        'pbx-not-ready: The PBX is not connected; nothing is dialled until it is.',
        'no-agent-available: No agent of this line is available. (expires)',
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
    'called-recently':
      'called-recently: This number was called a moment ago; the queue leaves a gap between two calls.',
    settling: 'settling: The last attempt is still being sorted out.',
  };

  test.each(PARK_REASONS)('parked for %s, with the time until when', (reason) => {
    const standing = { kind: 'parked', reason, until: UNTIL } as const;
    for (const state of ['waiting', 'scheduled', 'retry-wait'] as const) {
      expect(told({ state, standing })).toEqual([`${PARKED[reason]} (until)`]);
    }
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
    for (const { code } of explain({ ...NEXT_IN_LINE, pbxReady: false, agentsAvailable: 0 })
      .reasons) {
      codes.add(code);
    }
    codes.add('others-ahead');
    const refused = { ...NEXT_IN_LINE, state: 'refused', numberRefusal: 'opted-out' } as const;
    for (const { code } of explain(refused).reasons) codes.add(code);
    expect([...codes].toSorted()).toEqual([...REASON_CODES].toSorted());
  });
});
