import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYaml } from './yaml-problems.ts';

const TEXT = `# A centre
queues:
  - name: support
    callback:
      attempts: 40
  - { name: sales, callback: { wrapUp: PT1S } }
agents: &none []
numbers: *none
`;

test.each<[string, (string | number)[], string]>([
  ['a setting stands at its key', ['queues', 0, 'callback', 'attempts'], '5:7'],
  ['also on one line', ['queues', 1, 'callback', 'wrapUp'], '6:32'],
  ['a list entry stands at its beginning', ['queues', 1], '6:5'],
  ['what is missing stands where its surroundings do', ['queues', 0, 'hours'], '3:5'],
  ['the whole stands at the beginning', [], '2:1'],
  ['what an alias names is found through it', ['numbers', 0, 'queue'], '8:1'],
])('%s', (_, path, place) => {
  const reading = readYaml(TEXT);
  expect(reading.ok && reading.place(path)).toBe(place);
});

test.each<[string, string, string]>([
  ['a bracket that is never closed', 'queues: [', '1:10'],
  ['a setting that is there twice', 'queues: []\nqueues: []\n', '2:1'],
  ['an alias that leads nowhere', 'queues: *none', '1:9'],
  ['two documents', 'queues: []\n---\nqueues: []\n', '2:1'],
])('%s is told with its place', (_, text, place) => {
  const reading = readYaml(text);
  expect(!reading.ok && reading.mistakes[0]?.place).toBe(place);
});

test('aliases that multiply without end are refused instead of filling the memory', () => {
  const levels = Array.from({ length: 12 }, (_, at) => {
    const inner = Array.from({ length: 10 }, () => `*a${at.toString()}`).join(',');
    return `a${(at + 1).toString()}: &a${(at + 1).toString()} [${inner}]`;
  });
  expect(readYaml(['a0: &a0 [1]', ...levels].join('\n')).ok).toBe(false);
});

const SIGN = fc.constantFrom(...'a:-[]{}&*! \n"\'|>#%@'.split(''));

test('no text makes the reading throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: SIGN }), (text) => {
      const reading = readYaml(text);
      if (reading.ok) expect(reading.place(['a', 0])).toMatch(/^\d+:\d+$/);
      else expect(reading.mistakes.length).toBeGreaterThan(0);
    }),
  );
});
