import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { setUpCentre } from './centre.ts';
import { runSeed } from './run.ts';
import { CALLBACKS_MIN } from './schedule.ts';
import { Session } from './session.ts';

/** How many schedules are run with every `npm test`; `npm run simulate -- --seeds 10000` runs more of them. */
const SEEDS = 12;

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

test('a seed that is run twice tells the same story to the letter', async () => {
  const told: string[][] = [[], []];
  const hashes: string[] = [];
  for (const story of told) {
    const { hash } = await runSeed(session, 7, { tell: (_atMs, what) => story.push(what) });
    hashes.push(hash);
  }
  expect(told[0]).toEqual(told[1]);
  expect(hashes[0]).toBe(hashes[1]);
}, 120_000);

describe('whatever goes wrong, no promise is broken', () => {
  test.each(Array.from({ length: SEEDS }, (_, at) => at + 1))(
    'X1, X2, X3, X4, X5, X6, X12, X13, P1, P2, P4, P6, P8, I1 to I17: seed %i',
    async (seed) => {
      const { breaches, coverage } = await runSeed(session, seed);
      expect(breaches, `npm run simulate -- --seed ${seed.toString()}`).toEqual([]);
      expect(coverage.callbacks).toBeGreaterThanOrEqual(CALLBACKS_MIN);
    },
    120_000,
  );
});
