#!/usr/bin/env node
// The command line. The program itself is built from command-line.ts and cli/; this file only finds it.
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';
import { nodeProblem } from './node-version.js';

const program = new URL('../dist/command-line.js', import.meta.url);

async function run() {
  const { main } = await import(program.href);
  await main(process.argv);
}

function refuse(why) {
  process.stderr.write(`ringback: ${why}\n`);
  process.exitCode = 1;
}

const problem = nodeProblem();
if (problem !== null) {
  refuse(problem);
} else if (existsSync(fileURLToPath(program))) {
  run();
} else {
  refuse('this copy is not built yet. Run "npm start" once, or "npm ci && npm run build".');
}
