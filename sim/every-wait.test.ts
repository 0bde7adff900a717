import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';
import { setUpCentre } from './centre.ts';
import { crashAtEvery } from './every-wait.ts';
import { FAILURES, HAPPY } from './failures.ts';
import { Session } from './session.ts';

/** Every so manieth point is taken in each run of the tests; `npm run simulate -- --every-wait` takes all. */
const HAPPY_STRIDE = 9;
const FAILURE_STRIDE = 151;

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

test('X13, P8: a process that ends before or after a wait of the happy path breaks no promise', async () => {
  const { points, broken } = await crashAtEvery(session, HAPPY, HAPPY_STRIDE);
  expect(broken).toEqual([]);
  expect(points).toBeGreaterThan(100);
}, 300_000);

describe('X13, P8: nor does one that ends in the middle of a failure', () => {
  test.each(FAILURES.map((life) => [life.name, life] as const))(
    '%s',
    async (_name, life) => {
      expect((await crashAtEvery(session, life, FAILURE_STRIDE)).broken).toEqual([]);
    },
    120_000,
  );
});
