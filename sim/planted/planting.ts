import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { PlantedBug } from './bugs.ts';

/** The folders that a simulation runs from. */
const FOLDERS = ['core', 'store', 'engine', 'telephony', 'sim'];

/** How often the text of a bug stands in its file: once, or the bug does not fit any more. */
export function fits(root: string, { file, find }: PlantedBug): boolean {
  return readFileSync(join(root, file), 'utf8').split(find).length === 2;
}

/**
 * Copies the compiled project of `root` to `folder` with one bug in it.
 * @throws Error when the bug does not fit its file any more
 */
export function plant(root: string, folder: string, bug: PlantedBug): void {
  if (!fits(root, bug)) throw new Error(`${bug.name} does not fit ${bug.file} any more`);
  mkdirSync(folder, { recursive: true });
  for (const name of FOLDERS) {
    cpSync(join(root, 'dist', name), join(folder, name), { recursive: true });
  }
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const text = readFileSync(join(root, bug.file), 'utf8').replace(bug.find, () => bug.replace);
  const isCode = bug.file.endsWith('.ts');
  const target = join(folder, isCode ? bug.file.replace(/\.ts$/, '.js') : bug.file);
  writeFileSync(target, isCode ? compiled(text) : text);
}

/** Types are not looked at: a planted bug may be one that the compiler would have found. */
function compiled(text: string): string {
  return ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}
