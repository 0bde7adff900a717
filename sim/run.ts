import { Auditor } from './auditor/auditor.ts';
import { Counting, type Report } from './coverage.ts';
import { Dice } from './dice.ts';
import type { FaultKind } from './fault-kinds.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { Session } from './session.ts';
import { Simulation } from './simulation.ts';

/**
 * How long it takes at most until every promise has ended, once nothing goes wrong any more, in simulated hours: whoever
 * may be called for one hour a day, by the hours of the queue and of two zones, has a few attempts and a weekend to wait.
 */
const CALM_HOURS = 150;
/** Whoever is broken so often is broken: a schedule is not followed further. */
const BREACHES_MAX = 3;
/** A schedule that does not come to its end is a breach of its own. */
const STEPS_MAX = 60_000;

/** What may differ from run to run. */
export interface RunOptions {
  /** The kinds of faults to choose from; all by default, none when empty. */
  readonly faults?: readonly FaultKind[];
  /** Is told each sentence of the story. */
  readonly tell?: (atMs: number, what: string) => void;
  /** After so many crash points the process that passes the next one ends. */
  readonly crashAfter?: number;
}

/** Runs the schedule of one seed, and leaves no trace in the database. */
export async function runSeed(
  session: Session,
  seed: number,
  options: RunOptions = {},
): Promise<Report> {
  const dice = new Dice(seed);
  return runSchedule(session, scheduleOf(seed, dice, options.faults), dice, options);
}

/** Runs one schedule. First everything may go wrong, then nothing does and every promise must end. */
export async function runSchedule(
  session: Session,
  schedule: Schedule,
  dice: Dice,
  options: RunOptions = {},
): Promise<Report> {
  const auditor = new Auditor();
  const counting = new Counting();
  await session.begin();
  const simulation: Simulation = new Simulation(session, schedule, dice, {
    tell: (what) => options.tell?.(simulation.timers.nowMs(), what),
    fault: (kind) => {
      counting.fault(kind);
    },
    point: (point) => {
      counting.point(point);
    },
    errand: (kind) => {
      counting.errand(kind);
    },
    event: ({ kind, body }) => {
      counting.event(kind, body);
    },
  });
  try {
    if (options.crashAfter !== undefined) simulation.faults.crashAfter(options.crashAfter);
    await follow(simulation, auditor);
  } catch (error) {
    // Whatever the product throws where nobody catches it: the process would have ended.
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    auditor.breaches.push({ invariant: 'crash', what, atMs: simulation.timers.nowMs() });
  } finally {
    simulation.end();
    await session.clear();
  }
  return {
    seed: schedule.seed,
    hash: simulation.eventHash(),
    breaches: auditor.breaches,
    points: simulation.faults.points,
    coverage: counting.coverage(simulation, auditor),
  };
}

async function follow(simulation: Simulation, auditor: Auditor): Promise<void> {
  const { timers, schedule } = simulation;
  await simulation.begin();
  const isOk = (): boolean =>
    auditor.breaches.length < BREACHES_MAX && simulation.steps < STEPS_MAX;
  const busyMs = schedule.busySeconds * 1000;
  while (timers.monotonicMs() < busyMs && isOk()) await lookAfterStep(simulation, auditor);
  simulation.becalm();
  const endMs = timers.monotonicMs() + CALM_HOURS * 3_600_000;
  while (timers.monotonicMs() < endMs && isOk() && !simulation.isOver) {
    await lookAfterStep(simulation, auditor);
  }
  if (auditor.breaches.length === 0) auditor.lookAtEnd(simulation);
}

async function lookAfterStep(simulation: Simulation, auditor: Auditor): Promise<void> {
  await simulation.step();
  auditor.look(simulation);
}
