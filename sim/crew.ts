import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Coverage, type Report, sum } from './coverage.ts';
import type { FaultKind } from './fault-kinds.ts';

/** Which schedules are to be run. */
export interface Assignment {
  readonly from: number;
  readonly seeds: number;
  readonly faults: readonly FaultKind[];
  /** Stop at the first broken one. */
  readonly untilBroken?: boolean;
}

/** A schedule that takes longer than this stands still: its process is ended. */
const SCHEDULE_MS_MAX = 180_000;

/** Schedules make much garbage that is old soon: with more room for young objects it is collected in one piece. */
const ROOMY = ['--max-semi-space-size=64'];

/** A worker ended although it should not: whatever it ran was too much for it. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
  readonly seed: number;
  constructor(seed: number, how: string) {
    super(`the process that ran schedule ${seed.toString()} ended: ${how}`);
    this.seed = seed;
  }
}

/** Several processes that run schedules side by side, each in a database of its own on one server. */
export class Crew {
  readonly #script: string;
  readonly #server: string;
  readonly #workers: number;

  constructor(script: URL, server: string, workers: number) {
    this.#script = fileURLToPath(script);
    this.#server = server;
    this.#workers = workers;
  }

  /** Runs schedules in their order, as workers become free. Answers with what they have covered together. */
  async run(
    { from, seeds, faults, untilBroken = false }: Assignment,
    onReport: (report: Report, done: number) => void,
  ): Promise<Coverage | null> {
    let next = from;
    let done = 0;
    let total: Coverage | null = null;
    const give = (worker: ChildProcess): number | null => {
      if (next >= from + seeds) {
        worker.disconnect();
        return null;
      }
      worker.send({ seed: next, faults });
      next += 1;
      return next - 1;
    };
    const take = (worker: ChildProcess, report: Report): number | null => {
      done += 1;
      total = total === null ? report.coverage : sum(total, report.coverage);
      onReport(report, done);
      if (untilBroken && report.breaches.length > 0) next = from + seeds;
      return give(worker);
    };
    const workers = Math.min(this.#workers, seeds);
    await Promise.all(
      Array.from({ length: workers }, async (_, nth) => this.#employ(nth, give, take)),
    );
    return total;
  }

  async #employ(
    nth: number,
    give: (worker: ChildProcess) => number | null,
    take: (worker: ChildProcess, report: Report) => number | null,
  ): Promise<void> {
    const name = `worker_${process.pid.toString()}_${nth.toString()}_${Date.now().toString(36)}`;
    const worker = fork(this.#script, [this.#server, name], { stdio: 'ignore', execArgv: ROOMY });
    let seed: number | null = null;
    let watch: NodeJS.Timeout | undefined;
    worker.on('message', (said: Report | 'ready') => {
      clearTimeout(watch);
      seed = said === 'ready' ? give(worker) : take(worker, said);
      watch = setTimeout(() => worker.kill('SIGKILL'), SCHEDULE_MS_MAX);
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('exit', (code, signal) => {
        clearTimeout(watch);
        if (code === 0) resolve();
        else reject(new WorkerLost(seed ?? 0, signal ?? `exit status ${String(code)}`));
      });
    });
  }
}
