import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeAudited } from '../support/auditor.ts';
import {
  type BusyCentre,
  CALLBACKS_COUNT,
  EVERY_STATE,
  openBusyCentre,
  statesOf,
} from '../support/busy-centre.ts';
import type { SandboxCentre } from '../support/sandbox-centre.ts';

let busy: BusyCentre;
let centre: SandboxCentre;

beforeEach(async () => {
  busy = await openBusyCentre();
  centre = busy.centre;
  expect(await statesOf(centre)).toEqual(EVERY_STATE);
});

afterEach(async () => {
  await closeAudited(centre);
});

/** Everybody who was promised a call has talked with an agent in the end. */
async function expectAllKept(): Promise<void> {
  const { callbacks, live } = await statesOf(centre);
  expect(callbacks).toEqual({ completed: CALLBACKS_COUNT });
  expect(Object.keys(live)).toEqual(['ended']);
}

async function endings(): Promise<readonly string[]> {
  const rows = await centre.rows<{ ending: string }>(
    `select ending from interaction i where not exists (select from callback c where c.interaction_id = i.id)
      order by entered_at`,
  );
  return rows.map((row) => row.ending);
}

test('a day without trouble: everybody in every state is served', async () => {
  await centre.pass(110);
  await expectAllKept();
  expect(await endings()).toEqual(['answered', 'answered', 'answered', 'answered']);
});

describe('P8: the PBX', () => {
  test('P8: it restarts with somebody in every state: its calls are lost, no promise is, and nobody is called twice for one attempt', async () => {
    centre.world.restartPbx();
    await centre.pass(150);
    await expectAllKept();
    expect(await endings()).toEqual(['answered', 'answered', 'pbx-lost', 'pbx-lost']);
    expect(await centre.outcomes()).toContain('pbx-lost');
  });

  test.each([2, 40])(
    'P8: the connection is lost for %i s with somebody in every state: nothing is lost, and callers who stayed are served',
    async (seconds) => {
      centre.world.network.cut();
      await centre.pass(seconds);
      centre.world.network.restore();
      await centre.pass(150);
      await expectAllKept();
    },
  );

  test('P8: the connection dies without a word for 12 s with somebody in every state', async () => {
    centre.world.network.stall();
    await centre.pass(12);
    centre.world.network.restore();
    await centre.pass(150);
    await expectAllKept();
  });

  test('the connection breaks again and again', async () => {
    for (const seconds of [1, 3, 7]) {
      centre.world.network.cut();
      await centre.pass(seconds);
      centre.world.network.restore();
      await centre.pass(seconds);
    }
    await centre.pass(150);
    await expectAllKept();
  });
});

describe('answers of the PBX', () => {
  test('for 10 s no answer arrives: what was asked has happened, and no phone rings twice for one attempt', async () => {
    centre.world.network.fateOf = () => ({ kind: 'reply-lost' });
    await centre.pass(10);
    centre.world.network.fateOf = () => ({ kind: 'arrives' });
    await centre.pass(150);
    await expectAllKept();
  });

  test('for 10 s no command arrives: what may be repeated is, and calls are not', async () => {
    centre.world.network.fateOf = () => ({ kind: 'lost' });
    await centre.pass(10);
    centre.world.network.fateOf = () => ({ kind: 'arrives' });
    await centre.pass(170);
    await expectAllKept();
  });

  test('for 20 s every answer comes 7 s late, when nobody waits for it any more', async () => {
    centre.world.network.fateOf = () => ({ kind: 'reply-late', ms: 7_000 });
    await centre.pass(20);
    centre.world.network.fateOf = () => ({ kind: 'arrives' });
    await centre.pass(150);
    await expectAllKept();
  });
});

describe('the database', () => {
  test.each([1, 12])(
    'P8: it is away for %i s with somebody in every state: no promise is lost and no conversation is cut',
    async (seconds) => {
      await centre.cutDatabase();
      await centre.pass(seconds);
      await centre.restoreDatabase();
      await centre.pass(150);
      await expectAllKept();
      expect(await endings()).toEqual(['answered', 'answered', 'answered', 'answered']);
    },
  );
});
