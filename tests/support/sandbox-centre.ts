import { randomUUID } from 'node:crypto';
import type { Presence } from '../../core/agents/agent.ts';
import type { Centre, PbxSettings, RouteSetup } from '../../core/centre/centre.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { type AgentId, DEFAULT_TENANT, id } from '../../core/prelude/ids.ts';
import type { Log } from '../../core/prelude/log.ts';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import { CALLBACK_DEFAULTS, type CallbackSettings } from '../../core/queues/settings.ts';
import { Engine } from '../../engine/engine.ts';
import { applyCentre } from '../../store/configuration.ts';
import { migrate } from '../../store/migrate.ts';
import type { OwnerLock } from '../../store/ownership/lock-session.ts';
import { sql } from '../../store/statement.ts';
import { seededChance } from '../../telephony/sandbox/chance.ts';
import { VirtualTimers } from '../../telephony/sandbox/virtual-timers.ts';
import { SandboxWorld } from '../../telephony/sandbox/world.ts';
import { createTestDatabase } from './database.ts';
import { QuietDatabase } from './quiet-database.ts';

/** The number that customers of the test centre dial. */
export const SUPPORT_NUMBER = '+12025550120';
/** A Wednesday, 10:00 in Berlin. */
export const WEDNESDAY_MORNING: EpochMs = epochMs(Date.UTC(2026, 10, 18, 9, 0));

/** What differs from a queue with the shipped defaults, two agents and a route of thirty lines. */
export interface CentreOptions {
  readonly callback?: Partial<CallbackSettings>;
  readonly agents?: readonly string[];
  readonly hours?: Centre['hours'];
  readonly routes?: readonly RouteSetup[];
}

/** A contact centre on the sandbox PBX, in virtual time, over a real database. */
export interface SandboxCentre {
  readonly world: SandboxWorld;
  readonly timers: VirtualTimers;
  readonly engine: Engine;
  readonly database: QuietDatabase;
  /** Lets this much time pass, with all that happens in it. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly setPresence: (agent: string, presence: Presence) => Promise<void>;
  /** Rows of any statement, for looking from outside. */
  readonly rows: <Row extends object>(text: string) => Promise<Row[]>;
  /** The kinds of all events so far, in order. */
  readonly events: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

const NO_SETTINGS: PbxSettings = {
  url: 'http://127.0.0.1',
  username: 'none',
  passwordFile: '/dev/null',
  application: 'ringback',
  allowInsecure: false,
};

/** Sets up what `options` say, with the engine running and connected. Close it in `afterEach`. */
export async function openSandboxCentre(options: CentreOptions = {}): Promise<SandboxCentre> {
  const testDatabase = await createTestDatabase({ name: 'migrated', prepare: migrated });
  const timers: VirtualTimers = new VirtualTimers({
    startMs: WEDNESDAY_MORNING,
    settle: async () => database.quiet(),
  });
  const database = new QuietDatabase({ url: testDatabase.url, clock: () => timers.nowMs() });
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(tx, DEFAULT_TENANT, centreWith(options), randomUUID),
  );
  const world = new SandboxWorld({ timers, chance: seededChance(1) });
  const engine = new Engine({
    database,
    timers,
    newId: randomUUID,
    log: quietLog,
    nodeId: id<'node'>('test-node'),
    makeLock: () => loneLock,
    makeDriver: async (_pbx, listener) => Promise.resolve(world.driver(listener)),
  });
  engine.start();
  const pass = async (seconds: number): Promise<void> => timers.advance(seconds * 1000);
  await pass(3);
  const rows = async <Row extends object>(text: string): Promise<Row[]> =>
    database.query<Row & Record<string, unknown>>(sql('', text), []);
  return {
    world,
    timers,
    engine,
    database,
    pass,
    rows,
    setPresence: async (agent, presence) => {
      const [row] = await rows<{ id: AgentId }>(`select id from agent where name = '${agent}'`);
      await engine.setPresence(DEFAULT_TENANT, present(row, agent).id, presence);
      await database.quiet();
    },
    events: async () =>
      (await rows<{ kind: string }>('select kind from event order by id')).map(({ kind }) => kind),
    close: async () => {
      await engine.stop();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** The template of every test database. */
export async function migrated(url: string): Promise<void> {
  await migrate(url);
}

/** A centre with one PBX, one queue `support` and agents at `PJSIP/<name>`. */
export function centreWith(options: CentreOptions): Centre {
  const number = (text: string): NonNullable<ReturnType<typeof phoneNumber>> =>
    present(phoneNumber(text), text);
  return {
    pbxs: [
      {
        name: 'main',
        driver: 'sandbox',
        settings: NO_SETTINGS,
        routes: options.routes ?? [
          {
            name: 'carrier',
            dial: 'PJSIP/{number}@carrier',
            callerId: number('+12025550199'),
            lines: 30,
          },
        ],
      },
    ],
    hours: options.hours ?? [],
    queues: [
      {
        name: 'support',
        number: number('+12025550110'),
        pbx: 'main',
        hours: options.hours?.[0]?.name ?? null,
        callback: { ...CALLBACK_DEFAULTS, ...options.callback },
      },
    ],
    agents: (options.agents ?? ['desk-1', 'desk-2']).map((name) => ({
      name,
      pbx: 'main',
      endpoint: `PJSIP/${name}`,
      queues: ['support'],
    })),
    numbers: [{ number: number(SUPPORT_NUMBER), queue: 'support' }],
  };
}

const loneLock: OwnerLock = {
  tryLock: async () => Promise.resolve(true),
  unlock: async () => Promise.resolve(),
  beat: async () => Promise.resolve(),
  close: async () => Promise.resolve(),
};

const told = process.env['RINGBACK_TEST_LOG'] === undefined ? () => undefined : console.error;

/** Silent unless RINGBACK_TEST_LOG is set. */
const quietLog: Log = { debug: told, info: told, warn: told, error: told };
