import type { Auditor, Breach } from './auditor/auditor.ts';
import type { Simulation } from './simulation.ts';

/** How often something was seen, by its name. */
export type Tally = Readonly<Record<string, number>>;

/** What one schedule, or many of them, have come by. */
export interface Coverage {
  readonly schedules: number;
  readonly simulatedHours: number;
  readonly callbacks: number;
  readonly calls: number;
  readonly statements: number;
  readonly states: Tally;
  readonly outcomes: Tally;
  readonly offerEnds: Tally;
  readonly interactionEnds: Tally;
  readonly origins: Tally;
  readonly errands: Tally;
  readonly faults: Tally;
  readonly crashPoints: Tally;
  readonly checks: Tally;
}

/** How one schedule went. */
export interface Report {
  readonly seed: number;
  readonly hash: string;
  readonly breaches: readonly Breach[];
  /** How many crash points were passed while something could go wrong. */
  readonly points: number;
  readonly coverage: Coverage;
}

/** Counts while a schedule runs. */
export class Counting {
  readonly #tallies = {
    states: new Map<string, number>(),
    outcomes: new Map<string, number>(),
    offerEnds: new Map<string, number>(),
    interactionEnds: new Map<string, number>(),
    origins: new Map<string, number>(),
    errands: new Map<string, number>(),
    faults: new Map<string, number>(),
    crashPoints: new Map<string, number>(),
  };

  fault(kind: string): void {
    count(this.#tallies.faults, kind);
  }

  errand(kind: string): void {
    count(this.#tallies.errands, kind);
  }

  /** A crash point that was passed. */
  point(point: string): void {
    count(this.#tallies.crashPoints, point);
  }

  event(kind: string, body: Readonly<Record<string, unknown>>): void {
    const [noun, word = ''] = kind.split('.');
    if (noun === 'callback') count(this.#tallies.states, word);
    if (kind === 'callback.requested') count(this.#tallies.origins, String(body['origin']));
    if (noun === 'offer') count(this.#tallies.offerEnds, word);
    if (kind === 'attempt.ended') count(this.#tallies.outcomes, String(body['outcome']));
    if (kind === 'interaction.ended') count(this.#tallies.interactionEnds, String(body['ending']));
  }

  /** What has been counted by now. */
  coverage(simulation: Simulation, auditor: Auditor): Coverage {
    const { states, outcomes, offerEnds, interactionEnds } = this.#tallies;
    const { origins, errands, faults, crashPoints } = this.#tallies;
    return {
      schedules: 1,
      simulatedHours: simulation.timers.monotonicMs() / 3_600_000,
      callbacks: simulation.books?.callbacks.length ?? 0,
      calls: simulation.world.ledger.entries().length,
      statements: simulation.session.statements,
      states: Object.fromEntries(states),
      outcomes: Object.fromEntries(outcomes),
      offerEnds: Object.fromEntries(offerEnds),
      interactionEnds: Object.fromEntries(interactionEnds),
      origins: Object.fromEntries(origins),
      errands: Object.fromEntries(errands),
      faults: Object.fromEntries(faults),
      crashPoints: Object.fromEntries(crashPoints),
      checks: Object.fromEntries(auditor.checks),
    };
  }
}

/** Both together. */
export function sum(one: Coverage, other: Coverage): Coverage {
  return {
    schedules: one.schedules + other.schedules,
    simulatedHours: one.simulatedHours + other.simulatedHours,
    callbacks: one.callbacks + other.callbacks,
    calls: one.calls + other.calls,
    statements: one.statements + other.statements,
    states: added(one.states, other.states),
    outcomes: added(one.outcomes, other.outcomes),
    offerEnds: added(one.offerEnds, other.offerEnds),
    interactionEnds: added(one.interactionEnds, other.interactionEnds),
    origins: added(one.origins, other.origins),
    errands: added(one.errands, other.errands),
    faults: added(one.faults, other.faults),
    crashPoints: added(one.crashPoints, other.crashPoints),
    checks: added(one.checks, other.checks),
  };
}

/** The coverage for people, topic by topic. */
export function inWords(coverage: Coverage): string {
  const { schedules, simulatedHours, callbacks, calls, statements } = coverage;
  const line = (topic: string, tally: Tally): string =>
    `${topic.padEnd(18)}${Object.entries(tally)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, times]) => `${name} ${times.toString()}`)
      .join(' · ')}`;
  return [
    `${schedules.toString()} schedules, ${Math.round(simulatedHours).toString()} simulated hours, ${callbacks.toString()} callbacks, ${calls.toString()} calls, ${Math.round(statements / schedules).toString()} statements a schedule`,
    line('callback states', coverage.states),
    line('outcomes', coverage.outcomes),
    line('offers', coverage.offerEnds),
    line('interactions', coverage.interactionEnds),
    line('origins', coverage.origins),
    line('errands', coverage.errands),
    line('faults', coverage.faults),
    line('crash points', coverage.crashPoints),
    line('checks', coverage.checks),
  ].join('\n');
}

function count(tally: Map<string, number>, name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

function added(one: Tally, other: Tally): Tally {
  const total = new Map(Object.entries(one));
  for (const [name, times] of Object.entries(other)) {
    total.set(name, (total.get(name) ?? 0) + times);
  }
  return Object.fromEntries(total);
}
