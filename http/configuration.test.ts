import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigurationDocument } from '../contract/configuration.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { configurationApplied } from '../contract/configuration-routes.ts';
import { problem } from '../contract/problem.ts';
import { id } from '../core/prelude/ids.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { Database } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { registerConfigurationRoutes } from './configuration.ts';
import { centreOf, configurationOf } from './configuration-mapping.ts';

const TENANT = id<'tenant'>('00000000-0000-0000-0000-000000000001');
let own: TestDatabase;
let database: Database;
let admin: pg.Pool;
let app: FastifyInstance;
/** How often the engine was told; and whether it shall fail to listen. */
const engine = { told: 0, fails: false };

beforeAll(async () => {
  own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  database = new Database({ url: own.url, poolSize: 2 });
  admin = new pg.Pool({ connectionString: own.url, max: 1 });
  app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const centreChanged = async (): Promise<void> => {
    engine.told += 1;
    return engine.fails ? Promise.reject(new Error('gone')) : Promise.resolve();
  };
  const log = { warn: () => undefined, error: () => undefined };
  registerConfigurationRoutes(
    { app, routes: [] },
    { database, operations: { centreChanged }, tenantId: TENANT, log },
  );
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await admin.end();
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  await admin.query('truncate interaction, pbx, hours cascade');
  engine.told = 0;
  engine.fails = false;
});

function example() {
  return {
    pbxs: [
      {
        name: 'main',
        driver: 'asterisk',
        url: 'http://127.0.0.1:8088',
        username: 'ringback',
        passwordFile: '/run/secrets/ari',
        routes: [{ name: 'carrier', dial: 'PJSIP/{number}@carrier', lines: 30 }],
      },
    ],
    queues: [{ name: 'support', callback: { retryAfter: { busy: 'PT10M' } } }],
    agents: [{ name: 'desk-1', endpoint: 'PJSIP/agent1', queues: ['support'] }],
    numbers: [{ number: '+12025550120', queue: 'support' }],
  };
}

async function put(document: unknown, dryRun = false) {
  return app.inject({
    method: 'PUT',
    url: `/api/v1/configuration${dryRun ? '?dryRun=true' : ''}`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(document),
  });
}

async function applied(document: unknown, dryRun = false) {
  const response = await put(document, dryRun);
  expect(response.statusCode, response.body).toBe(200);
  return configurationApplied.parse(response.json());
}

async function refused(document: unknown) {
  const response = await put(document);
  expect(response.headers['content-type']).toContain('application/problem+json');
  return problem.parse(response.json());
}

async function exported(): Promise<unknown> {
  const response = await app.inject({ method: 'GET', url: '/api/v1/configuration' });
  expect(response.statusCode).toBe(200);
  return response.json();
}

describe('PUT /api/v1/configuration', () => {
  test('applies, tells what changed and lets the engine know', async () => {
    const { changes, warnings, applied: done } = await applied(example());
    expect({ done, warnings, told: engine.told }).toEqual({ done: true, warnings: [], told: 1 });
    expect(changes.map(({ kind, name, change }) => `${change} ${kind} ${name}`)).toEqual([
      'created pbx main',
      'created route main/carrier',
      'created queue support',
      'created agent desk-1',
      'created number +12025550120',
    ]);
  });

  test('tells changed fields in the words of the file', async () => {
    await applied(example());
    const changed = {
      ...example(),
      queues: [{ name: 'support', callback: { retryAfter: { busy: 90 }, attempts: 5 } }],
      agents: [{ name: 'desk-1', endpoint: 'PJSIP/agent1' }],
    };
    const { changes } = await applied(changed);
    expect(changes.flatMap(({ fields }) => fields)).toEqual([
      { field: 'callback.attempts', from: '3', to: '5' },
      { field: 'callback.retryAfter.busy', from: 'PT10M', to: 'PT1M30S' },
      { field: 'queues', from: 'support', to: 'none' },
    ]);
  });

  test('a dry run changes nothing and says so', async () => {
    const before = await exported();
    const { applied: done, changes } = await applied(example(), true);
    expect({ done, changes: changes.length, told: engine.told }).toEqual({
      done: false,
      changes: 5,
      told: 0,
    });
    expect(await exported()).toEqual(before);
  });

  test('a mistake anywhere changes nothing', async () => {
    await applied(example());
    const before = await exported();
    const wrong = {
      ...example(),
      agents: [],
      queues: [{ name: 'support', callback: { attempts: 40 } }],
    };
    expect(await refused(wrong)).toMatchObject({
      status: 422,
      code: 'CONFIGURATION_INVALID',
      mistakes: [
        {
          path: 'queues[0].callback.attempts',
          message: 'found 40, allowed 1 to 21',
          found: '40',
          allowed: '1 to 21',
        },
      ],
    });
    expect(await refused({ ...example(), queues: [] })).toMatchObject({
      mistakes: [{ path: 'agents[0].queues[0]' }, { path: 'numbers[0].queue' }],
    });
    expect(await refused('text')).toMatchObject({ code: 'CONFIGURATION_INVALID' });
    expect(await exported()).toEqual(before);
    expect(engine.told).toBe(1);
  });

  test('what is in use is told with its place and reason', async () => {
    await applied(example());
    await admin.query(`update agent set occupation = 'engaged'`);
    expect(await refused({ ...example(), agents: [] })).toMatchObject({
      mistakes: [
        {
          path: 'agents',
          message:
            'agent desk-1 cannot be removed: the agent is on a call or in wrap-up; try again afterwards',
        },
      ],
    });
  });

  test('stands when the engine cannot be told, for it is committed', async () => {
    engine.fails = true;
    expect((await applied(example())).applied).toBe(true);
    engine.fails = false;
    expect((await applied(example())).changes).toEqual([]);
    expect(engine.told).toBe(2);
  });
});

describe('GET /api/v1/configuration', () => {
  test('gives what PUT accepts without any change', async () => {
    await applied(example());
    const document = await exported();
    expect((await applied(document)).changes).toEqual([]);
    expect(document).toMatchObject({
      queues: [{ pbx: 'main', callback: { retryAfter: { busy: 'PT10M' }, wrapUp: 'PT30S' } }],
    });
  });
});

describe('configuration and centre say the same', () => {
  test('the defaults of the contract are those of the core', () => {
    const reading = readConfiguration({ ...example(), queues: [{ name: 'support' }] });
    if (!reading.ok) throw new Error('the example is right');
    expect(centreOf(reading.configuration).queues[0]?.callback).toEqual(CALLBACK_DEFAULTS);
  });

  const seconds = fc.integer({ min: 60, max: 120 });
  const callback = fc.record({
    enabled: fc.boolean(),
    offerEvery: seconds,
    attempts: fc.integer({ min: 1, max: 21 }),
    retryAfter: fc.oneof(seconds, fc.record({ busy: seconds, 'no-answer': seconds })),
    minimumGap: seconds,
    reentry: fc.constantFrom('front', 'back'),
    voicemail: fc.constantFrom('retry', 'ticket', 'message'),
    ringCustomer: seconds,
    ringAgent: seconds,
    successAfter: seconds,
    expiresAfter: seconds,
    wrapUp: seconds,
    closing: fc.constantFrom('carry', 'ticket'),
    callingHours: fc.constantFrom({ from: '00:00', to: '24:00' }, { from: '09:30', to: '20:00' }),
  });
  const lines = fc.integer({ min: 1, max: 10_000 });
  const documents: fc.Arbitrary<ConfigurationDocument> = fc
    .record({ callback, lines, named: fc.boolean(), insecure: fc.boolean() })
    .map(({ callback: settings, lines: most, named, insecure }) => ({
      ...(insecure ? { tenant: { timeZone: 'Asia/Tokyo' } } : {}),
      // Sorted by name, as the export is.
      pbxs: [
        { name: 'lab', driver: 'sandbox' },
        {
          name: 'main',
          driver: 'asterisk',
          url: insecure ? 'http://pbx.example:8088/ari' : 'https://pbx.example',
          username: 'me',
          passwordFile: '/p',
          application: 'other',
          allowInsecure: insecure,
          routes: [
            {
              name: 'r',
              dial: '{number}',
              lines: most,
              ...(named ? { callerId: '+12025550199' } : {}),
            },
          ],
        },
      ],
      hours: [
        {
          name: 'h',
          timeZone: 'UTC',
          weekly: [{ days: ['mo'], from: '08:00', to: '24:00' }],
          holidays: named
            ? [{ date: '2027-12-25', yearly: true }]
            : [{ date: '2027-12-24', open: [{ from: '08:00', to: '12:00' }] }],
        },
      ],
      queues: [
        {
          name: 'q',
          pbx: named ? 'main' : 'lab',
          callback: settings,
          ...(named ? { hours: 'h', number: '+12025550110' } : {}),
        },
      ],
      agents: [{ name: 'a', endpoint: 'S/1', pbx: named ? 'main' : 'lab', queues: ['q'] }],
      numbers: [{ number: '+12025550120', queue: 'q' }],
    }));

  test('there and back again nothing is lost', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const reading = readConfiguration(document);
        if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
        expect(configurationOf(centreOf(reading.configuration))).toEqual(reading.configuration);
      }),
    );
  });

  test('what is exported is what was applied', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        await applied(document);
        const [wanted, found] = [readConfiguration(document), readConfiguration(await exported())];
        expect(found).toEqual(wanted);
        expect((await applied(document)).changes).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
