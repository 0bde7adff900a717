import type { Reporter, TestCase, TestModule } from 'vitest/node';

const MINUTE_MS = 60_000;

/** What has begun and not ended yet, so that a run that stands still says where. */
export class StillRunning {
  readonly #beganAtMs = new Map<string, number>();

  begin(name: string, nowMs: number): void {
    this.#beganAtMs.set(name, nowMs);
  }

  end(name: string): void {
    this.#beganAtMs.delete(name);
  }

  /** A line for everything that began at least a minute ago, the oldest first. */
  lines(nowMs: number): readonly string[] {
    return Array.from(this.#beganAtMs)
      .filter(([, beganAtMs]) => nowMs - beganAtMs >= MINUTE_MS)
      .map(([name, beganAtMs]) => {
        const minutes = Math.floor((nowMs - beganAtMs) / MINUTE_MS);
        return `still running after ${minutes.toString()} min: ${name}`;
      });
  }
}

/**
 * Says once a minute which tests take longer than that, with the files that hold them. The other reporters speak when
 * a file has ended, and a file that never ends would leave nobody knowing why.
 */
export class StillRunningReporter implements Reporter {
  readonly #running = new StillRunning();
  #ticking: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#ticking = setInterval(() => {
      for (const line of this.#running.lines(Date.now())) process.stdout.write(`${line}\n`);
    }, MINUTE_MS);
  }

  onTestRunEnd(): void {
    clearInterval(this.#ticking);
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.begin(module.relativeModuleId, Date.now());
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.end(module.relativeModuleId);
  }

  onTestCaseReady(test: TestCase): void {
    this.#running.begin(nameOf(test), Date.now());
  }

  onTestCaseResult(test: TestCase): void {
    this.#running.end(nameOf(test));
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
