// Copies what the compiler leaves behind (.sql beside .ts, the dialplan, the API descriptions) to the same place under dist/.
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const folders = ['store', 'telephony', 'contract'];
const endings = new Set(['.sql', '.conf', '.json']);

for (const folder of folders) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !endings.has(extname(entry.name)) || entry.name === 'tsconfig.json') continue;
    const target = join('dist', source);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
  }
}
