import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { numbersIn, testTitles, titlesIn } from './test-titles.ts';
import { read } from './tree.ts';

interface Row {
  readonly number: string;
  readonly path: string;
  readonly fragment: string;
}

/** The rows of docs/behaviours.md: `| S3.10 | what it does | `file.test.ts` fragment of the title |`. */
function rowsOf(page: string): readonly Row[] {
  return [...page.matchAll(/^\| *([SXPI]\d[\d.]*) *\|([^|]*)\| *`([^`]+)` *([^|]*)\|$/gm)].map(
    ([, number = '', , path = '', fragment = '']) => ({ number, path, fragment: fragment.trim() }),
  );
}

const page = read('docs/behaviours.md');
const rows = rowsOf(page);
const titles = testTitles();

describe('docs/behaviours.md tells the truth', () => {
  test('every line of the table is understood', () => {
    const lines = page.split('\n').filter((line) => /^\| *[A-Z]\d/.test(line));
    expect(
      lines.length,
      'a row reads: | S3.10 | behaviour | `path.test.ts` part of the title |',
    ).toBe(rows.length);
  });

  test('no number is listed twice', () => {
    const numbers = rows.map((row) => row.number);
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  });

  test('every listed number has the test it names', () => {
    const broken = rows
      .filter(({ number, path, fragment }) => {
        if (!existsSync(path)) return true;
        return !titles.some(
          (found) =>
            found.path === path &&
            found.title.includes(fragment) &&
            numbersIn(found.title).includes(number),
        );
      })
      .map(({ number, path, fragment }) => `${number}: no test in ${path} titled "…${fragment}…"`);
    expect(broken).toEqual([]);
  });

  test('every number in the title of a test is listed', () => {
    const listed = new Set(rows.map((row) => row.number));
    const missing = titles.flatMap(({ path, title }) =>
      numbersIn(title)
        .filter((number) => !listed.has(number))
        .map((number) => `${number} ("${title}" in ${path}): add a row to docs/behaviours.md`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the titles of tests are read rightly', () => {
  test('a number is a token of its own', () => {
    expect(numbersIn('S3.10 and X4, I17: P2P is no pain, nor is aX5')).toEqual([
      'S3.10',
      'X4',
      'I17',
    ]);
  });

  test('titles are found in every form vitest offers', () => {
    const text = [
      "test('plain', () => {});",
      "describe.concurrent('group', () => {});",
      "test.each([1, 2])('row %i', () => {});",
      'it(`of ${name} kind`, () => {});',
      "other('none', () => {});",
    ].join('\n');
    expect(titlesIn('a.test.ts', text).map((found) => found.title)).toEqual([
      'plain',
      'group',
      'row %i',
      'of  kind',
    ]);
  });
});
