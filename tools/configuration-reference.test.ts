import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { configurationJsonSchema } from '../contract/configuration-schema.ts';
import { read } from './tree.ts';

const CURE = 'npm run types && node tools/generate-configuration-schema.mjs';

test('the JSON Schema for editors is the one of the contract', () => {
  const committed: unknown = JSON.parse(read('contract/generated/centre.schema.json'));
  expect(committed, `run ${CURE}`).toEqual(configurationJsonSchema());
});

test('the reference page lists every field as the schema has it', () => {
  expect(() =>
    execFileSync('node', ['tools/configuration-reference.mjs', '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});

test('the example of the reference page can be applied', () => {
  const [, example = ''] =
    /```yaml\n([\s\S]*?)```/.exec(read('docs/reference/configuration.md')) ?? [];
  expect(readConfiguration(parse(example))).toMatchObject({ ok: true, warnings: [] });
});
