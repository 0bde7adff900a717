import { expect, test } from 'vitest';
import { readYaml } from '../cli/yaml-problems.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { lint } from '../contract/lint/lint.ts';
import { centreFile } from './centre-file.ts';

test('the centre of the practice PBX is set up as the linter would have it, but for what makes it quick to try', () => {
  const yaml = readYaml(centreFile(8088));
  if (!yaml.ok) throw new Error('the file is no YAML');
  const reading = readConfiguration({
    ...Object(yaml.document),
    // `ringback apply` makes the path absolute.
    pbxs: [
      { name: 'practice', driver: 'sandbox', routes: [{ name: 'r', dial: '{number}', lines: 10 }] },
    ],
  });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  expect(lint(reading.configuration).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
    'L17 advice',
  ]);
});
