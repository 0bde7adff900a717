import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { setUpCentre } from './centre.ts';
import { Dice } from './dice.ts';
import { FAILURES, HAPPY, type Life } from './failures.ts';
import { runSchedule } from './run.ts';
import { Session } from './session.ts';

/** Every so manieth wait is taken in each run of the tests; `npm run simulate -- --every-wait` takes all. */
const HAPPY_STRIDE = 7;
const FAILURE_STRIDE = 97;

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

/** How many crash points a life passes: before and after every wait for database or PBX. */
async function pointsOf({ schedule }: Life): Promise<number> {
  const { coverage, breaches } = await runSchedule(session, schedule, new Dice(1));
  expect(breaches).toEqual([]);
  return Object.values(coverage.crashPoints).reduce((sum, times) => sum + times, 0);
}

async function crashAtEvery(life: Life, stride: number): Promise<number> {
  const points = await pointsOf(life);
  for (let point = 0; point < points; point += stride) {
    const { breaches } = await runSchedule(session, life.schedule, new Dice(1), {
      crashAfter: point,
    });
    expect(breaches, `${life.name}, crash after ${point.toString()} points`).toEqual([]);
  }
  return points;
}

test('X13, P8: a process that ends before or after any wait of the happy path breaks no promise', async () => {
  expect(await crashAtEvery(HAPPY, HAPPY_STRIDE)).toBeGreaterThan(100);
}, 600_000);

describe('X13, P8: nor does one that ends in the middle of a failure', () => {
  test.each(FAILURES.map((life) => [life.name, life] as const))(
    '%s',
    async (_name, life) => {
      expect(await crashAtEvery(life, FAILURE_STRIDE)).toBeGreaterThan(50);
    },
    600_000,
  );
});
