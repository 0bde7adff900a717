// Runs what has been built, in this very process, so that signals reach it without a detour. A service manager starts
// this file; `npm start` makes a fresh clone runnable first.
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';
import { nodeProblem } from './node-version.js';

const program = new URL('../dist/main.js', import.meta.url);

/** Errors with a name of ours carry a message for people; any other is a defect and shows where it arose. */
function textOf(error) {
  if (!(error instanceof Error)) return String(error);
  const isOurs = error.name !== 'Error' && typeof globalThis[error.name] !== 'function';
  return isOurs ? error.message : error.stack;
}

function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

async function run() {
  try {
    const { main } = await import(program.href);
    await main(process.argv.slice(2));
  } catch (error) {
    refuse(textOf(error));
  }
}

const problem = nodeProblem();
if (problem !== null) {
  refuse(problem);
} else if (existsSync(fileURLToPath(program))) {
  run();
} else {
  refuse('ringback: this copy is not built yet. Run "npm start", or "npm ci && npm run build".');
}
