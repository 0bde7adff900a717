// `npm run pbx`: a throw-away Asterisk to try Ringback with. The program itself is built from practice-pbx/; it is not built
// here, since whoever runs this is root, and root's files would be in the way of the clone's owner.
import { existsSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';
import { nodeProblem } from './node-version.js';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = new URL('../dist/practice-pbx/main.js', import.meta.url);

async function run() {
  const { main } = await import(program.href);
  process.exitCode = await main(project, process.argv.slice(2));
}

function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

const problem = nodeProblem();
if (problem !== null) {
  refuse(problem);
} else if (existsSync(fileURLToPath(program))) {
  run();
} else {
  refuse('This copy is not built yet. Run "npm start" first, in a terminal of its own.');
}
