import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { createDatabase } from '../../store/embedded/databases.ts';
import { detailsOf, type Measured, spreadOf } from '../figures.ts';

/** Someone waits with a worker at hand: jobs come one by one, each after the one before has begun. */
type Pickup = (url: string, times: number) => Promise<readonly number[]>;

/**
 * How long the usual job queues on PostgreSQL need until a job that is put in is begun, on the same server: what a
 * dispatch built on them would need at least.
 */
export async function jobQueues(
  server: string,
  times: { readonly graphileWorker: number; readonly pgBoss: number },
): Promise<readonly Measured[]> {
  return [
    await measured('graphile-worker, job put in until begun', server, {
      name: 'bench_graphile_worker',
      times: times.graphileWorker,
      pickup: graphileWorker,
    }),
    await measured('pg-boss, job put in until begun', server, {
      name: 'bench_pg_boss',
      times: times.pgBoss,
      pickup: pgBoss,
    }),
  ];
}

async function measured(
  who: string,
  server: string,
  how: { readonly name: string; readonly times: number; readonly pickup: Pickup },
): Promise<Measured> {
  const url = await createDatabase(server, how.name);
  const spread = spreadOf(await how.pickup(url, how.times));
  return { who, value: spread.p99, details: detailsOf(spread) };
}

/** Puts jobs in one after the other and gives the time until each was begun. */
async function oneByOne(
  times: number,
  begun: { next: () => void },
  putIn: () => Promise<unknown>,
): Promise<readonly number[]> {
  const waits: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const begins = new Promise<void>((resolve) => {
      begun.next = resolve;
    });
    const begunMs = performance.now();
    await Promise.all([putIn(), begins]);
    waits.push(performance.now() - begunMs);
  }
  return waits;
}

const graphileWorker: Pickup = async (url, times) => {
  const begun = { next: (): void => undefined };
  const pgPool = new pg.Pool({ connectionString: url, max: 10 });
  pgPool.on('error', () => undefined); // The server ends before the last connection has quite gone.
  const logger = new Logger(() => () => undefined); // It would tell of every single job.
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  const runner = await run({
    pgPool,
    logger,
    concurrency: 1,
    noHandleSignals: true,
    taskList: {
      ring: () => {
        begun.next();
      },
    },
  });
  const waits = await oneByOne(times, begun, async () => utils.addJob('ring', {}));
  await runner.stop();
  await utils.release();
  await pgPool.end();
  return waits;
};

const pgBoss: Pickup = async (url, times) => {
  const begun = { next: (): void => undefined };
  const boss = new PgBoss(url);
  await boss.start();
  await boss.createQueue('ring');
  await boss.work('ring', async () => {
    begun.next();
    return Promise.resolve();
  });
  const waits = await oneByOne(times, begun, async () => boss.send('ring', {}));
  await boss.stop({ graceful: false });
  return waits;
};
