import { createDatabase } from '../store/embedded/databases.ts';
import { migrate } from '../store/migrate.ts';
import { setUpCentre } from './centre.ts';
import type { FaultKind } from './fault-kinds.ts';
import { type RunOptions, runSeed } from './run.ts';
import { Session } from './session.ts';

/** What a worker is asked. */
export interface Order {
  readonly seed: number;
  /** The kinds of faults to choose from; all when left out. */
  readonly faults?: readonly FaultKind[];
}

/** Rolled back rows are cleared up after so many schedules. */
const SCHEDULES_PER_VACUUM = 20;

/** Runs schedules one after the other, as long as the parent process sends seeds. */
async function work(server: string, name: string): Promise<void> {
  const session = await openSession(server, name);
  let done = 0;
  process.on('message', (order: Order) => {
    const { seed, faults } = order;
    const options: RunOptions = faults === undefined ? {} : { faults };
    runSeed(session, seed, options).then(
      async (report) => {
        done += 1;
        if (done % SCHEDULES_PER_VACUUM === 0) await session.vacuum();
        process.send?.(report);
      },
      (error: unknown) => {
        throw error;
      },
    );
  });
  process.once('disconnect', () => {
    process.exit(0);
  });
  process.send?.('ready');
}

/** A database of a worker's own on the server, with the centre in it. */
export async function openSession(server: string, name: string): Promise<Session> {
  const url = await createDatabase(server, name);
  await migrate(url);
  await setUpCentre(url);
  return Session.open(url);
}

const [, , server, name] = process.argv;
if (process.send !== undefined && server !== undefined && name !== undefined) {
  await work(server, name);
}
