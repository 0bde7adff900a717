import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../core/prelude/assert.ts';
import {
  createTestDatabase,
  TEST_DATABASE_URL,
  type TestDatabase,
} from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { setUpCentre } from './centre.ts';
import { inWords, type Report } from './coverage.ts';
import { Crew } from './crew.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { runSeed } from './run.ts';
import { CALLBACKS_MIN } from './schedule.ts';
import { Session } from './session.ts';

/** How many schedules are run with every `npm test`; `npm run simulate -- --seeds 10000` runs more of them. */
const SEEDS = 100;

let own: TestDatabase;
let session: Session;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  await setUpCentre(own.url);
  session = await Session.open(own.url);
});

afterAll(async () => {
  await session.close();
  await own.drop();
});

test('a seed that is run twice tells the same story to the letter, whatever was run between', async () => {
  const told: string[][] = [[], []];
  const hashes: string[] = [];
  for (const story of told) {
    const { hash } = await runSeed(session, 7, { tell: (_atMs, what) => story.push(what) });
    hashes.push(hash);
    await runSeed(session, 8);
  }
  expect(told[0]).toEqual(told[1]);
  expect(hashes[0]).toBe(hashes[1]);
}, 120_000);

test('X1, X2, X3, X4, X5, X6, X12, X13, P1, P2, P4, P6, P8, I1 to I17: whatever goes wrong, no promise is broken', async () => {
  // Compiled, as the planted bugs are: `npm test` builds first.
  const worker = new URL('../dist/sim/worker.js', import.meta.url);
  const server = present(process.env[TEST_DATABASE_URL], 'test server');
  const crew = new Crew(worker, server, availableParallelism());
  const reports: Report[] = [];
  const asked = { from: 1, seeds: SEEDS, faults: FAULT_KINDS };
  const coverage = present(await crew.run(asked, (report) => reports.push(report)), 'coverage');
  process.stdout.write(`${inWords(coverage)}\n`);
  const broken = reports.flatMap(({ seed, breaches }) =>
    breaches.map(
      ({ invariant, what }) =>
        `npm run simulate -- --seed ${seed.toString()}: ${invariant}: ${what}`,
    ),
  );
  expect(broken).toEqual([]);
  expect(reports.length).toBe(SEEDS);
  expect(Math.min(...reports.map((report) => report.coverage.callbacks))).toBeGreaterThanOrEqual(
    CALLBACKS_MIN,
  );
}, 1_200_000);
