// Runs what has been built, in this very process, so that signals reach it without a detour. A service manager starts
// this file; `npm start` makes a fresh clone runnable first.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/main.js', import.meta.url);

/** Errors with a name of ours carry a message for people; any other is a defect and shows where it arose. */
function textOf(error) {
  const isOurs =
    error instanceof Error &&
    error.name !== 'Error' &&
    typeof globalThis[error.name] !== 'function';
  return isOurs ? error.message : (error?.stack ?? String(error));
}

if (existsSync(fileURLToPath(program))) {
  try {
    const { main } = await import(program.href);
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${textOf(error)}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(
    'ringback: this copy is not built yet. Run "npm start", or "npm ci && npm run build".\n',
  );
  process.exitCode = 1;
}
