// Builds everything, or with --program only what runs: `npm start` needs no tests to compile. What the compiler leaves
// behind (.sql beside .ts, the dialplan, the API descriptions) is copied to the same place under dist/.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

const folders = ['store', 'telephony', 'contract', 'sim'];
const endings = new Set(['.sql', '.conf', '.json']);

function compile(project) {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [compiler, '-b', project], { stdio: 'inherit' });
  } catch (error) {
    process.exit(error.status ?? 1); // The compiler has said why.
  }
}

function copyAssets(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !endings.has(extname(entry.name)) || entry.name === 'tsconfig.json') continue;
    const target = join('dist', source);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
  }
}

const begun = new Date();
compile(process.argv.includes('--program') ? 'tsconfig.main.json' : 'tsconfig.json');
for (const folder of folders) copyAssets(folder);
// The compiler leaves unchanged files alone, so their age says nothing: bin/start.js looks at this stamp. What changed
// while we built is built next time.
writeFileSync('dist/built', '');
utimesSync('dist/built', begun, begun);
