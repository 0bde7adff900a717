// `npm run pbx`: a throw-away Asterisk to try Ringback with. The program itself is built from practice-pbx/; it is not built
// here, since whoever runs this is root, and root's files would be in the way of the clone's owner.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = new URL('../dist/practice-pbx/main.js', import.meta.url);

if (existsSync(fileURLToPath(program))) {
  const { main } = await import(program.href);
  process.exitCode = await main(project, process.argv.slice(2));
} else {
  process.stderr.write(
    'This copy is not built yet. Run "npm start" first, in a terminal of its own.\n',
  );
  process.exitCode = 1;
}
