import { describe, expect, test } from 'vitest';
import type { ConfigurationDocument } from './configuration.ts';
import { asMistake } from './configuration-problems.ts';
import { readConfiguration } from './configuration-reading.ts';

type Rules = NonNullable<ConfigurationDocument['rules']>;

const CARRIER = { name: 'carrier', dial: 'PJSIP/{number}@carrier', lines: 30 };

/** One queue with a number, and what the test adds. */
function centre(rules: Rules, more: Partial<ConfigurationDocument> = {}): ConfigurationDocument {
  return {
    pbxs: [{ name: 'main', driver: 'sandbox', routes: [CARRIER] }],
    queues: [{ name: 'support' }],
    agents: [{ name: 'desk-1', endpoint: 'PJSIP/desk-1', queues: ['support'] }],
    numbers: [{ number: '+12025550120', queue: 'support' }],
    rules,
    ...more,
  };
}

function mistakes(document: ConfigurationDocument): readonly string[] {
  const reading = readConfiguration(document);
  if (reading.ok) return [];
  return reading.problems.map(asMistake).map(({ path, message }) => `${path}: ${message}`);
}

function warnings(document: ConfigurationDocument): readonly string[] {
  const reading = readConfiguration(document);
  if (!reading.ok) throw new Error(mistakes(document).join('\n'));
  return reading.warnings.map(({ path, message }) => `${path}: ${message}`);
}

const LOST = { name: 'lost', type: 'abandoned', source: 'support' } as const;

describe('a mistake in a rule says where it is, what was found and what is allowed', () => {
  test.each<[string, ConfigurationDocument, string]>([
    [
      'a source that leads nowhere',
      centre([{ ...LOST, source: 'suport' }]),
      'rules[0].source: found "suport", allowed one of support, +12025550120 (did you mean support?)',
    ],
    [
      'a profile that is not there',
      centre([{ ...LOST, profile: 'patient' }]),
      'rules[0].profile: found "patient", allowed a name of this file, which has none of the kind',
    ],
    [
      'two rules of a type for one source',
      centre([LOST, { ...LOST, name: 'again' }]),
      'rules[1].source: found "support", which rule lost of type abandoned watches already, allowed one rule of a type for each source',
    ],
    [
      'a name twice',
      centre([LOST, { ...LOST, type: 'missed' }]),
      'rules[1].name: found "lost" a second time (entry 1 has it too), allowed a name of its own',
    ],
    [
      'a setting of another type',
      centre([{ ...LOST, type: 'missed', minimumWait: 'PT10S' }]),
      'rules[0].minimumWait: found PT10S in a rule of type missed, allowed only in rules of type abandoned',
    ],
    [
      'too long a delay',
      centre([{ ...LOST, delay: 'P2D' }]),
      'rules[0].delay: found "P2D", allowed PT0S to P1D (or 0 to 86400 seconds)',
    ],
    [
      'too many attempts',
      centre([{ ...LOST, attempts: 22 }]),
      'rules[0].attempts: found 22, allowed 1 to 21',
    ],
  ])('%s', (_, document, sentence) => {
    expect(mistakes(document)).toEqual([sentence]);
  });
});

describe('what is allowed and likely not meant is warned of', () => {
  test('S0.17: more attempts than people are glad of, and retries that come too soon', () => {
    const press = { ...LOST, type: 'queue-callback' } as const;
    const found = warnings(centre([{ ...press, attempts: 6, retryAfter: 'PT20S' }]));
    expect(found).toEqual([
      'rules[0].attempts: tries a customer up to 6 times: 3 is usual, and more than 5 annoys',
      'rules[0].retryAfter: tries again in less than a minute: whoever was not there is seldom there again so soon',
    ]);
    expect(warnings(centre([{ ...press, attempts: 3, retryAfter: 'PT10M' }]))).toEqual([]);
  });

  test('S0.17: a queue and a profile are looked at as well', () => {
    const queues = [{ name: 'support', callback: { attempts: 9 } }];
    const profiles = [{ name: 'eager', attempts: 8 }];
    expect(warnings(centre([], { queues, profiles }))).toEqual([
      'queues[0].callback.attempts: tries a customer up to 9 times: 3 is usual, and more than 5 annoys',
      'profiles[0].attempts: tries a customer up to 8 times: 3 is usual, and more than 5 annoys',
    ]);
  });

  test('a rule that waits until its callbacks have lapsed', () => {
    expect(warnings(centre([{ ...LOST, delay: 'PT3H' }]))).toEqual([
      'rules[0].delay: waits PT3H, but the callbacks lapse PT2H after the call came in',
    ]);
  });

  test('a rule of a queue whose callbacks are switched off', () => {
    const queues = [{ name: 'support', callback: { enabled: false } }];
    expect(warnings(centre([LOST], { queues }))).toEqual([
      'rules[0].enabled: does nothing: callbacks of queue support are switched off (callback.enabled)',
    ]);
  });
});
