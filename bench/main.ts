import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchLine } from './figures.ts';
import { dispatchLine } from './lines/dispatch.ts';
import { lifecycleLine } from './lines/lifecycle.ts';
import { waitingSizeLine } from './lines/waiting-size.ts';
import { jobQueues } from './rivals/job-queues.ts';
import { tableOf } from './table.ts';
import { openWaitingCentre } from './waiting-centre.ts';

/** How much is measured: enough to be sure, or enough to see within two minutes that nothing has become slow. */
const SIZES = {
  whole: { waiting: 1_000_000, agents: 1_000, lives: 10_000, graphileWorker: 500, pgBoss: 15 },
  quick: { waiting: 100_000, agents: 500, lives: 2_000, graphileWorker: 200, pgBoss: 5 },
} as const;

const USAGE = `npm run bench                     everything, 1,000,000 waiting (some ten minutes)
npm run bench -- --quick          the same with less of everything (under two minutes)
npm run bench -- --json FILE      writes the figures to FILE as well`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return;
  }
  const size = values.quick ? SIZES.quick : SIZES.whole;
  say(`a PostgreSQL with ${size.waiting.toLocaleString('en-US')} callbacks waiting is made …`);
  const lines = await measure(size);
  say(`\n${tableOf(lines)}`);
  if (values.json !== undefined) {
    const report = { node: process.version, cores: cpus().length, sizes: size, lines };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    say(`\nwritten to ${values.json}`);
  }
}

async function measure(size: (typeof SIZES)['quick' | 'whole']): Promise<readonly BenchLine[]> {
  const centre = await openWaitingCentre({ queues: 10, ...size });
  const lines: BenchLine[] = [];
  try {
    say('the disk that it takes is measured …');
    lines.push(await waitingSizeLine(centre));
    say('the job queues are measured …');
    const rivals = await jobQueues(centre.url, size);
    say('the dispatch is measured …');
    lines.unshift(await dispatchLine(centre, rivals));
  } finally {
    await centre.close();
  }
  say('whole lives of callbacks are measured …');
  lines.push(await lifecycleLine(size.lives));
  return lines;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
