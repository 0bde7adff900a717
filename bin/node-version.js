// Says whether this Node is new enough. Plain enough for every Node that knows modules (12.17): no statement in the files
// of bin/ may be newer, or an old Node shows a syntax error in place of this sentence.
import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const manifest = join(dirname(fileURLToPath(import.meta.url)), '../package.json');

/** Why this Node cannot run Ringback; null when it can. */
export function nodeProblem() {
  const wanted = JSON.parse(readFileSync(manifest, 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return null;
  return (
    `Ringback needs Node.js ${wanted} or newer; this is ${process.versions.node} (${process.execPath}). ` +
    'Install a newer one from https://nodejs.org, or with the version manager that you use.'
  );
}
