import { describe, expect, test } from 'vitest';
import type { LegEnding } from '../../core/calls/endings.ts';
import { type EndingEvidence, endingOf, endingOfRequest } from './ending.ts';

/** A leg that nothing is known of. */
const NOTHING: EndingEvidence = {
  answered: false,
  endedByUs: false,
  rang: false,
  timedOut: false,
  dialStatus: '',
  cause: 0,
  sipStatus: null,
};

/** SIP status of the far side, with the dial status and the cause that an Asterisk 22.10 told for it. */
const OBSERVED: readonly (readonly [number, string, number, LegEnding])[] = [
  [302, 'CANCEL', 23, 'forwarded'],
  [400, 'NOANSWER', 127, 'congestion'],
  [401, 'NOANSWER', 21, 'congestion'],
  [403, 'NOANSWER', 21, 'rejected'],
  [404, 'NOANSWER', 1, 'invalid-number'],
  [408, 'NOANSWER', 18, 'unreachable'],
  [410, 'NOANSWER', 22, 'invalid-number'],
  [484, 'NOANSWER', 28, 'invalid-number'],
  [486, 'BUSY', 17, 'busy'],
  [488, 'NOANSWER', 58, 'congestion'],
  [500, 'NOANSWER', 38, 'congestion'],
  [502, 'NOANSWER', 27, 'unreachable'],
  [503, 'CONGESTION', 34, 'congestion'],
  [504, 'NOANSWER', 102, 'congestion'],
  [600, 'BUSY', 17, 'busy'],
  [603, 'NOANSWER', 21, 'rejected'],
  [604, 'NOANSWER', 1, 'invalid-number'],
];

describe('what an Asterisk 22 tells of a refused call', () => {
  for (const [sipStatus, dialStatus, cause, ending] of OBSERVED) {
    for (const rang of [false, true]) {
      test(`SIP ${sipStatus.toString()} ${rang ? 'after ringing' : 'at once'} is ${ending}`, () => {
        const evidence = { ...NOTHING, rang, dialStatus, cause, sipStatus };
        expect(endingOf(evidence)).toBe(ending);
      });
      test(`SIP ${sipStatus.toString()} without a cause is still ${ending}`, () => {
        expect(endingOf({ ...NOTHING, rang, dialStatus: '', sipStatus })).toBe(ending);
      });
    }
  }
});

/** Everything else that was observed, or that older versions tell. */
const CASES: readonly (readonly [string, Partial<EndingEvidence>, LegEnding])[] = [
  [
    'our timeout while it rings',
    { dialStatus: 'RINGING', rang: true, timedOut: true, cause: 19, sipStatus: 480 },
    'no-answer',
  ],
  [
    'our timeout without a sign of life',
    { timedOut: true, cause: 19, sipStatus: 480 },
    'unreachable',
  ],
  [
    'our timeout while the network plays',
    { dialStatus: 'PROGRESS', rang: true, timedOut: true, cause: 19 },
    'no-answer',
  ],
  ['our timeout on a version that tells nothing', { rang: true, timedOut: true }, 'no-answer'],
  [
    '480 after ringing: the network gave up',
    { dialStatus: 'NOANSWER', rang: true, cause: 19, sipStatus: 480 },
    'no-answer',
  ],
  [
    '480 at once: switched off',
    { dialStatus: 'NOANSWER', cause: 19, sipStatus: 480 },
    'unreachable',
  ],
  ['busy without a cause (a Local channel)', { dialStatus: 'BUSY' }, 'busy'],
  ['subscriber absent', { dialStatus: 'CHANUNAVAIL', cause: 20 }, 'unreachable'],
  ['no word but that it is not available', { dialStatus: 'CHANUNAVAIL' }, 'unreachable'],
  ['an extension that does not exist', {}, 'congestion'],
  ['no route to the destination', { dialStatus: 'CHANUNAVAIL', cause: 3 }, 'unreachable'],
  ['no circuit', { dialStatus: 'CONGESTION', cause: 34 }, 'congestion'],
  [
    'our trunk account is refused',
    { dialStatus: 'NOANSWER', cause: 21, sipStatus: 407 },
    'congestion',
  ],
  ['a cause that nobody has seen', { cause: 99 }, 'congestion'],
  ['a dial status of a version to come', { dialStatus: 'ELSEWHERE' }, 'congestion'],
  ['an answered call', { answered: true, cause: 16, dialStatus: 'ANSWER' }, 'hung-up'],
  ['an answered call whose network broke', { answered: true, cause: 38 }, 'dropped'],
  [
    'we hung up while it rang',
    { endedByUs: true, rang: true, dialStatus: 'NOANSWER', cause: 16 },
    'cancelled',
  ],
  ['we hung up after the answer', { endedByUs: true, answered: true, cause: 16 }, 'cancelled'],
];

describe('every other ending', () => {
  for (const [what, evidence, ending] of CASES) {
    test(`${what}: ${ending}`, () => {
      expect(endingOf({ ...NOTHING, ...evidence })).toBe(ending);
    });
  }

  test('every cause from 0 to 127 has a judgement, whatever else is told', () => {
    for (let cause = 0; cause <= 127; cause += 1) {
      for (const dialStatus of ['', 'RINGING', 'NOANSWER', 'CONGESTION', 'CHANUNAVAIL', 'BUSY']) {
        expect(endingOf({ ...NOTHING, cause, dialStatus })).toMatch(/^[a-z-]+$/);
      }
    }
  });
});

describe('the end of a conversation, by the request to hang it up', () => {
  test.each([
    ['a BYE', { cause: 16 }, 'hung-up'],
    ['no word of a cause', {}, 'hung-up'],
    ['a BYE whose Reason says busy', { cause: 17 }, 'hung-up'],
    ['the network is out of order', { cause: 38 }, 'dropped'],
    ['a temporary failure', { cause: 41 }, 'dropped'],
    ['the destination is out of order', { cause: 27 }, 'dropped'],
    ['a session timer ran out', { cause: 102 }, 'dropped'],
    ['the media stopped', { cause: 1, soft: true }, 'dropped'],
    ['somebody at the console hung up', { cause: 32, soft: true }, 'hung-up'],
    ['flags that look like a cause', { cause: 38, soft: true }, 'hung-up'],
  ] as const)('%s: %o is %s', (_, request, ending) => {
    expect(endingOfRequest(request)).toBe(ending);
  });
});
