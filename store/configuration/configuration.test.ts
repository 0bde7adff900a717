import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Centre, NO_TENANT_SETTINGS, type RuleSetup } from '../../core/centre/centre.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS } from '../../core/numbers/policy.ts';
import { id, type TenantId } from '../../core/prelude/ids.ts';
import { CALLBACK_DEFAULTS } from '../../core/queues/settings.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { type Changes, changesBetween } from './changes.ts';
import { applyCentre, planCentre, readCentre } from './configuration.ts';
import { ConfigurationInUse } from './use.ts';

const TENANT: TenantId = id<'tenant'>('00000000-0000-0000-0000-000000000001');
let own: TestDatabase;
let database: Database;
let admin: pg.Pool;

beforeAll(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  database = new Database({ url: own.url, poolSize: 4 });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  await admin.query('truncate tenant, pbx cascade');
  await admin.query(`insert into tenant (id, name) values ($1, 'default')`, [TENANT]);
});

const EMPTY: Centre = {
  tenant: NO_TENANT_SETTINGS,
  pbxs: [],
  hours: [],
  queues: [],
  agents: [],
  numbers: [],
  profiles: [],
  rules: [],
  numberPolicy: NUMBER_POLICY_DEFAULTS,
};

function number(text: string): NonNullable<ReturnType<typeof phoneNumber>> {
  const found = phoneNumber(text);
  if (found === null) throw new Error(`${text} is no number`);
  return found;
}

function aRule(rule: Partial<RuleSetup> & Pick<RuleSetup, 'name' | 'type'>): RuleSetup {
  return {
    queue: null,
    number: null,
    enabled: true,
    delaySeconds: 60,
    minimumWaitSeconds: 10,
    lookBackSeconds: 7200,
    profile: null,
    behaviour: {},
    ...rule,
  };
}

function example(): Centre {
  return {
    tenant: NO_TENANT_SETTINGS,
    pbxs: [
      {
        name: 'main',
        driver: 'sandbox',
        settings: {
          url: '',
          username: '',
          passwordFile: '',
          application: 'ringback',
          allowInsecure: false,
        },
        routes: [
          { name: 'first', dial: 'A/{number}', callerId: null, lines: 2 },
          { name: 'second', dial: 'B/{number}', callerId: number('+12025550199'), lines: 30 },
        ],
      },
    ],
    hours: [
      {
        name: 'always',
        timeZone: 'Europe/Berlin',
        weekly: [{ days: ['mo'], from: '08:00', to: '24:00' }],
        holidays: [
          { date: '2027-12-24', yearly: false, open: [{ from: '08:00', to: '12:00' }] },
          { date: '2027-12-25', yearly: true, open: [] },
        ],
      },
    ],
    queues: [
      {
        name: 'sales',
        number: null,
        pbx: 'main',
        hours: null,
        priority: 3,
        callback: CALLBACK_DEFAULTS,
      },
      {
        name: 'support',
        number: number('+12025550110'),
        pbx: 'main',
        hours: 'always',
        priority: 0,
        callback: CALLBACK_DEFAULTS,
      },
    ],
    agents: [
      { name: 'desk-1', pbx: 'main', endpoint: 'S/1', queues: ['sales', 'support'] },
      { name: 'desk-2', pbx: 'main', endpoint: 'S/2', queues: ['support'] },
    ],
    numbers: [
      { number: number('+12025550120'), queue: 'support', callbackEnabled: false, priority: 7 },
    ],
    profiles: [
      { name: 'patient', behaviour: { attemptsMax: 5, callerId: number('+12025550111') } },
    ],
    rules: [
      aRule({ name: 'lost', type: 'abandoned', queue: 'support', profile: 'patient' }),
      aRule({ name: 'vip', type: 'missed', number: number('+12025550120'), enabled: false }),
    ],
    numberPolicy: NUMBER_POLICY_DEFAULTS,
  };
}

async function apply(centre: Centre): Promise<Changes> {
  return database.forTenant(TENANT, async (tx) => applyCentre(tx, TENANT, centre, randomUUID));
}

async function read(): Promise<Centre> {
  return database.forTenant(TENANT, async (tx) => readCentre(tx, TENANT));
}

/** Lines such as `changed queue support: callback.attemptsMax`. */
function told(changes: Changes): readonly string[] {
  return changes.map(({ kind, name, change, fields }) =>
    [`${change} ${kind} ${name}`, ...fields.map(({ field }) => field)].join(' '),
  );
}

async function rowsOf(statement: string): Promise<readonly unknown[]> {
  return (await admin.query<Record<string, unknown>>(statement)).rows;
}

describe('applying a centre', () => {
  test('creates everything, with a line for each queue and an owner row for each PBX', async () => {
    expect(told(await apply(example()))).toEqual([
      'created pbx main',
      'created route main/first',
      'created route main/second',
      'created hours always',
      'created queue sales',
      'created queue support',
      'created agent desk-1',
      'created agent desk-2',
      'created number +12025550120',
      'created profile patient',
      'created rule lost',
      'created rule vip',
    ]);
    expect(await read()).toEqual(example());
    const counts = `select (select count(*)::int from line) as lines, (select count(*)::int from agent_line) as serving,
      (select count(*)::int from pbx_owner) as owners`;
    expect(await rowsOf(counts)).toEqual([{ lines: 2, serving: 3, owners: 1 }]);
  });

  test('a second time changes nothing and writes nothing', async () => {
    await apply(example());
    const rows = `select xmin::text, id from agent union all select xmin::text, id from queue order by 2`;
    const before = await rowsOf(rows);
    expect(await apply(example())).toEqual([]);
    expect(await rowsOf(rows)).toEqual(before);
  });

  test('keeps what an agent is doing when the agent changes', async () => {
    await apply(example());
    await admin.query(`update agent set presence = 'available', device = 'idle', leg_id = 'leg'`);
    const { agents, ...rest } = example();
    const changed = { ...rest, agents: agents.map((agent) => ({ ...agent, queues: ['sales'] })) };
    expect(told(await apply(changed))).toEqual([
      'changed agent desk-1 queues',
      'changed agent desk-2 queues',
    ]);
    expect(await read()).toEqual(changed);
    expect(await rowsOf('select distinct presence, device, leg_id from agent')).toEqual([
      { presence: 'available', device: 'idle', leg_id: 'leg' },
    ]);
  });

  test('two agents can exchange their phones', async () => {
    await apply(example());
    const { agents, ...rest } = example();
    const endpoints = ['S/2', 'S/1'];
    const exchanged = {
      ...rest,
      agents: agents.map((agent, at) => ({ ...agent, endpoint: endpoints[at] ?? '' })),
    };
    await apply(exchanged);
    expect(await read()).toEqual(exchanged);
  });

  test('routes are tried in the order of the file', async () => {
    await apply(example());
    const { pbxs, ...rest } = example();
    const turned = {
      ...rest,
      pbxs: pbxs.map((pbx) => ({ ...pbx, routes: pbx.routes.toReversed() })),
    };
    expect(told(await apply(turned))).toEqual([
      'changed route main/first position',
      'changed route main/second position',
    ]);
    expect(await read()).toEqual(turned);
  });

  test('a dry run tells the changes and makes none', async () => {
    const planned = await database.forTenant(TENANT, async (tx) =>
      planCentre(tx, TENANT, example()),
    );
    expect(planned).toEqual(changesBetween(EMPTY, example()));
    expect(await read()).toEqual(EMPTY);
  });

  test('two at the same time take turns instead of meeting half way', async () => {
    const results = await Promise.all([apply(example()), apply(example()), apply(example())]);
    expect(results.map(({ length }) => length).sort((a, b) => a - b)).toEqual([0, 0, 12]);
  });

  test('another tenant sees nothing of it', async () => {
    const other = id<'tenant'>(randomUUID());
    await admin.query(`insert into tenant (id, name) values ($1, 'other')`, [other]);
    await apply(example());
    const seen = await database.forTenant(other, async (tx) => readCentre(tx, other));
    expect(seen).toEqual(EMPTY);
  });
});

describe('removing', () => {
  test('takes away everything that nothing refers to', async () => {
    await apply(example());
    expect((await apply(EMPTY)).map(({ change }) => change)).toEqual(
      Array.from({ length: 12 }, () => 'removed'),
    );
    expect(await read()).toEqual(EMPTY);
  });

  async function enterInteraction(state: 'waiting' | 'ended'): Promise<void> {
    await admin.query(
      `insert into interaction (tenant_id, id, queue_id, pbx_id, line_id, state, priority, entered_at, sequence, ending, revision)
       select q.tenant_id, gen_random_uuid(), q.id, q.pbx_id, l.id, $1::text, 0, now(), 1,
              case when $1::text = 'ended' then 'over' end, 1
         from queue q join line l on l.queue_id = q.id where q.name = 'support'`,
      [state],
    );
  }

  async function refusal(centre: Centre): Promise<readonly string[]> {
    const error = await apply(centre).catch((thrown: unknown) => thrown);
    if (!(error instanceof ConfigurationInUse)) throw new Error('it was not refused');
    return error.inUse.map(({ kind, name, change }) => `${change} ${kind} ${name}`);
  }

  test('a queue with a waiting caller is refused and changes nothing', async () => {
    await apply(example());
    await enterInteraction('waiting');
    expect(await refusal(EMPTY)).toEqual(['removed pbx main', 'removed queue support']);
    const without = { ...example(), queues: [], agents: [], numbers: [], rules: [] };
    expect(await refusal(without)).toEqual(['removed queue support']);
    expect(await read()).toEqual(example());
  });

  test('a queue with a history is refused, and can be laid to rest', async () => {
    await apply(example());
    await enterInteraction('ended');
    expect(await refusal(EMPTY)).toEqual(['removed queue support']);
    const { queues, ...rest } = { ...example(), agents: [], numbers: [], rules: [] };
    const rested = { ...rest, queues: queues.filter(({ name }) => name === 'support') };
    await apply(rested);
    expect(await read()).toEqual(rested);
  });

  test('a queue with a waiting caller is not moved to another PBX', async () => {
    await apply(example());
    await enterInteraction('waiting');
    const { pbxs, queues, ...rest } = example();
    const second = pbxs.map((pbx) => ({ ...pbx, name: 'second', routes: [] }));
    const moved = {
      ...rest,
      pbxs: [...pbxs, ...second],
      queues: queues.map((queue) => ({ ...queue, pbx: 'second' })),
    };
    expect(await refusal(moved)).toEqual(['changed queue support']);
    expect(await read()).toEqual(example());
  });

  test('an agent on a call is refused', async () => {
    await apply(example());
    await admin.query(`update agent set occupation = 'engaged' where name = 'desk-2'`);
    expect(await refusal({ ...example(), agents: [] })).toEqual(['removed agent desk-2']);
    expect(await read()).toEqual(example());
  });
});

/** Centres over few names, so that two of them overlap in many ways. */
const centres: fc.Arbitrary<Centre> = fc
  .record({
    routes: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3')),
    pbxs: fc.uniqueArray(fc.constantFrom('main', 'lab'), { minLength: 1 }),
    hours: fc.uniqueArray(fc.constantFrom('day', 'night')),
    queues: fc.uniqueArray(fc.constantFrom('q1', 'q2', 'q3')),
    agents: fc.uniqueArray(fc.constantFrom('a1', 'a2', 'a3')),
    numbers: fc.uniqueArray(fc.constantFrom('+12025550101', '+12025550102')),
    profiles: fc.uniqueArray(fc.constantFrom('p1', 'p2')),
    rules: fc.uniqueArray(fc.constantFrom('x1', 'x2', 'x3')),
    rotation: fc.nat(5),
    attemptsMax: fc.integer({ min: 1, max: 21 }),
  })
  .map(({ routes, pbxs, hours, queues, agents, profiles, rules, rotation, ...rest }) => {
    const { numbers, attemptsMax } = rest;
    const pick = <Name>(names: readonly Name[], at: number): Name | null =>
      names[(at + rotation) % Math.max(names.length, 1)] ?? null;
    const template = example();
    const setUp = queues.toSorted().map((name, at) => ({
      name,
      number: at === rotation ? number('+12025550199') : null,
      pbx: pick(pbxs, at) ?? '',
      hours: rotation > 2 ? pick(hours, at) : null,
      priority: rotation,
      callback: { ...CALLBACK_DEFAULTS, attemptsMax },
    }));
    return {
      tenant: { timeZone: rotation > 2 ? 'Asia/Tokyo' : null },
      pbxs: pbxs.toSorted().flatMap((name) =>
        template.pbxs.map((pbx) => ({
          ...pbx,
          name,
          routes: routes.map((route, at) => ({
            name: route,
            dial: `A/{number}@${rotation.toString()}`,
            callerId: null,
            lines: at + 1,
          })),
        })),
      ),
      hours: hours.toSorted().flatMap((name) => template.hours.map((one) => ({ ...one, name }))),
      queues: setUp,
      agents: agents.toSorted().map((name, at) => {
        const pbx = pick(pbxs, at) ?? '';
        const served = setUp.filter((queue) => queue.pbx === pbx);
        const endpoint = `S/${((at + rotation) % 4).toString()}`;
        return { name, pbx, endpoint, queues: served.map((queue) => queue.name) };
      }),
      numbers: numbers.toSorted().flatMap((text, at) => {
        const queue = pick(queues, at);
        const callbackEnabled = rotation % 2 === 0;
        return queue === null
          ? []
          : [
              {
                number: number(text),
                queue,
                callbackEnabled,
                priority: callbackEnabled ? at : null,
              },
            ];
      }),
      profiles: profiles.toSorted().map((name, at) => ({
        name,
        behaviour: at === rotation ? {} : { minimumGapSeconds: 60, attemptsMax },
      })),
      rules: rules.toSorted().flatMap((name, at) => {
        // Rules exchange their queues from one centre to the next.
        const queue = at < queues.length ? pick(queues.toSorted(), at) : null;
        const profile = pick(profiles, at);
        return queue === null ? [] : [aRule({ name, type: 'abandoned', queue, profile })];
      }),
      numberPolicy: {
        ...NUMBER_POLICY_DEFAULTS,
        countries: ['DE', 'US', 'AT'].slice(0, rotation % 4),
        callbacksPerNumberPerDayMax: attemptsMax,
        sharedNumbers: [],
      },
    };
  });

test('whatever is applied over whatever was there is what is there afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(centres, async (centre) => {
      const before = await read();
      expect(await apply(centre)).toEqual(changesBetween(before, centre));
      expect(await read()).toEqual(centre);
      expect(await apply(centre)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
