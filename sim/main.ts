import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';
import { inWords, type Report } from './coverage.ts';
import { Crew } from './crew.ts';
import { crashAtEvery } from './every-wait.ts';
import { FAILURES, HAPPY } from './failures.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { hunt } from './planted/hunt.ts';
import { runSeed } from './run.ts';
import { openSession } from './worker.ts';

const USAGE = `npm run simulate -- --seed N          one schedule, told as a story
npm run simulate -- --seeds N         the schedules 1 to N, and what they have covered
  --from N                            begin with schedule N
  --planted                           plants bugs one by one and tells after how many schedules each is seen
  --every-wait                        ends a process before and after every wait of one life and of 21 failures
  --only NAME[,NAME]                  only these planted bugs
  --fault NAME[,NAME]                 only these faults; none for a quiet day: ${FAULT_KINDS.join(', ')}
  --workers N                         so many at a time (as many as there are processors)`;

/** A planted bug is looked for in so many schedules unless `--seeds` says otherwise. */
const PLANTED_SEEDS_MAX = 10_000;

/** Which schedules, and how many at a time. */
interface Extent {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
}

/** Progress is shown this often, in milliseconds. */
const PROGRESS_MS = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      fault: { type: 'string' },
      planted: { type: 'boolean', default: false },
      only: { type: 'string' },
      'every-wait': { type: 'boolean', default: false },
      workers: { type: 'string', default: availableParallelism().toString() },
      help: { type: 'boolean', default: false },
    },
  });
  const faults = faultsIn(values.fault);
  const isAsked =
    values.planted || values['every-wait'] || (values.seed ?? values.seeds) !== undefined;
  if (values.help || faults === null || !isAsked) {
    say(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const extent = {
    from: Number(values.from),
    seeds: Number(values.seeds ?? PLANTED_SEEDS_MAX),
    workers: Number(values.workers),
  };
  await withServer(async (url) => {
    const isSound = values['every-wait']
      ? await everyWait(url)
      : values.planted
        ? await plantedOnes(url, extent, values.only?.split(',') ?? null)
        : values.seed === undefined
          ? await many(url, faults, extent)
          : await one(url, Number(values.seed), faults);
    process.exitCode = isSound ? 0 : 1;
  });
}

async function one(url: string, seed: number, faults: readonly FaultKind[]): Promise<boolean> {
  const session = await openSession(url, 'story');
  try {
    const report = await runSeed(session, seed, {
      faults,
      tell: (atMs, what) => {
        say(`${new Date(atMs).toISOString().slice(5, 23)}  ${what}`);
      },
    });
    say(`\n${inWords(report.coverage)}\nevent hash ${report.hash}`);
    sayBreaches([report]);
    return report.breaches.length === 0;
  } finally {
    await session.close();
  }
}

/** A crash at every wait of one life and of the most common failures. */
async function everyWait(url: string): Promise<boolean> {
  const session = await openSession(url, 'every_wait');
  let broken = 0;
  for (const life of [HAPPY, ...FAILURES]) {
    const endings = await crashAtEvery(session, life, 1);
    say(
      `${life.name}: ${endings.crashes.toString()} crashes, ${endings.broken.length.toString()} broken promises`,
    );
    for (const what of endings.broken) say(`  ${what}`);
    broken += endings.broken.length;
  }
  await session.close();
  return broken === 0;
}

/** Each planted bug, and how many schedules it took until it was seen. */
async function plantedOnes(
  server: string,
  { from, seeds, workers }: Extent,
  only: readonly string[] | null,
): Promise<boolean> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let missed = 0;
  say('| planted bug | schedules | given away by | harm |\n|---|---|---|---|');
  for (const bug of PLANTED_BUGS.filter(({ name }) => only?.includes(name) ?? true)) {
    const ground = { root, server, workers, from, seedsMax: seeds };
    const { seeds: needed, breach } = await hunt(bug, ground);
    if (needed === null) missed += 1;
    const what = breach === null ? 'not seen' : `${breach.invariant}: ${firstLine(breach.what)}`;
    say(
      `| ${bug.name} | ${needed?.toString() ?? `over ${seeds.toString()}`} | ${what} | ${bug.harm} |`,
    );
  }
  say(`${missed.toString()} not seen`);
  return missed === 0;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

async function many(
  url: string,
  faults: readonly FaultKind[],
  { from, seeds, workers }: Extent,
): Promise<boolean> {
  const beganAtMs = performance.now();
  const crew = new Crew(new URL('./worker.js', import.meta.url), url, workers);
  const broken: Report[] = [];
  let saidAtMs = beganAtMs;
  const coverage = await crew.run({ from, seeds, faults }, (report, done) => {
    if (report.breaches.length > 0) {
      broken.push(report);
      sayBreaches([report]);
    }
    if (performance.now() - saidAtMs < PROGRESS_MS) return;
    saidAtMs = performance.now();
    const perMinute = (done / (saidAtMs - beganAtMs)) * 60_000;
    say(
      `${done.toString()} of ${seeds.toString()} schedules, ${Math.round(perMinute).toString()} a minute, ${broken.length.toString()} broken`,
    );
  });
  const seconds = (performance.now() - beganAtMs) / 1000;
  say(coverage === null ? 'nothing was run' : `\n${inWords(coverage)}`);
  say(
    `${seeds.toString()} schedules in ${seconds.toFixed(0)} s with ${workers.toString()} workers: ${broken.length.toString()} broken`,
  );
  return broken.length === 0;
}

function sayBreaches(reports: readonly Report[]): void {
  for (const { seed, breaches } of reports) {
    for (const { invariant, what, atMs } of breaches) {
      say(
        `BREACH of ${invariant} at ${new Date(atMs).toISOString()}: ${what}\n  again: npm run simulate -- --seed ${seed.toString()}`,
      );
    }
  }
}

/** The kinds that are named; null when one is not known. */
function faultsIn(text: string | undefined): readonly FaultKind[] | null {
  if (text === undefined) return FAULT_KINDS;
  if (text === 'none') return [];
  const kinds = text.split(',').map((name) => FAULT_KINDS.find((kind) => kind === name));
  const known = kinds.filter((kind) => kind !== undefined);
  return known.length === kinds.length ? known : null;
}

async function withServer(work: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-simulation-'));
  const server = await startEmbeddedPostgres(folder, { durable: false });
  try {
    await work(server.url);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
