import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { isForTests, literalText, nodesOf } from './tree.ts';

/** One breach of a house rule: where it is and what to do about it. */
export interface Breach {
  readonly path: string;
  readonly cure: string;
}

/** A text that may not stand in some folder, and what to write in its place. */
interface Banned {
  readonly text: string;
  readonly cure: string;
}

const clockAndChance: readonly Banned[] = [
  { text: 'Date.now(', cure: 'take the time as an argument (nowMs, or the clock port)' },
  { text: 'new Date()', cure: 'take the time as an argument (nowMs, or the clock port)' },
  { text: 'Math.random(', cure: 'take a Rng as an argument' },
];

const outsideWorld: readonly Banned[] = [
  { text: 'performance.now(', cure: 'take the time as an argument' },
  { text: 'console.', cure: 'return it: the engine logs what the core decided' },
  { text: 'process.', cure: 'take the value as an argument' },
  { text: 'setTimeout(', cure: 'return a due time: time is data' },
];

/** Files that may read the clock or throw dice although their folder may not. Each with its reason. */
export const CLOCK_EXCEPTIONS: ReadonlyMap<string, string> = new Map();

/** Core, engine and the sandbox get time and chance handed in, so that every run can be repeated. */
export function readsClockOrChance(path: string, text: string): readonly Breach[] {
  const guarded = ['core/', 'engine/', 'telephony/sandbox/'];
  if (!guarded.some((folder) => path.startsWith(folder))) return [];
  if (path.endsWith('.test.ts') || CLOCK_EXCEPTIONS.has(path)) return [];
  const banned = path.startsWith('core/') ? [...clockAndChance, ...outsideWorld] : clockAndChance;
  const code = withoutComments(path, text);
  return banned
    .filter((ban) => code.includes(ban.text))
    .map((ban) => ({ path, cure: `'${ban.text}' is banned here: ${ban.cure}` }));
}

/** The code of a file without its comments: words about the clock do not read it. */
function withoutComments(path: string, text: string): string {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

/** The core imports the core and nothing else: no package, no Node module, no neighbour. */
export function leavesTheCore(path: string, text: string): readonly Breach[] {
  if (!path.startsWith('core/') || path.endsWith('.test.ts')) return [];
  return specifiersOf(path, text)
    .filter((to) => !to.startsWith('.') || !normalize(join(dirname(path), to)).startsWith('core/'))
    .map((to) => ({ path, cure: `the core may not import '${to}': hand the value in` }));
}

function specifiersOf(path: string, text: string): readonly string[] {
  return nodesOf(path, text).flatMap((node) => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return [];
    return literalText(node.moduleSpecifier) ?? [];
  });
}

const LINES_MAX = 400;

/** A file of more than 400 lines is two files; a test reads top to bottom and generated code is not read. */
export function growsTooLong(path: string, text: string): readonly Breach[] {
  if (path.endsWith('.test.ts') || path.startsWith('tests/') || path.includes('generated')) {
    return [];
  }
  const lines = text.split('\n').length - 1;
  if (lines <= LINES_MAX) return [];
  const cure = `${lines.toString()} lines, at most ${LINES_MAX.toString()}: a new noun gets a folder, a new case a file`;
  return [{ path, cure }];
}

/** Work left over belongs in an issue, where somebody looks for it. */
export function leavesWorkOver(path: string, text: string): readonly Breach[] {
  const marks = [
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['X', 'XX'],
  ].map((halves) => halves.join(''));
  return marks
    .filter((mark) => new RegExp(`\\b${mark}\\b`).test(text))
    .map((mark) => ({ path, cure: `${mark} may not merge: do it now or open an issue` }));
}

/** The suite that lets a driver skip a case takes the reason as an argument and prints it. */
const SKIPS_WITH_A_REASON = 'telephony/conformance.ts';

/** A test runs, always. Only where the machine lacks a PBX may telephone tests be skipped, and they say so. */
export function skipsTests(path: string, text: string): readonly Breach[] {
  return nodesOf(path, text).flatMap((node) => {
    if (!ts.isPropertyAccessExpression(node)) return [];
    if (!/^(?:test|it|describe)\b/.test(node.getText())) return [];
    if (node.name.text === 'only') return [{ path, cure: 'remove .only, or the others never run' }];
    if (!['skip', 'skipIf', 'runIf', 'todo'].includes(node.name.text)) return [];
    if (path === SKIPS_WITH_A_REASON) return [];
    if (node.parent.getText().endsWith('.skipIf(!telephonyReady())')) return [];
    return [{ path, cure: 'run the test; only .skipIf(!telephonyReady()) may skip' }];
  });
}

const emptyNames = ['utils', 'util', 'helpers', 'common', 'services', 'managers', 'misc', 'shared'];

/** A folder is named after a thing of the domain, so that its name says what belongs in it. */
export function namesNothing(folder: string): readonly Breach[] {
  const last = folder.split('/').at(-1) ?? folder;
  if (!emptyNames.includes(last)) return [];
  return [{ path: folder, cure: 'name the folder after the thing it holds (GLOSSARY.md)' }];
}

/** `any` switches the compiler off; `unknown` makes us look first. */
export function saysAny(path: string, text: string): readonly Breach[] {
  return nodesOf(path, text)
    .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
    .map(() => ({ path, cure: 'write unknown and look before use' }));
}

const statement =
  /^\s*(?:(?:select|SELECT)\s[\s\S]*\s(?:from|FROM)\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*(?:materialized\s*)?\()/i;

/** Every statement of the product stands in store/, where locks are reviewed. The bench measures statements of its own. */
export function writesSql(path: string, text: string): readonly Breach[] {
  if (path.startsWith('store/') || path.startsWith('bench/') || isForTests(path)) return [];
  return nodesOf(path, text)
    .map((node) => literalText(node))
    .filter((literal) => literal !== undefined && statement.test(literal))
    .map(() => ({ path, cure: 'move the statement to store/ and call it by a name' }));
}

/** The links of a page that lead to a file or heading of this repository. */
export function relativeLinks(text: string): readonly string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  const markdown = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)];
  const html = [...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return [...markdown, ...html]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
}

/** The anchors that the headings of a page offer, as forges make them. */
export function anchorsOf(text: string): readonly string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}
