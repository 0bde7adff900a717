import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type AgentId, DEFAULT_TENANT, id } from '../core/prelude/ids.ts';
import { Engine } from '../engine/engine.ts';
import type { Driver, DriverEvent } from '../telephony/driver.ts';
import { systemTimers } from '../telephony/timers.ts';
import { spreadOf } from './figures.ts';
import { openWaitingCentre } from './waiting-centre.ts';

const waiting = Number(process.argv[2] ?? 100000);
const centre = await openWaitingCentre({ queues: 10, agents: 1000, waiting });
const sent = new Map<string, number>();
let onSent = (_to: string): void => undefined;
const driverOf = (listener: (event: DriverEvent) => void): Driver => {
  setTimeout(
    () => listener({ kind: 'connected', snapshot: { bootId: '1', version: 'bench', legs: [] } }),
    1,
  );
  return {
    execute: async (command) => {
      if (command.kind === 'originate') {
        sent.set(command.to, performance.now());
        onSent(command.to);
      }
    },
    snapshot: async () => ({ bootId: '1', version: 'bench', legs: [] }),
    isReady: () => true,
    close: async () => undefined,
  };
};
const engine = new Engine({
  database: centre.database,
  timers: systemTimers(),
  newId: randomUUID,
  log: { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error },
  nodeId: id<'node'>('bench'),
  makeLock: () => ({
    tryLock: async () => true,
    unlock: async () => undefined,
    beat: async () => undefined,
    close: async () => undefined,
  }),
  makeDriver: async (_p, l) => driverOf(l),
});
engine.start();
await new Promise((r) => setTimeout(r, 1500));
const client = new pg.Client({ connectionString: centre.url });
await client.connect();
const agents = (
  await client.query<{ id: AgentId; endpoint: string }>(
    `select id, endpoint from agent order by name`,
  )
).rows;
const times: number[] = [];
for (const agent of agents) {
  const done = new Promise<void>((resolve) => {
    onSent = (to) => {
      if (to === agent.endpoint) resolve();
    };
  });
  const begun = performance.now();
  await engine.setPresence(DEFAULT_TENANT, agent.id, 'available');
  await done;
  times.push((sent.get(agent.endpoint) ?? 0) - begun);
}
console.log('product', spreadOf(times.slice(50)));
await client.query(
  `create table claim(id int primary key, state text, at timestamptz); insert into claim select n,'w',now() from generate_series(1,100000) n; create index on claim(id) where state='w'`,
);
const floor: number[] = [];
for (let i = 0; i < 1000; i += 1) {
  const begun = performance.now();
  await client.query({
    name: 'c',
    text: `update claim set state='d' where id=(select id from claim where state='w' order by id limit 1 for update skip locked) returning id`,
  });
  floor.push(performance.now() - begun);
}
console.log('floor', spreadOf(floor.slice(50)));
await client.end();
await engine.stop();
await centre.close();
process.exit(0);
