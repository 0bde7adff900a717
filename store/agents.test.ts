import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agent, isAvailable, OCCUPATIONS, PRESENCES } from '../core/agents/agent.ts';
import { id } from '../core/prelude/ids.ts';
import { epochMs } from '../core/prelude/time.ts';
import { insertCentre } from '../tests/support/centre-rows.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { migrated } from '../tests/support/sandbox-centre.ts';

let own: TestDatabase;
let admin: pg.Pool;

beforeAll(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
});
afterAll(async () => {
  await admin.end();
  await own.drop();
});

/** Every agent there can be, as far as being asked is concerned. */
const AGENTS: readonly Agent[] = PRESENCES.flatMap((presence) =>
  OCCUPATIONS.flatMap((occupation) =>
    (['idle', 'busy', 'unreachable', 'unknown'] as const).flatMap((device) =>
      [null, id<'leg'>('leg')].map((legId) => ({
        id: id<'agent'>('agent'),
        name: 'desk-1',
        endpoint: 'S/1',
        presence,
        occupation,
        legId,
        device,
        idleSince: epochMs(0),
      })),
    ),
  ),
);

test('core and database agree on who can be asked: available, idle, with a phone that is free or says nothing', async () => {
  const centre = await insertCentre(admin);
  await centre.agent('desk-1', 'available');
  const available: Agent[] = [];
  for (const agent of AGENTS) {
    const { presence, occupation, device, legId } = agent;
    const { rows } = await admin.query<{ available: boolean }>(
      'update agent set presence = $1, occupation = $2, device = $3, leg_id = $4 returning available',
      [presence, occupation, device, legId],
    );
    expect(rows, JSON.stringify(agent)).toEqual([{ available: isAvailable(agent) }]);
    if (isAvailable(agent)) available.push(agent);
  }
  expect(available).toMatchObject([
    { presence: 'available', occupation: 'idle', device: 'idle', legId: null },
    { presence: 'available', occupation: 'idle', device: 'unknown', legId: null },
  ]);
});
