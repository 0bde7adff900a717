import pg from 'pg';
import { type AgentId, DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import type { Engine } from '../../engine/engine.ts';
import { makeEngine, startEngine } from '../bench-engine.ts';
import { type BenchLine, detailsOf, type Measured, spreadOf } from '../figures.ts';
import { SilentPbx } from '../silent-pbx.ts';
import type { WaitingCentre } from '../waiting-centre.ts';

/** The first of them find cold caches, for floor and product alike; they are not counted. */
const WARM_UP = 50;

interface FreedAgent {
  readonly id: AgentId;
  readonly endpoint: string;
}

/**
 * From the moment at which an agent is made available, its own commit included, until the call to the agent's phone is
 * handed to the PBX. The floor, one durable claim of a row, is measured in turns with it, so that both meet the same disk
 * and the same neighbours.
 */
export async function dispatchLine(
  centre: WaitingCentre,
  rivals: readonly Measured[],
): Promise<BenchLine> {
  const pbx = new SilentPbx();
  const engine = makeEngine(centre.database, (listener) => pbx.driver(listener));
  const client = new pg.Client({ connectionString: centre.url });
  await client.connect();
  try {
    await makeClaims(client);
    await startEngine(engine, centre.database);
    const { rows } = await client.query<FreedAgent>('select id, endpoint from agent order by name');
    const [ours, floors]: [number[], number[]] = [[], []];
    for (const agent of rows) {
      floors.push(await claim(client));
      ours.push(await dispatch(engine, pbx, agent));
    }
    return lineOf({ ours, floors, rivals, waiting: centre.waiting });
  } finally {
    await client.end();
    await engine.stop();
  }
}

async function dispatch(engine: Engine, pbx: SilentPbx, agent: FreedAgent): Promise<number> {
  const leaves = pbx.originated(agent.endpoint);
  const begunMs = performance.now();
  await engine.setPresence(DEFAULT_TENANT, agent.id, 'available');
  return (await leaves) - begunMs;
}

async function makeClaims(client: pg.Client): Promise<void> {
  await client.query(`
    create table bench_claim (id int primary key, state text not null);
    insert into bench_claim select n, 'waiting' from generate_series(1, 100000) n;
    create index on bench_claim (id) where state = 'waiting';
    analyze bench_claim`);
}

async function claim(client: pg.Client): Promise<number> {
  const begunMs = performance.now();
  await client.query({
    name: 'claim',
    text: `update bench_claim set state = 'claimed'
            where id = (select id from bench_claim where state = 'waiting' order by id limit 1 for update skip locked)
        returning id`,
  });
  return performance.now() - begunMs;
}

function lineOf(measured: {
  readonly ours: readonly number[];
  readonly floors: readonly number[];
  readonly rivals: readonly Measured[];
  readonly waiting: number;
}): BenchLine {
  const floor = spreadOf(measured.floors.slice(WARM_UP));
  const ours = spreadOf(measured.ours.slice(WARM_UP));
  return {
    name: 'dispatch',
    what: `agent free until the call leaves for the PBX, ${measured.waiting.toLocaleString('en-US')} waiting, 99th percentile`,
    unit: 'ms',
    floor: { who: 'one durable claim of a row', value: floor.p99, details: detailsOf(floor) },
    product: {
      who: 'agent made available, matched, rung',
      value: ours.p99,
      details: detailsOf(ours),
    },
    rivals: measured.rivals,
    ratio: ours.p99 / floor.p99,
    target: { kind: 'at-most', ratio: 5 },
    remarks: [`ratio of the medians: ${(ours.p50 / floor.p50).toFixed(1)}`],
  };
}
