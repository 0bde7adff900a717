import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '../prelude/assert.ts';
import { ATTEMPT_OUTCOMES, CALLBACK_ENDS, CALLBACK_STATES, isOpen } from './states.ts';
import { assertTransition, mayGo } from './transition.ts';

/** All the ways there are; every pair that does not stand here is refused. */
const WAYS = `
  scheduled   > waiting expired released refused cancelled superseded poisoned
  waiting     > offered scheduled expired released refused cancelled superseded poisoned
  offered     > accepted waiting scheduled expired released refused cancelled superseded poisoned
  accepted    > dialing waiting scheduled expired released refused cancelled superseded poisoned completed retry-wait exhausted
  dialing     > connected holding waiting scheduled completed retry-wait exhausted superseded poisoned
  holding     > connected waiting retry-wait exhausted superseded poisoned
  connected   > wrapping-up accepted completed retry-wait exhausted superseded poisoned
  wrapping-up > completed retry-wait exhausted superseded poisoned
  retry-wait  > waiting expired released refused cancelled superseded poisoned
  poisoned    > waiting scheduled cancelled
`;

const drawn = new Set(
  WAYS.trim()
    .split('\n')
    .flatMap((line) => {
      const [from = '', to = ''] = line.split('>').map((half) => half.trim());
      return to.split(' ').map((state) => `${from} > ${state}`);
    }),
);
const pairs = CALLBACK_STATES.flatMap((from) => CALLBACK_STATES.map((to) => [from, to] as const));

describe('the way from one state to another', () => {
  test('is drawn or refused, for every pair of states', () => {
    expect(pairs).toHaveLength(17 * 17);
    const allowed = pairs.filter(([from, to]) => from !== to && mayGo(from, to));
    expect(new Set(allowed.map(([from, to]) => `${from} > ${to}`))).toEqual(drawn);
    for (const [from, to] of pairs) {
      const go = (): void => {
        assertTransition(from, to);
      };
      if (from === to || drawn.has(`${from} > ${to}`)) expect(go).not.toThrow();
      else expect(go).toThrow(new AssertionFailure(`a callback cannot go from ${from} to ${to}`));
    }
  });

  test('leads nowhere from an end, and from everywhere else to an end', () => {
    for (const state of CALLBACK_STATES) {
      const onward = CALLBACK_STATES.filter((to) => to !== state && mayGo(state, to));
      expect(onward.length > 0, state).toBe(isOpen(state));
      if (!isOpen(state)) continue;
      const reachesEnd = onward.some((to) => !isOpen(to));
      expect(reachesEnd, state).toBe(true);
    }
  });

  test('never leads past a customer who is being called: a call is not cancelled, expired or refused away', () => {
    const midCall = ['dialing', 'holding', 'connected', 'wrapping-up'] as const;
    for (const from of midCall) {
      for (const to of ['cancelled', 'expired', 'refused', 'released'] as const) {
        expect(mayGo(from, to), `${from} to ${to}`).toBe(false);
      }
    }
  });
});

test('which ends open a ticket for a human', () => {
  const withTicket = Object.entries(CALLBACK_ENDS).flatMap(([end, { ticket }]) =>
    ticket ? [end] : [],
  );
  expect(withTicket).toEqual(['exhausted', 'expired', 'released', 'refused']);
});

test('which outcomes cost the customer no attempt', () => {
  const free = Object.entries(ATTEMPT_OUTCOMES).flatMap(([outcome, { counts }]) =>
    counts ? [] : [outcome],
  );
  expect(free).toEqual(['congestion', 'agent-lost', 'blocked']);
});
