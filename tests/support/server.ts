import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { Registry } from 'prom-client';
import { DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { done, refused } from '../../core/prelude/refusal.ts';
import { epochMs } from '../../core/prelude/time.ts';
import type { EngineStatus, Operations } from '../../engine/operations.ts';
import type { ServerDeps } from '../../http/deps.ts';
import { buildServer } from '../../http/server.ts';
import { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { type CentreRows, insertCentre } from './centre-rows.ts';
import { createTestDatabase } from './database.ts';

/** The time at which every test server stands. */
export const NOW = '2027-03-01T10:00:00.000Z';

/** A server on a database of its own, before an engine that is written down by the test. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly admin: pg.Pool;
  readonly database: Database;
  /** Replaced at will: the routes ask it anew each time. */
  operations: Partial<Operations>;
  status: EngineStatus;
  /** What the server logged: level and message. */
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[];
  /** Starts the centre anew, without anybody in it. */
  readonly emptyCentre: () => Promise<CentreRows>;
  readonly close: () => Promise<void>;
}

/** Builds the server; `changes` replaces what it stands on. Call it in `beforeAll`, and `close` in `afterAll`. */
export async function openTestServer(changes: Partial<ServerDeps> = {}): Promise<TestServer> {
  const own = await createTestDatabase({
    name: 'migrated',
    prepare: async (url) => {
      await migrate(url);
    },
  });
  const database = new Database({
    url: own.url,
    poolSize: 4,
    clock: () => epochMs(Date.parse(NOW)),
  });
  const admin = new pg.Pool({ connectionString: own.url, max: 1 });
  const logged: TestServer['logged'] = [];
  const note = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields });
  };
  const server: TestServer = {
    app: buildServer({
      database,
      operations: forwarding(() => server),
      tenantId: DEFAULT_TENANT,
      shownTenant: async () => Promise.resolve(DEFAULT_TENANT),
      demo: null,
      checkPbx: async () => Promise.resolve(null),
      registry: new Registry(),
      log: { warn: note('warn'), error: note('error') },
      publicUrl: 'https://ringback.example.com',
      version: '0.1.0',
      ...changes,
    }),
    admin,
    database,
    operations: {},
    status: { node: 'node-1', pbxs: [{ name: 'main', state: 'ready', problem: null }] },
    logged,
    emptyCentre: async () => insertCentre(admin),
    close: async () => {
      await server.app.close();
      await admin.end();
      await database.close();
      await own.drop();
    },
  };
  return server;
}

/** An engine that does what the test says, and refuses what the test says nothing about. */
function forwarding(server: () => TestServer): Operations {
  const nothing = async () =>
    Promise.resolve(refused('CALLBACK_UNKNOWN', 'The test says nothing about this.'));
  return {
    cancelCallback: async (...asked) => (server().operations.cancelCallback ?? nothing)(...asked),
    superviseCallback: async (...asked) =>
      (server().operations.superviseCallback ?? nothing)(...asked),
    noteOutcome: async (...asked) => (server().operations.noteOutcome ?? nothing)(...asked),
    explainCallback: async (...asked) => (server().operations.explainCallback ?? nothing)(...asked),
    explainCaller: async (tenantId, caller) =>
      server().operations.explainCaller?.(tenantId, caller) ??
      refused('INTERACTION_UNKNOWN', 'The test says nothing about this.'),
    setPresence: async (...asked) => {
      const set = server().operations.setPresence;
      return set === undefined ? done(null) : set(...asked);
    },
    stopWork: async (...asked) => (server().operations.stopWork ?? nothing)(...asked),
    resumeWork: async (...asked) => (server().operations.resumeWork ?? nothing)(...asked),
    changeTicket: async (...asked) => (server().operations.changeTicket ?? nothing)(...asked),
    callAgain: async (...asked) => (server().operations.callAgain ?? nothing)(...asked),
    reportMissedCall: async (...asked) =>
      (server().operations.reportMissedCall ?? nothing)(...asked),
    requestCallbacks: async (...asked) =>
      server().operations.requestCallbacks?.(...asked) ??
      Promise.resolve({ kind: 'mistakes', mistakes: [] }),
    centreChanged: async () => server().operations.centreChanged?.(),
    status: () => server().status,
  };
}
