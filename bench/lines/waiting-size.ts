import pg from 'pg';
import { makeEngine, startEngine } from '../bench-engine.ts';
import { type BenchLine, rounded } from '../figures.ts';
import { SilentPbx } from '../silent-pbx.ts';
import type { WaitingCentre } from '../waiting-centre.ts';

/** The tables that a callback that waits lives in. Its history is kept for other reasons, and counted apart. */
const TABLES = ['interaction', 'callback', 'place', 'timer'];

/** What one waiting callback costs: bytes on disk beside one row of the same content with one index, and bytes in Node. */
export async function waitingSizeLine(centre: WaitingCentre): Promise<BenchLine> {
  const client = new pg.Client({ connectionString: centre.url });
  await client.connect();
  try {
    const { waiting } = centre;
    const floorBytes = (await bareRow(client, waiting)) / waiting;
    const sizes: number[] = [];
    for (const table of TABLES) sizes.push(await bytesOf(client, table));
    const bytes = sizes.reduce((sum, size) => sum + size, 0) / waiting;
    return {
      name: 'waiting-size',
      what: `disk for one waiting callback, of ${waiting.toLocaleString('en-US')}`,
      unit: 'bytes',
      floor: { who: 'its content in one row with one index', value: floorBytes, details: {} },
      product: {
        who: 'rows and indexes of its tables',
        value: bytes,
        details: Object.fromEntries(
          TABLES.map((table, at) => [table, rounded((sizes[at] ?? 0) / waiting)]),
        ),
      },
      rivals: [],
      ratio: bytes / floorBytes,
      target: { kind: 'at-most', ratio: 2 },
      remarks: [`in Node: ${(await heapPerCallback(centre)).toFixed(2)} bytes each`],
    };
  } finally {
    await client.end();
  }
}

async function bytesOf(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    'select pg_total_relation_size($1::regclass)::text as bytes',
    [table],
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** The bytes of a table with all that must be known of a callback in one row. */
async function bareRow(client: pg.Client, waiting: number): Promise<number> {
  await client.query(`
    create table bench_row as
      select i.tenant_id, i.id, i.queue_id, i.pbx_id, i.line_id, i.state, i.customer_number, i.priority,
             i.entered_at, i.sequence, i.revision, c.id as callback_id, c.origin, c.requested_at,
             c.state as callback_state, c.attempts_used, 'offer'::text as kind
        from interaction i join callback c on c.tenant_id = i.tenant_id and c.interaction_id = i.id
       limit ${waiting.toString()};
    create index on bench_row (line_id, priority desc, entered_at, sequence)`);
  return bytesOf(client, 'bench_row');
}

/** What an engine holds in memory that has all of them to look after, for each of them. */
async function heapPerCallback({ database, waiting }: WaitingCentre): Promise<number> {
  const before = heapBytes();
  const pbx = new SilentPbx();
  const engine = makeEngine(database, (listener) => pbx.driver(listener));
  await startEngine(engine, database);
  const bytes = heapBytes() - before;
  await engine.stop();
  return Math.max(0, bytes) / waiting;
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
