import pg from 'pg';
import { type AgentId, DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import { makeEngine, startEngine } from '../bench-engine.ts';
import { EagerPbx } from '../eager-pbx.ts';
import { type BenchLine, rounded } from '../figures.ts';
import { BENCH_NUMBER, openWaitingCentre, type WaitingCentre } from '../waiting-centre.ts';

/** Agents who work, and commits under way at once for the floor. */
const CONCURRENCY = 16;
/** Callers on their way at any moment. */
const CALLERS = 48;

/**
 * Callbacks from the caller's call over the request and the returned call to its end, as many a second as the engine can.
 * The floor is the same number of commits of one row each, on as many connections.
 */
export async function lifecycleLine(lives: number): Promise<BenchLine> {
  const centre = await openWaitingCentre({ queues: 1, agents: CONCURRENCY, waiting: 0 });
  try {
    const product = await live(centre, lives);
    const floorSeconds = await commitBarely(centre.url, product.commits);
    const floor = lives / floorSeconds;
    const perSecond = lives / product.seconds;
    return {
      name: 'lifecycle',
      what: 'whole lives of callbacks, from the call that asks to the end of the returned call',
      unit: 'a second',
      floor: {
        who: `as many commits of one row each, ${CONCURRENCY.toString()} at once`,
        value: floor,
        details: { commits_per_second: rounded(product.commits / floorSeconds) },
      },
      product: {
        who: 'the engine',
        value: perSecond,
        details: { lives, commits_per_life: rounded(product.commits / lives) },
      },
      rivals: [],
      ratio: perSecond / floor,
      target: { kind: 'at-least', ratio: 0.5 },
      remarks: [],
    };
  } finally {
    await centre.close();
  }
}

async function live(
  centre: WaitingCentre,
  lives: number,
): Promise<{ readonly seconds: number; readonly commits: number }> {
  const pbx = new EagerPbx(BENCH_NUMBER);
  const engine = makeEngine(centre.database, (listener) => pbx.driver(listener));
  await startEngine(engine, centre.database);
  for (const agentId of await agentsOf(centre.url)) {
    await engine.setPresence(DEFAULT_TENANT, agentId, 'available');
  }
  const commitsBefore = await commitsOf(centre.url);
  const begunMs = performance.now();
  await untilOver(pbx, lives);
  const seconds = (performance.now() - begunMs) / 1000;
  await engine.stop();
  return { seconds, commits: (await commitsOf(centre.url)) - commitsBefore };
}

/** Somebody calls whenever somebody's callback is over, until there have been enough. */
async function untilOver(pbx: EagerPbx, lives: number): Promise<void> {
  let called = 0;
  let over = 0;
  const call = (): void => {
    if (called >= lives) return;
    called += 1;
    pbx.call();
  };
  await new Promise<void>((resolve) => {
    pbx.onLifeOver = () => {
      over += 1;
      if (over === lives) resolve();
      else call();
    };
    for (let at = 0; at < CALLERS; at += 1) call();
  });
}

async function agentsOf(url: string): Promise<readonly AgentId[]> {
  const rows = await look<{ id: AgentId }>(url, 'select id from agent');
  return rows.map((row) => row.id);
}

/** Transactions that wrote something; those that only looked cost no disk. */
async function commitsOf(url: string): Promise<number> {
  const [row] = await look<{ next: string }>(url, 'select pg_current_xact_id()::text as next');
  return Number(row?.next ?? 0);
}

async function look<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(text);
  await client.end();
  return rows;
}

/** Seconds that so many bare commits take. */
async function commitBarely(url: string, commits: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: CONCURRENCY });
  pool.on('error', () => undefined); // The server ends before the last connection has quite gone.
  await pool.query('create table bench_commit (id bigserial primary key, body text)');
  const each = Math.ceil(commits / CONCURRENCY);
  const begunMs = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let at = 0; at < each; at += 1) {
        await pool.query({
          name: 'commit',
          text: `insert into bench_commit (body) values ('row')`,
        });
      }
    }),
  );
  const seconds = (performance.now() - begunMs) / 1000;
  await pool.end();
  return seconds;
}
