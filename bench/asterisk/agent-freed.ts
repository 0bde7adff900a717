import { type AgentId, DEFAULT_TENANT } from '../../core/prelude/ids.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Database } from '../../store/database.ts';
import { sql } from '../../store/statement.ts';
import { asteriskDriver } from '../../telephony/asterisk/asterisk-driver.ts';
import { systemTimers } from '../../telephony/timers.ts';
import { makeEngine, startEngine } from '../bench-engine.ts';
import { BENCH_NUMBER, openWaitingCentre } from '../waiting-centre.ts';
import type { BenchAsterisk } from './bench-asterisk.ts';
import { AGENT_PHONE, RIVAL_EXTENSION, RIVAL_QUEUE } from './configuration.ts';
import { Sipp } from './sipp.ts';
import { silencesBetween } from './trace.ts';
import { until } from './until.ts';

/** Callers are all in line so soon. */
const IN_LINE_MS_MAX = 30_000;
/** A caller is served so soon, talk included, or something is broken. */
const SERVED_MS_MAX = 5_000;

const AGENTS = sql('bench-agents', 'select id from agent');
const IN_LINE = sql('bench-in-line', 'select count(*)::int as waiting from place');

/** Who distributes callers to the agent's phone. */
interface Distributor {
  /** The number that leads to its line. */
  readonly number: string;
  /** How many wait there. */
  readonly waiting: () => Promise<number>;
  /** From now on the agent takes calls. */
  readonly begin: () => Promise<void>;
}

/** The product's engine with its Asterisk driver: silences of the phone between one call and the next. */
export async function underRingback(
  asterisk: BenchAsterisk,
  phone: Sipp,
  callers: number,
): Promise<readonly number[]> {
  const centre = await openWaitingCentre({ queues: 1, agents: 1, waiting: 0 });
  try {
    const engine = makeEngine(centre.database, (listener) => {
      const world = {
        timers: systemTimers(),
        log: { info: () => undefined, warn: complain },
        random: Math.random,
        mayConnect: async () => Promise.resolve(true),
      };
      return asteriskDriver(world)(asterisk.ari, listener);
    });
    try {
      await startEngine(engine, centre.database);
      return await serve(ringback(engine, centre.database), { asterisk, phone, callers });
    } finally {
      await engine.stop();
    }
  } finally {
    await centre.close();
  }
}

/** The same under app_queue. */
export async function underAppQueue(
  asterisk: BenchAsterisk,
  phone: Sipp,
  callers: number,
): Promise<readonly number[]> {
  await asterisk.cli(`queue pause member ${AGENT_PHONE} queue ${RIVAL_QUEUE}`);
  const appQueue: Distributor = {
    number: RIVAL_EXTENSION,
    waiting: async () => {
      const shown = await asterisk.cli(`queue show ${RIVAL_QUEUE}`);
      return Number(/ has (\d+) calls/.exec(shown)?.[1] ?? 0);
    },
    begin: async () => {
      await asterisk.cli(`queue unpause member ${AGENT_PHONE} queue ${RIVAL_QUEUE}`);
    },
  };
  return serve(appQueue, { asterisk, phone, callers });
}

function ringback(engine: Engine, database: Database): Distributor {
  return {
    number: BENCH_NUMBER,
    waiting: async () => {
      const [row] = await database.query<{ waiting: number }>(IN_LINE, []);
      return row?.waiting ?? 0;
    },
    begin: async () => {
      const [agent] = await database.query<{ id: AgentId }>(AGENTS, []);
      if (agent === undefined) throw new Error('a centre without an agent');
      await engine.setPresence(DEFAULT_TENANT, agent.id, 'available');
    },
  };
}

/** All callers are in line before the agent begins, so that somebody waits whenever the agent hangs up. */
async function serve(
  { number, waiting, begin }: Distributor,
  bench: { readonly asterisk: BenchAsterisk; readonly phone: Sipp; readonly callers: number },
): Promise<readonly number[]> {
  const { asterisk, phone, callers: count } = bench;
  const { callers: port, sip: sipPort } = asterisk.ports;
  const servedBefore = phone.calls().length;
  const served = (): ReturnType<Sipp['calls']> => phone.calls().slice(servedBefore);
  const callers = await Sipp.callers(port, { count, to: number, sipPort });
  try {
    await until('all callers are in line', IN_LINE_MS_MAX, async () => (await waiting()) >= count);
    await begin();
    await until('all callers are served', count * SERVED_MS_MAX, () => {
      const calls = served();
      return calls.length >= count && calls.every(({ hungUpMs }) => hungUpMs !== null);
    });
    return silencesBetween(served());
  } finally {
    await callers.stop();
  }
}

/** Complaints are shown: figures of a driver in trouble mean nothing. */
function complain(sentence: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`  ${sentence} ${JSON.stringify(fields)}\n`);
}
