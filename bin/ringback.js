#!/usr/bin/env node
// The command line. The program itself is built from command-line.ts and cli/; this file only finds it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/command-line.js', import.meta.url);

if (existsSync(fileURLToPath(program))) {
  const { main } = await import(program.href);
  await main(process.argv);
} else {
  process.stderr.write(
    'ringback: this copy is not built yet. Run "npm start" once, or "npm ci && npm run build".\n',
  );
  process.exitCode = 1;
}
