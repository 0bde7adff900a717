import { randomUUID } from 'node:crypto';
import type { Presence } from '../../core/agents/agent.ts';
import type { CallbackState } from '../../core/callbacks/states.ts';
import {
  type Centre,
  NO_TENANT_SETTINGS,
  type PbxSettings,
  type RouteSetup,
} from '../../core/centre/centre.ts';
import { phoneNumber } from '../../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS, type NumberPolicy } from '../../core/numbers/policy.ts';
import { present } from '../../core/prelude/assert.ts';
import { type AgentId, type CallbackId, DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import type { Log } from '../../core/prelude/log.ts';
import { type EpochMs, epochMs } from '../../core/prelude/time.ts';
import {
  AT_ANY_TIME,
  CALLBACK_DEFAULTS,
  type CallbackSettings,
} from '../../core/queues/settings.ts';
import type { Engine } from '../../engine/engine.ts';
import { OwnerLocks } from '../../sim/owner-locks.ts';
import { applyCentre } from '../../store/configuration/configuration.ts';
import { withClient } from '../../store/embedded/login.ts';
import { migrate } from '../../store/migrate.ts';
import { sql } from '../../store/statement.ts';
import type { SandboxCaller } from '../../telephony/sandbox/caller.ts';
import { seededChance } from '../../telephony/sandbox/chance.ts';
import type { Act } from '../../telephony/sandbox/habits.ts';
import { VirtualTimers } from '../../telephony/sandbox/virtual-timers.ts';
import { SandboxWorld } from '../../telephony/sandbox/world.ts';
import { createTestDatabase, TEST_DATABASE_URL } from './database.ts';
import { QuietDatabase } from './quiet-database.ts';
import { SandboxNode } from './sandbox-node.ts';

/** The number that customers of the test centre dial. */
export const SUPPORT_NUMBER = '+12025550120';
/** A Wednesday, 10:00 in Berlin. */
export const WEDNESDAY_MORNING: EpochMs = epochMs(Date.UTC(2026, 10, 18, 9, 0));

/** What differs from a queue with the shipped defaults that calls at any time of day, two agents and a route of thirty lines. */
export interface CentreOptions {
  readonly callback?: Partial<CallbackSettings>;
  readonly numberPolicy?: Partial<NumberPolicy>;
  readonly agents?: readonly string[];
  readonly hours?: Centre['hours'];
  readonly profiles?: Centre['profiles'];
  readonly rules?: Centre['rules'];
  /** Beside the support number. */
  readonly numbers?: Centre['numbers'];
  readonly tenant?: Centre['tenant'];
  readonly routes?: readonly RouteSetup[];
  /** Where virtual time begins; on a Wednesday morning by default. */
  readonly startMs?: EpochMs;
  /** How many calls to customers the carrier itself takes at once. */
  readonly carrierLines?: number;
  /** Where the nodes tell their story; nowhere by default. */
  readonly log?: Log;
}

/** A contact centre on the sandbox PBX, in virtual time, over a real database. */
export interface SandboxCentre {
  readonly world: SandboxWorld;
  readonly timers: VirtualTimers;
  /** The first node, and its engine. */
  readonly node: SandboxNode;
  readonly engine: Engine;
  readonly database: QuietDatabase;
  /** Lets this much time pass, with all that happens in it. */
  readonly pass: (seconds: number) => Promise<void>;
  /** Puts the wall clock forward by that much, for waits in which nobody is on the phone. */
  readonly skip: (seconds: number) => Promise<void>;
  /** Somebody calls the support queue. */
  readonly caller: (number: string | null, ...acts: readonly Act[]) => SandboxCaller;
  readonly setPresence: (agent: string, presence: Presence) => Promise<void>;
  /** Rows of any statement, for looking from outside. */
  readonly rows: <Row extends object>(text: string) => Promise<Row[]>;
  /** The kinds of all events so far, in order. */
  readonly events: () => Promise<string[]>;
  /** The callback of a number, the latest first; of anybody when no number is given. */
  readonly callback: (number?: string) => Promise<CallbackSeen>;
  /** The outcomes of all ended attempts, in order. */
  readonly outcomes: () => Promise<string[]>;
  /** Starts another node beside the first. */
  readonly startNode: (name: string) => SandboxNode;
  /** Ends every connection to the database and lets no new one in. */
  readonly cutDatabase: () => Promise<void>;
  readonly restoreDatabase: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A callback as an outsider sees it. */
export interface CallbackSeen {
  readonly id: CallbackId;
  readonly interaction_id: string;
  readonly state: CallbackState;
  readonly number: string;
  readonly attempts_used: number;
  readonly entered_at: EpochMs;
  readonly reason: string | null;
  readonly due_at: EpochMs | null;
  readonly tickets: number;
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
  const nodes: SandboxNode[] = [];
  const timers: VirtualTimers = new VirtualTimers({
    startMs: options.startMs ?? WEDNESDAY_MORNING,
    settle: async () => settled([database, ...nodes.map((node) => node.database)]),
  });
  const access = { url: testDatabase.url, clock: () => timers.nowMs() };
  const database = new QuietDatabase({ ...access, poolSize: 2 });
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(tx, DEFAULT_TENANT, centreWith(options), randomUUID),
  );
  const { carrierLines } = options;
  const world = new SandboxWorld({
    timers,
    chance: seededChance(1),
    ...(carrierLines === undefined ? {} : { carrierLines }),
  });
  const locks = new OwnerLocks(timers);
  const startNode = (name: string): SandboxNode => {
    const log = options.log ?? quietLog;
    const node = new SandboxNode({ name, timers, world, locks, database: access, log });
    nodes.push(node);
    return node;
  };
  const node = startNode('test-node');
  const pass = async (seconds: number): Promise<void> => timers.advance(seconds * 1000);
  await pass(3);
  const rows = async <Row extends object>(text: string): Promise<Row[]> =>
    database.query<Row & Record<string, unknown>>(sql('', text), []);
  return {
    world,
    timers,
    node,
    engine: node.engine,
    database,
    pass,
    rows,
    startNode,
    skip: async (seconds) => {
      timers.setWallClock(epochMs(timers.nowMs() + seconds * 1000));
      await pass(3);
    },
    caller: (number, ...acts) => world.call({ number, dials: SUPPORT_NUMBER, acts }),
    setPresence: async (agent, presence) => {
      const [row] = await rows<{ id: AgentId }>(`select id from agent where name = '${agent}'`);
      const alive = nodes.find((one) => !one.isDead) ?? node;
      await alive.engine.setPresence(DEFAULT_TENANT, present(row, agent).id, presence);
      await settled(nodes.map((one) => one.database));
    },
    events: async () =>
      (await rows<{ kind: string }>('select kind from event order by id')).map(({ kind }) => kind),
    callback: async (number) => callbackOf(rows, number),
    outcomes: async () =>
      (
        await rows<{ outcome: string }>(
          'select outcome from attempt where outcome is not null order by ended_at, started_at',
        )
      ).map(({ outcome }) => outcome),
    cutDatabase: async () => limitConnections(testDatabase.url, 0),
    restoreDatabase: async () => limitConnections(testDatabase.url, -1),
    close: async () => {
      for (const one of nodes) await one.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function settled(databases: readonly QuietDatabase[]): Promise<void> {
  do {
    for (const database of databases) await database.quiet();
  } while (databases.some((database) => database.isAtWork));
}

async function callbackOf(rows: SandboxCentre['rows'], number?: string): Promise<CallbackSeen> {
  const [row] = await rows<CallbackSeen>(
    `select c.id, c.interaction_id, c.state, c.number, c.attempts_used, i.entered_at, p.reason, p.due_at,
            (select count(*)::int from ticket t where t.callback_id = c.id) as tickets
       from callback c join interaction i on i.id = c.interaction_id
       left join parked p on p.interaction_id = c.interaction_id
      where ${number === undefined ? 'true' : `c.number = '${number}'`}
      order by c.requested_at desc limit 1`,
  );
  return present(row, 'callback');
}

/** Zero: everybody is thrown out and nobody gets in, as when a database server is down; -1: as usual. */
async function limitConnections(url: string, limit: 0 | -1): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await withClient(present(process.env[TEST_DATABASE_URL], 'test server'), async (client) => {
    await client.query(`alter database "${name}" connection limit ${limit.toString()}`);
    if (limit === -1) return;
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
      [name],
    );
  });
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
    tenant: options.tenant ?? NO_TENANT_SETTINGS,
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
        priority: 0,
        callback: { ...CALLBACK_DEFAULTS, callingHours: AT_ANY_TIME, ...options.callback },
      },
    ],
    agents: (options.agents ?? ['desk-1', 'desk-2']).map((name) => ({
      name,
      pbx: 'main',
      endpoint: `PJSIP/${name}`,
      queues: ['support'],
    })),
    profiles: options.profiles ?? [],
    rules: options.rules ?? [],
    numbers: [
      { number: number(SUPPORT_NUMBER), queue: 'support', callbackEnabled: true, priority: null },
      ...(options.numbers ?? []),
    ],
    numberPolicy: { ...NUMBER_POLICY_DEFAULTS, ...options.numberPolicy },
  };
}

const told: Log['info'] =
  process.env['RINGBACK_TEST_LOG'] === undefined
    ? () => undefined
    : (fields, sentence) =>
        void process.stderr.write(`${sentence} ${JSON.stringify(fields)}
`);

/** Silent unless RINGBACK_TEST_LOG is set. */
const quietLog: Log = { debug: told, info: told, warn: told, error: told };
