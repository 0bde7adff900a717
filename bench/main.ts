import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { whyNoAsterisk } from './asterisk/bench-asterisk.ts';
import type { BenchLine } from './figures.ts';
import { dispatchLine } from './lines/dispatch.ts';
import { lifecycleLine } from './lines/lifecycle.ts';
import { realAsteriskLine } from './lines/real-asterisk.ts';
import { waitingSizeLine } from './lines/waiting-size.ts';
import { jobQueues } from './rivals/job-queues.ts';
import { tableOf } from './table.ts';
import { openWaitingCentre } from './waiting-centre.ts';

/** How much is measured: enough to be sure, or enough to see within two minutes that nothing has become slow. */
interface Sizes {
  readonly waiting: number;
  readonly agents: number;
  readonly lives: number;
  readonly graphileWorker: number;
  readonly pgBoss: number;
  readonly callers: number;
}

const WHOLE: Sizes = {
  ...{ waiting: 1_000_000, agents: 1_000, lives: 10_000, callers: 30 },
  ...{ graphileWorker: 500, pgBoss: 15 },
};
const QUICK: Sizes = {
  ...{ waiting: 100_000, agents: 300, lives: 1_000, callers: 12 },
  ...{ graphileWorker: 100, pgBoss: 5 },
};

/** The lines, as the table shows them. */
const NAMES = ['dispatch', 'waiting-size', 'real-asterisk', 'lifecycle'] as const;
type Name = (typeof NAMES)[number];

const USAGE = `npm run bench                     everything, 1,000,000 waiting (some ten minutes)
npm run bench -- --quick          the same with less of everything (under two minutes)
npm run bench -- --only NAME      only these lines, with commas between them: ${NAMES.join(', ')}
npm run bench -- --json FILE      writes the figures to FILE as well`;

/** A line that this machine cannot measure. */
interface Skipped {
  readonly name: Name;
  readonly why: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'string' },
      lives: { type: 'string' }, // For a test that only wants to see the figures come.
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = (values.only?.split(',') ?? []).filter((name) => !isName(name));
  if (values.help || unknown.length > 0) {
    say(unknown.length > 0 ? `There is no line "${unknown.join(', ')}".\n\n${USAGE}` : USAGE);
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  const sizes = {
    ...(values.quick ? QUICK : WHOLE),
    ...(values.lives === undefined ? {} : { lives: Number(values.lives) }),
  };
  const { lines, skipped } = await measure(sizes, wantedOf(values.only));
  say(`\n${tableOf(lines)}`);
  for (const { name, why } of skipped) say(`\n${name}: not measured, since ${why}`);
  if (values.json !== undefined) {
    const machine = { node: process.version, cores: cpus().length };
    const report = { ...machine, sizes, lines, skipped };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    say(`\nwritten to ${values.json}`);
  }
}

function isName(name: string): name is Name {
  return NAMES.some((each) => each === name);
}

function wantedOf(only: string | undefined): ReadonlySet<Name> {
  return new Set(only === undefined ? NAMES : only.split(',').filter(isName));
}

async function measure(
  sizes: Sizes,
  wanted: ReadonlySet<Name>,
): Promise<{ readonly lines: readonly BenchLine[]; readonly skipped: readonly Skipped[] }> {
  const lines = await measureWaiting(sizes, wanted);
  const skipped: Skipped[] = [];
  if (wanted.has('real-asterisk')) {
    const why = whyNoAsterisk();
    if (why === null) {
      say('a real Asterisk is measured …');
      lines.push(await realAsteriskLine(sizes.callers));
    } else skipped.push({ name: 'real-asterisk', why });
  }
  if (wanted.has('lifecycle')) {
    say('whole lives of callbacks are measured …');
    lines.push(await lifecycleLine(sizes.lives));
  }
  return { lines, skipped };
}

/** The lines that need a database full of callbacks. */
async function measureWaiting(sizes: Sizes, wanted: ReadonlySet<Name>): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  if (!wanted.has('dispatch') && !wanted.has('waiting-size')) return lines;
  say(`a PostgreSQL with ${sizes.waiting.toLocaleString('en-US')} callbacks waiting is made …`);
  const centre = await openWaitingCentre({ queues: 10, ...sizes });
  try {
    if (wanted.has('waiting-size')) {
      say('the disk that it takes is measured …');
      lines.push(await waitingSizeLine(centre));
    }
    if (wanted.has('dispatch')) {
      say('the job queues are measured …');
      const rivals = await jobQueues(centre.url, sizes);
      say('the dispatch is measured …');
      lines.unshift(await dispatchLine(centre, rivals));
    }
  } finally {
    await centre.close();
  }
  return lines;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
