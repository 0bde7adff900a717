import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentId, DEFAULT_TENANT, id, type LineId } from '../core/prelude/ids.ts';
import type { Log } from '../core/prelude/log.ts';
import { epochMs } from '../core/prelude/time.ts';
import type { Timers } from '../core/prelude/timers.ts';
import { setPresence } from '../store/agents.ts';
import { listPbxs } from '../store/centre.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import type { Transaction } from '../store/database.ts';
import { lockAvailableAgent, takeNext, unmatchedAgents } from '../store/matching/matching.ts';
import { setReady, takeOwnership } from '../store/ownership/ownership.ts';
import { sql, sqlFile } from '../store/statement.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { QuietDatabase } from '../tests/support/quiet-database.ts';
import { eventually } from '../tests/support/ringback-node.ts';
import { centreWith, migrated, SUPPORT_NUMBER } from '../tests/support/sandbox-centre.ts';
import { takeCall } from './arrivals.ts';
import type { EngineDeps } from './deps.ts';
import { Engine } from './engine.ts';
import { Handling } from './handling.ts';

const RACES = 240;
/** Races that are enough to see that the harness notices a lost match. */
const BROKEN_RACES = 25;

let own: TestDatabase;
let database: MeetingDatabase;

beforeEach(async () => {
  own = await createTestDatabase({ name: 'migrated', prepare: migrated });
  database = new MeetingDatabase({ url: own.url, poolSize: 6 });
  const agents = Array.from({ length: RACES }, (_, race) => nameOf(race));
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(tx, DEFAULT_TENANT, centreWith({ agents }), randomUUID),
  );
});
afterEach(async () => {
  await database.close();
  await own.drop();
});

/** How far one of two transactions commits after the other, in statements that it still waits for. */
const LAGS = [0, 0, 1, 2, 3, 4, 6, 8, 11, 15];
const STATEMENT = sql('', 'select 1');

/** A database in which two transactions can be made to commit in the same moment, or nearly. */
class MeetingDatabase extends QuietDatabase {
  /** Done at the end of each of the two transactions, before they meet. */
  beforeMeeting: (tx: Transaction) => Promise<void> = async () => Promise.resolve();
  #expected = 0;
  #meeting = 0;
  #bothAreThere: () => void = () => undefined;
  #met: Promise<void> = Promise.resolve();

  /** The next two transactions have both written everything before either commits. */
  letTwoMeet(): void {
    this.#expected = 2;
    this.#meeting += 1;
    this.#met = new Promise((resolve) => {
      this.#bothAreThere = resolve;
    });
  }

  override async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return super.transaction(async (tx) => {
      const result = await work(tx);
      if (this.#expected === 0) return result;
      await this.beforeMeeting(tx);
      this.#expected -= 1;
      const isFirst = this.#expected === 1;
      if (!isFirst) this.#bothAreThere();
      await this.#met;
      await this.#lagBehind(tx, isFirst);
      return result;
    });
  }

  /** Now the one, now the other commits a little later, so that it meets the matching of the other everywhere. */
  async #lagBehind(tx: Transaction, isFirst: boolean): Promise<void> {
    if (isFirst !== (this.#meeting % 2 === 0)) return;
    const lag = LAGS[Math.floor(this.#meeting / 2) % LAGS.length] ?? 0;
    for (let statement = 0; statement < lag; statement += 1) await tx.query(STATEMENT, []);
  }
}

/** Time stands still: no sweep comes by to repair what matching has missed. */
const STANDING_STILL: Timers = {
  nowMs: () => epochMs(0),
  monotonicMs: () => 0,
  after: () => ({ cancel: () => undefined }),
};

const told = (): void => undefined;
const SILENT: Log = { debug: told, info: told, warn: told, error: told };

/** A PBX that does as it is told and says nothing. */
const OBEDIENT: Driver = {
  execute: async () => Promise.resolve(),
  snapshot: async () => Promise.resolve({ bootId: 'boot', version: '1', legs: [] }),
  isReady: () => true,
  close: async () => Promise.resolve(),
};

function depsWith(makeDriver: EngineDeps['makeDriver']): EngineDeps {
  return {
    database,
    timers: STANDING_STILL,
    newId: randomUUID,
    log: SILENT,
    nodeId: id<'node'>('test-node'),
    makeLock: () => ({
      tryLock: async () => Promise.resolve(true),
      unlock: async () => Promise.resolve(),
      beat: async () => Promise.resolve(),
      close: async () => Promise.resolve(),
    }),
    makeDriver,
  };
}

function nameOf(race: number): string {
  return `desk-${race.toString().padStart(3, '0')}`;
}

/** The call that comes in while an agent becomes available. */
function callOf(race: number): Parameters<typeof takeCall>[3] {
  return {
    legId: id<'leg'>(`call-${race.toString()}`),
    callerNumber: `+1202555${(1000 + race).toString()}`,
    dialledNumber: SUPPORT_NUMBER,
  };
}

async function agentIds(): Promise<readonly AgentId[]> {
  const rows = await database.query<{ id: AgentId }>(
    sql('', 'select id from agent order by name'),
    [],
  );
  return rows.map((row) => row.id);
}

async function isAnybodyLeft(): Promise<boolean> {
  return (await unmatchedAgents(database, await database.clock())).length > 0;
}

/** Counts the races after which an available agent and somebody for them stand beside each other. */
async function lostMatches(
  races: number,
  race: (agentId: AgentId, call: Parameters<typeof takeCall>[3]) => Promise<void>,
): Promise<number> {
  let lost = 0;
  for (const [at, agentId] of (await agentIds()).slice(0, races).entries()) {
    database.letTwoMeet();
    await race(agentId, callOf(at));
    await database.quiet();
    if (!(await isAnybodyLeft())) continue;
    lost += 1;
    await database.query(sql('', `update agent set presence = 'offline'`), []);
    await database.query(sql('', 'delete from place'), []);
  }
  return lost;
}

describe('an agent becomes available in the very moment in which a call arrives', () => {
  test('I17: matched after their commits, in a transaction of its own: nobody is missed, without any sweep', async () => {
    let tell: (event: DriverEvent) => void = told;
    const engine = new Engine(
      depsWith(async (_pbx, listener) => {
        tell = listener;
        return Promise.resolve(OBEDIENT);
      }),
    );
    engine.start();
    await eventually('the node owns the PBX', () => (tell === told ? null : true));
    tell({ kind: 'connected', snapshot: await OBEDIENT.snapshot() });
    await eventually('the PBX is ready', () =>
      engine.status().pbxs[0]?.state === 'ready' ? true : null,
    );
    await database.quiet();
    // The agent speaks to another node, as may be: what is kept in the memory of one node does not help.
    const elsewhere = new Engine(depsWith(async () => Promise.resolve(OBEDIENT)));
    const lost = await lostMatches(RACES, async (agentId, call) => {
      tell({ kind: 'call-arrived', ...call });
      await elsewhere.setPresence(DEFAULT_TENANT, agentId, 'available');
    });
    const offers = await database.query(sql('', 'select from offer'), []);
    await elsewhere.stop();
    await engine.stop();
    expect({ lost, offers: offers.length }).toEqual({ lost: 0, offers: RACES });
  });

  test('the harness notices the loss when matching is done inside the two transactions', async () => {
    const [pbx] = await listPbxs(database);
    if (pbx === undefined) throw new Error('no PBX');
    const deps = depsWith(async () => Promise.resolve(OBEDIENT));
    const { nodeId } = deps;
    const who = { tenantId: pbx.tenantId, pbxId: pbx.id, nodeId };
    const ownership = await takeOwnership(database, who, await database.clock(), true);
    if (ownership === null) throw new Error('not the owner');
    await setReady(database, ownership, true);
    const { epoch } = ownership;
    const handling = new Handling(deps, { epochOf: () => epoch, committed: () => undefined });
    database.beforeMeeting = matchInside;
    const lost = await lostMatches(BROKEN_RACES, async (agentId, call) => {
      await Promise.all([
        takeCall(deps, handling, { pbx, driver: OBEDIENT, epoch }, call),
        database.transaction(async (tx) =>
          setPresence(tx, { tenantId: DEFAULT_TENANT, agentId }, 'available', await tx.clock()),
        ),
      ]);
    });
    expect(lost).toBeGreaterThan(0);
  });
});

const AVAILABLE_AGENTS = sqlFile(
  new URL('../store/matching/matching.ts', import.meta.url).href,
  './available-agents.sql',
);

/** What must not be done: each side looks for the other while neither has committed. */
async function matchInside(tx: Transaction): Promise<void> {
  const [line] = await tx.query<{ id: LineId }>(sql('', 'select id from line'), []);
  const agents = await tx.query<{ id: AgentId }>(AVAILABLE_AGENTS, [DEFAULT_TENANT, line?.id]);
  for (const agent of agents) {
    if (!(await lockAvailableAgent(tx, DEFAULT_TENANT, agent.id))) continue;
    await takeNext(tx, DEFAULT_TENANT, agent.id, await tx.clock());
  }
}
