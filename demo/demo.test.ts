import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_TENANT, id } from '../core/prelude/ids.ts';
import { Engine } from '../engine/engine.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import { DEMO_TENANT, forgetDemoBefore, viewCaller } from '../store/demo/demo.ts';
import { migrate } from '../store/migrate.ts';
import { sql } from '../store/statement.ts';
import { seededChance } from '../telephony/sandbox/chance.ts';
import { VirtualTimers } from '../telephony/sandbox/virtual-timers.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { QuietDatabase } from '../tests/support/quiet-database.ts';
import { centreWith, WEDNESDAY_MORNING } from '../tests/support/sandbox-centre.ts';
import { Demo, type DemoWish } from './demo.ts';

let own: TestDatabase;
let database: QuietDatabase;
let timers: VirtualTimers;
let nodes: { readonly demo: Demo; readonly engine: Engine }[] = [];

beforeEach(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  timers = new VirtualTimers({
    startMs: WEDNESDAY_MORNING,
    settle: async () => database.quiet(),
  });
  database = new QuietDatabase({ url: own.url, clock: () => timers.nowMs() });
  nodes = [];
});
afterEach(async () => {
  await stop();
  await database.close();
  await own.drop();
});

async function stop(): Promise<void> {
  for (const { demo, engine } of nodes) {
    demo.stop();
    await engine.stop();
  }
  nodes = [];
}

/** What a start of Ringback does about the practice centre. */
async function start(
  wish: DemoWish,
  isNew = false,
): Promise<{ readonly demo: Demo; readonly came: string }> {
  const silent = () => undefined;
  const demo: Demo = new Demo({
    database,
    ownerUrl: own.url,
    timers,
    chance: seededChance(7),
    newId: randomUUID,
    setPresence: async (...asked) => engine.setPresence(DEMO_TENANT, ...asked),
    centreChanged: async () => engine.centreChanged(),
  });
  const engine = new Engine({
    database,
    timers,
    newId: randomUUID,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    nodeId: id<'node'>('node'),
    makeLock: () => ({
      tryLock: async () => Promise.resolve(true),
      unlock: async () => Promise.resolve(),
      beat: async () => Promise.resolve(),
      close: async () => Promise.resolve(),
    }),
    makeDriver: async (_, listener) => Promise.resolve(demo.driver(listener)),
  });
  const came = await demo.open(wish, isNew);
  engine.start();
  nodes.push({ demo, engine });
  return { demo, came };
}

async function pass(seconds: number): Promise<void> {
  await timers.advance(seconds * 1000);
}

async function rows<Row extends object>(text: string): Promise<Row[]> {
  return database.query<Row & Record<string, unknown>>(sql('', text), []);
}

async function count(from: string): Promise<number> {
  const [row] = await rows<{ count: number }>(`select count(*)::int as count from ${from}`);
  return row?.count ?? Number.NaN;
}

/** How many rows each table has of a tenant; tables without any are left out. */
async function rowsOf(tenantId: string): Promise<Readonly<Record<string, number>>> {
  const tables = await rows<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
      where a.attname = 'tenant_id' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
  );
  const counts = await Promise.all(
    tables.map(
      async ({ name }) => [name, await count(`${name} where tenant_id = '${tenantId}'`)] as const,
    ),
  );
  return Object.fromEntries(counts.filter(([, rowCount]) => rowCount > 0));
}

test('in a new database it is alive within half a minute, and shows the hard cases within minutes', async () => {
  const { came } = await start('begin', true);
  expect(came).toBe('running');
  await pass(25);
  const states = await rows<{ state: string }>('select distinct state from callback');
  expect(states.length, JSON.stringify(states)).toBeGreaterThanOrEqual(3);
  expect(await count(`interaction where state = 'waiting'`)).toBeGreaterThan(0);
  expect(await count(`agent where occupation <> 'idle'`)).toBeGreaterThan(5);
  await pass(395);
  expect(await count(`callback where state = 'completed'`)).toBeGreaterThan(5);
  expect(await count(`attempt where outcome = 'busy'`)).toBeGreaterThanOrEqual(3);
  expect(await count('ticket')).toBeGreaterThan(0);
  expect(await count(`interaction where ending = 'abandoned'`)).toBeGreaterThan(0);
  expect(await count(`interaction where tenant_id <> '${DEMO_TENANT}'`)).toBe(0);
});

test('it goes on at the next start, and comes to nobody who does not want it', async () => {
  await start('begin', true);
  await pass(40);
  await stop();
  const callers = await count('interaction');
  expect((await start('keep')).came).toBe('running');
  await pass(40);
  expect(await count('interaction')).toBeGreaterThan(callers);
  // Whoever was on the phone has been lost with the former PBX; nobody stays between two states.
  expect(await count(`interaction where ending = 'pbx-lost'`)).toBeGreaterThan(0);
  await stop();
  expect((await start('none')).came).toBe('removed');
  await stop();
  expect((await start('begin')).came).toBe('absent');
  expect(await rowsOf(DEMO_TENANT)).toEqual({});
});

test('removing it while everybody talks leaves none of it, and all that is not its own', async () => {
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(
      tx,
      DEFAULT_TENANT,
      {
        ...centreWith({}),
        pbxs: [],
        queues: [],
        agents: [],
        numbers: [],
        hours: [{ name: 'ours', timeZone: 'Europe/Berlin', weekly: [], holidays: [] }],
      },
      randomUUID,
    ),
  );
  const ours = await rowsOf(DEFAULT_TENANT);
  expect(ours).toMatchObject({ hours: 1 });
  const { demo } = await start('begin', true);
  await pass(60);
  expect(await demo.remove()).toBe(true);
  await pass(60);
  expect(await rowsOf(DEMO_TENANT)).toEqual({});
  expect(await rowsOf(DEFAULT_TENANT)).toEqual(ours);
  expect(demo.isThere()).toBe(false);
  expect(await demo.remove()).toBe(false);
  await demo.reset();
  await pass(25);
  expect(await count('agent')).toBe(12);
  expect(await count('interaction')).toBeGreaterThan(10);
});

test('a caller who is sent does what was ordered', async () => {
  const { demo } = await start('begin', true);
  await pass(5);
  const order = {
    queue: 'support',
    presses: '1',
    afterSeconds: 1,
    hangsUpAfterSeconds: null,
    whenCalled: 'busy',
  } as const;
  const sending = demo.send(order);
  await pass(1);
  const sent = await sending;
  expect(sent?.number).toMatch(/^\+1\d{3}55501\d\d$/);
  await pass(3);
  const seen = await viewCaller(database, sent?.interactionId ?? id<'interaction'>(randomUUID()));
  expect(seen).toMatchObject({ state: 'callback' });
  await pass(300);
  const [callback] = await rows<{ attempts_used: number }>(
    `select attempts_used from callback where id = '${seen?.callbackId ?? ''}'`,
  );
  expect(callback?.attempts_used).toBeGreaterThan(0);
});

test('what ended long ago is forgotten, and what goes on is not', async () => {
  await start('begin', true);
  await pass(300);
  const open = await count(`interaction where state <> 'ended'`);
  expect(await count(`interaction where state = 'ended'`)).toBeGreaterThan(0);
  await forgetDemoBefore(own.url, timers.nowMs());
  expect(await count(`interaction where state = 'ended'`)).toBe(0);
  expect(await count('interaction')).toBe(open);
});
