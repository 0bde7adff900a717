import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ConfigurationDocument } from '../configuration.ts';
import { pathText } from '../configuration-problems.ts';
import { readConfiguration } from '../configuration-reading.ts';
import { SEVERITIES } from './finding.ts';
import { FINDINGS_MAX, LINT_RULES, lint } from './lint.ts';
import { RUNNING_RULES, setAsideFindings } from './running-rules.ts';

const ROUTE = { name: 'carrier', dial: 'PJSIP/{number}@carrier', lines: 2 };
const QUEUE = { name: 'support' };
const AGENT = { name: 'desk-1', endpoint: 'PJSIP/desk-1', queues: ['support'] };

const RULE = { name: 'missed', type: 'missed' as const, source: 'support' };

/** A centre in which the linter finds nothing, with what a case changes. */
function centre(changes: Partial<ConfigurationDocument> = {}): ConfigurationDocument {
  return {
    pbxs: [{ name: 'main', driver: 'sandbox', routes: [ROUTE] }],
    queues: [QUEUE],
    agents: [AGENT],
    numbers: [{ number: '+12025550120', queue: 'support' }],
    ...changes,
  };
}

type Callback = NonNullable<NonNullable<ConfigurationDocument['queues']>[number]['callback']>;

function queueWith(callback: Callback): Partial<ConfigurationDocument> {
  return { queues: [{ ...QUEUE, callback }] };
}

/** `L1 queues[0].name` for each finding. */
function found(document: ConfigurationDocument): readonly string[] {
  const reading = readConfiguration(document);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return lint(reading.configuration).map(({ rule, path }) => `${rule} ${pathText(path)}`);
}

const NIGHT = {
  name: 'night',
  timeZone: 'Europe/Berlin',
  weekly: [{ days: ['mo' as const], from: '22:00', to: '24:00' }],
};

/** One case that each rule finds. */
const CASES: Readonly<Record<string, readonly [Partial<ConfigurationDocument>, string]>> = {
  L1: [{ agents: [] }, 'queues[0].name'],
  L2: [{ pbxs: [{ name: 'main', driver: 'sandbox' }] }, 'queues[0].callback.enabled'],
  L3: [
    { hours: [NIGHT], queues: [{ ...QUEUE, hours: 'night' }] },
    'queues[0].callback.callingHours',
  ],
  L4: [{ agents: [AGENT, { name: 'desk-2', endpoint: 'PJSIP/desk-2' }] }, 'agents[1].name'],
  L5: [
    {
      pbxs: [{ name: 'main', driver: 'sandbox', routes: [{ ...ROUTE, lines: 1 }] }],
      agents: [AGENT, { ...AGENT, name: 'desk-2', endpoint: 'PJSIP/desk-2' }],
    },
    'pbxs[0].routes',
  ],
  L6: [{ numbers: [] }, 'queues[0].name'],
  L7: [{ hours: [NIGHT] }, 'hours[0].name'],
  L8: [
    {
      pbxs: [
        {
          name: 'main',
          driver: 'asterisk',
          url: 'http://pbx.example.com:8088',
          username: 'ringback',
          passwordFile: '/run/ari',
          allowInsecure: true,
          routes: [ROUTE],
        },
      ],
    },
    'pbxs[0].allowInsecure',
  ],
  L9: [{ numberPolicy: { countries: ['all'] } }, 'numberPolicy.countries'],
  L10: [queueWith({ ringCustomer: 'PT14S' }), 'queues[0].callback.ringCustomer'],
  L11: [queueWith({ ringAgent: 9 }), 'queues[0].callback.ringAgent'],
  L12: [queueWith({ attempts: 6 }), 'queues[0].callback.attempts'],
  L13: [queueWith({ retryAfter: 59, minimumGap: 30 }), 'queues[0].callback.retryAfter'],
  L14: [queueWith({ retryAfter: 'PT2H' }), 'queues[0].callback.attempts'],
  L15: [
    {
      hours: [{ ...NIGHT, weekly: [{ days: ['mo'], from: '09:00', to: '17:00' }] }],
      queues: [
        {
          ...QUEUE,
          hours: 'night',
          callback: { closing: 'ticket', expiresAfter: 1799, retryAfter: 600 },
        },
      ],
    },
    'queues[0].callback.closing',
  ],
  L16: [queueWith({ closing: 'ticket' }), 'queues[0].callback.closing'],
  L17: [queueWith({ successAfter: 0 }), 'queues[0].callback.successAfter'],
  L18: [queueWith({ retryAfter: 60, minimumGap: 61 }), 'queues[0].callback.retryAfter'],
  L20: [{ ...queueWith({ enabled: false }), rules: [RULE] }, 'rules[0].enabled'],
  L21: [{ ...queueWith({ expiresAfter: 60 }), rules: [{ ...RULE, delay: 60 }] }, 'rules[0].delay'],
  L22: [{ rules: [{ ...RULE, attempts: 3 }] }, 'rules[0].attempts'],
  L23: [{ rules: [RULE], numberPolicy: { countries: ['all'] } }, 'rules[0].type'],
  L24: [{ profiles: [{ name: 'gentle' }] }, 'profiles[0].name'],
  L19: [queueWith({ prompts: { offer: 'ringback/alert' } }), 'queues[0].callback.prompts.offer'],
};

describe('the linter', () => {
  test('finds nothing in a centre that is set up well', () => {
    expect(found(centre())).toEqual([]);
    // The very edge of what it finds.
    const edge = { ringCustomer: 15, ringAgent: 10, attempts: 5, retryAfter: 60, minimumGap: 60 };
    expect(found(centre(queueWith(edge)))).toEqual([]);
    expect(found(centre(queueWith({ successAfter: 1, prompts: { offer: 'our/offer' } })))).toEqual(
      [],
    );
  });

  test.each(LINT_RULES.filter((rule) => !RUNNING_RULES.includes(rule)).map(({ number }) => number))(
    '%s finds what it is for, where it is',
    (number) => {
      const [changes, path] = CASES[number] ?? [{}, 'there is no case for this rule'];
      expect(found(centre(changes))).toContain(`${number} ${path}`);
    },
  );

  test('looks at no callbacks of a queue that makes none', () => {
    const callback = { enabled: false, ringCustomer: 5, attempts: 21, successAfter: 0 };
    expect(
      found(centre({ ...queueWith(callback), pbxs: [{ name: 'main', driver: 'sandbox' }] })),
    ).toEqual([]);
  });

  test('S0.17: warns of more attempts than people are glad of', () => {
    expect(found(centre(queueWith({ attempts: 6, retryAfter: 300 })))).toEqual([
      'L12 queues[0].callback.attempts',
    ]);
  });

  test('finds in profiles and rules what it finds in queues', () => {
    const rules = [{ ...RULE, type: 'queue-callback' as const, attempts: 6, profile: 'eager' }];
    const profiles = [{ name: 'eager', retryAfter: 59 }];
    expect(found(centre({ rules, profiles }))).toEqual([
      'L12 rules[0].attempts',
      'L13 profiles[0].retryAfter',
    ]);
  });

  test.each([
    [0, []],
    [1, ['L25 callbacks: 1 callback waits for a human']],
    [7, ['L25 callbacks: 7 callbacks wait for a human']],
    [200, ['L25 callbacks: 200 and more callbacks wait for a human']],
  ])('of %i callbacks that were set aside it tells %j', (count, told) => {
    const findings = setAsideFindings(count);
    expect(
      findings.map(({ rule, path, found: what }) => `${rule} ${path.join('.')}: ${what}`),
    ).toEqual(told);
  });

  test('tells the worst first, and not without end', () => {
    const names = Array.from({ length: FINDINGS_MAX }, (_, at) => `queue-${at.toString()}`);
    const queues = names.map((name) => ({ name, callback: { ringAgent: 5 } }));
    const findings = found(centre({ queues: [QUEUE, ...queues] }));
    expect(findings).toHaveLength(FINDINGS_MAX);
    expect(new Set(findings.map((line) => line.split(' ')[0]))).toEqual(new Set(['L1']));
  });
});

test('docs/reference/lint.md lists every rule as it is', () => {
  const page = readFileSync('docs/reference/lint.md', 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `?L\d/.test(line));
  const expected = LINT_RULES.map(
    ({ number, severity, title, why, better }) =>
      `| ${number} | ${severity} | ${title} | ${why} | ${better} |`,
  );
  expect(rows).toEqual(expected);
  expect(new Set(LINT_RULES.map(({ number }) => number)).size).toBe(LINT_RULES.length);
  for (const severity of SEVERITIES) expect(page).toContain(`\`${severity}\``);
});
