import ts from 'typescript';
import { literalText, nodesOf, read, withEnding } from './tree.ts';

/** The title of one test or group of tests, and the file it stands in. */
export interface TestTitle {
  readonly path: string;
  readonly title: string;
}

/** The titles of every test, group and conformance case of the repository. */
export function testTitles(): readonly TestTitle[] {
  return withEnding('.ts')
    .map((path) => ({ path, text: read(path) }))
    .filter(({ text }) => text.includes("from 'vitest'"))
    .flatMap(({ path, text }) => titlesIn(path, text));
}

/** The titles in one file: the first argument of `test(…)`, `it.each(…)(…)`, `describe.concurrent(…)` and the like. */
export function titlesIn(path: string, text: string): readonly TestTitle[] {
  return nodesOf(path, text).flatMap((node) => {
    if (!ts.isCallExpression(node)) return [];
    if (!['test', 'it', 'describe'].includes(rootName(node.expression))) return [];
    const title = literalText(node.arguments[0]);
    return title === undefined ? [] : [{ path, title }];
  });
}

/** `test` of `test.each(rows)`. */
function rootName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return rootName(expression.expression);
  if (ts.isCallExpression(expression)) return rootName(expression.expression);
  return '';
}

/** The numbers of behaviours (S3.10), scenarios (X4), pains (P8) and invariants (I3) in a title. */
export function numbersIn(title: string): readonly string[] {
  return title.match(/(?<![\w.])(?:S\d+\.\d+|[XPI]\d+)(?![\w]|\.\d)/g) ?? [];
}
