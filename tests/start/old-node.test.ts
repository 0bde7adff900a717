import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { run } from './programs.ts';

const programs = readdirSync('bin').map((name) => join('bin', name));

/** Everything in a script that Node 12, the oldest one with modules, cannot read, with its line. */
function tooNew(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const found: string[] = [];
  const look = (node: ts.Node, inFunction: boolean): void => {
    if (isTooNew(node, inFunction)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${path}:${(line + 1).toString()} ${node.getText().slice(0, 40)}`);
    }
    node.forEachChild((child) => {
      look(child, inFunction || ts.isFunctionLike(node));
    });
  };
  look(source, false);
  return found;
}

function isTooNew(node: ts.Node, inFunction: boolean): boolean {
  if (ts.isAwaitExpression(node)) return !inFunction;
  if (ts.isPropertyDeclaration(node) || ts.isPrivateIdentifier(node)) return true;
  if (ts.isImportDeclaration(node)) return node.moduleSpecifier.getText().includes('node:');
  return [
    ts.SyntaxKind.QuestionDotToken,
    ts.SyntaxKind.QuestionQuestionToken,
    ts.SyntaxKind.QuestionQuestionEqualsToken,
    ts.SyntaxKind.BarBarEqualsToken,
    ts.SyntaxKind.AmpersandAmpersandEqualsToken,
    ts.SyntaxKind.BigIntLiteral,
  ].includes(node.kind);
}

test.each(programs)('an old Node can read %s far enough to say that it is too old', (path) => {
  expect(tooNew(path, readFileSync(path, 'utf8'))).toEqual([]);
});

test('what an old Node cannot read is noticed', () => {
  const text = "import { a } from 'node:fs';\nawait a?.b;\nconst c = a ?? 1;\nclass D { e = 1; }";
  expect(tooNew('a.js', text)).toHaveLength(5);
});

test.each(['bin/start.js', 'bin/serve.js', 'bin/ringback.js'])(
  'with a Node that is too old, %s says which one is needed, and does nothing else',
  async (program) => {
    const older = `data:text/javascript,${encodeURIComponent(
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } })',
    )}`;
    const { code, output } = await run(process.execPath, ['--import', older, program]);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^(?:ringback: )?Ringback needs Node\.js [\d.]+ or newer; this is 18\.20\.8 \([^\n]+\)\. Install [^\n]+\n$/,
    );
  },
);
