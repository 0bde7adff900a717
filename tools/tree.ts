import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import ts from 'typescript';

const skippedAtTheRoot = new Set(['node_modules', 'dist', 'data', 'practice', 'coverage']);

/** Every file of the repository as a path from its root: nothing hidden, nothing built, nothing installed. */
export function files(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || skippedAtTheRoot.has(path)) return [];
    if (entry.isDirectory()) return files(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The files with one of these endings, as `withEnding('.ts', '.mjs')`. */
export function withEnding(...endings: readonly string[]): readonly string[] {
  return files().filter((path) => endings.includes(extname(path)));
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Whether a file is there to test, not to ship. */
export function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('tests/') || path.startsWith('tools/');
}

/** Every folder that holds a file, itself or further down. */
export function folders(): readonly string[] {
  const found = new Set<string>();
  for (const path of files()) {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) found.add(at);
  }
  return [...found].toSorted();
}

/** All nodes of a TypeScript source in reading order, comments left out. */
export function nodesOf(path: string, text: string): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true));
  return found;
}

/** The text of a string or template literal; the places of a template are left out. */
export function literalText(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => span.literal.text).join('');
}
