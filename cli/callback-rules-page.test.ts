import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfiguration } from '../contract/configuration-reading.ts';

const page = readFileSync(new URL('../docs/callback-rules.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);

/** The centre that the examples are about. */
const CENTRE = {
  pbxs: [
    {
      name: 'main',
      driver: 'sandbox',
      routes: [{ name: 'carrier', dial: 'PJSIP/{number}@carrier', lines: 30 }],
    },
  ],
  queues: [{ name: 'support' }],
  agents: [{ name: 'desk-1', endpoint: 'PJSIP/desk-1', queues: ['support'] }],
  numbers: [{ number: '+12025550120', queue: 'support' }],
};

test('docs/callback-rules.md has examples', () => {
  expect(examples.length).toBeGreaterThan(4);
});

test.each(examples)(
  'an example of docs/callback-rules.md can be applied as it stands: %s',
  (text) => {
    const reading = readConfiguration({ ...CENTRE, ...z.looseObject({}).parse(parse(text)) });
    expect(reading.ok ? reading.warnings : reading.problems).toEqual([]);
  },
);
