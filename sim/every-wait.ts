import { Dice } from './dice.ts';
import type { Life } from './failures.ts';
import { type RunOptions, runSchedule } from './run.ts';
import type { Session } from './session.ts';

/** What came of a process that ended in the middle of a life. */
export interface Endings {
  /** How many crash points the life passes: before and after every wait for database or PBX. */
  readonly points: number;
  /** How many of them a process ended at. */
  readonly crashes: number;
  /** Each promise that was broken, and after how many points the process had ended. */
  readonly broken: readonly string[];
}

/** Lives a life once undisturbed, and then again and again with a crash at every so manieth of its points. */
export async function crashAtEvery(
  session: Session,
  { name, schedule }: Life,
  stride: number,
): Promise<Endings> {
  const live = async (options: RunOptions): ReturnType<typeof runSchedule> =>
    runSchedule(session, schedule, new Dice(1), options);
  const { points, breaches } = await live({});
  const broken = breaches.map(({ what }) => `${name}, without a crash: ${what}`);
  let crashes = 0;
  for (let after = 0; after < points; after += stride) {
    crashes += 1;
    for (const { invariant, what } of (await live({ crashAfter: after })).breaches) {
      broken.push(`${name}, after ${after.toString()} points: ${invariant}: ${what}`);
    }
  }
  return { points, crashes, broken };
}
