import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** How many tests ended which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The last line of every run: `12 passed, 0 failed`, with the skipped ones if there are any. */
export function closingLine(tally: Tally): string {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped.toString()} skipped` : '';
  return `${tally.passed.toString()} passed, ${tally.failed.toString()} failed${skipped}`;
}

/** Whether a run must end with an error: on the CI machine a test that did not run has shown nothing. */
export function mustFail(tally: Tally, onCi: boolean): boolean {
  return tally.failed > 0 || (onCi && tally.skipped > 0);
}

/** Counts tests; a file, a group or a run that broke outside of a test counts as one failure each. */
function count(modules: readonly TestModule[], errorsOutside: number): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const states = tests.map((each) => each.result().state);
  return {
    passed: states.filter((state) => state === 'passed').length,
    failed:
      states.filter((state) => state === 'failed').length +
      broken.filter((each) => each.errors().length > 0).length +
      errorsOutside,
    skipped: states.filter((state) => state === 'skipped' || state === 'pending').length,
  };
}

/**
 * Prints the closing line as the very last thing the process says, after the teardown of the whole run. A run that
 * breaks off before its end counts as one failure.
 */
export class ClosingLineReporter implements Reporter {
  #tally: Tally = { passed: 0, failed: 1, skipped: 0 };

  onInit(vitest: Vitest): void {
    if (vitest.config.watch) return;
    process.once('exit', () => {
      this.#close();
    });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    this.#tally = count(modules, errors.length);
  }

  #close(): void {
    const onCi = process.env['CI'] === 'true';
    if (mustFail(this.#tally, onCi)) process.exitCode = 1;
    if (onCi && this.#tally.skipped > 0) {
      process.stdout.write('Skipped tests count as failures here, because CI=true.\n');
    }
    process.stdout.write(`${closingLine(this.#tally)}\n`);
  }
}
