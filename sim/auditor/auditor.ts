import type { Books } from '../books.ts';
import type { Schedule } from '../schedule.ts';
import type { Simulation } from '../simulation.ts';
import { History } from './history.ts';
import { ABOUT_BOOKS, INVARIANTS } from './invariants.ts';
import { Patience } from './patience.ts';
import { type Terms, termsOf } from './terms.ts';
import type { Witness } from './witness.ts';

/** One violation of an invariant, and when. */
export interface Breach {
  readonly invariant: string;
  readonly what: string;
  readonly atMs: number;
}

/** Looks at every step of a schedule from outside, with a model of its own. */
export class Auditor {
  readonly breaches: Breach[] = [];
  /** How often each invariant has been checked. */
  readonly checks = new Map<string, number>();
  readonly #history = new History();
  readonly #patience = new Patience();
  #terms: Terms | null = null;
  #before: Books | null = null;
  #seen = 0;
  #orderlyMs = 0;
  #lastMs = 0;
  #calmSinceMs = 0;

  /** Checks everything after one step. */
  look(simulation: Simulation): void {
    const { books } = simulation;
    if (books === null) return;
    const told = this.#history.contradictions.length;
    if (books !== this.#before) for (const event of books.events) this.#history.take(event);
    const witness = this.#witness(simulation, books);
    for (const [invariant, isBroken] of Object.entries(INVARIANTS)) {
      if (books === this.#before && ABOUT_BOOKS.has(invariant)) continue;
      this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + 1);
      for (const what of isBroken(witness, this.#history, this.#patience)) {
        this.#breach(invariant, what, witness.nowMs);
      }
    }
    for (const what of this.#history.contradictions.slice(told)) {
      this.#breach(what.split(':')[0] ?? '', what, witness.nowMs);
    }
    this.#before = books;
  }

  /** When nothing goes wrong any more, every promise must have come to its end, and everybody must be free. */
  lookAtEnd(simulation: Simulation): void {
    const { books, world, timers } = simulation;
    const atMs = timers.nowMs();
    for (const { number, state, open } of books?.callbacks ?? []) {
      if (open) this.#breach('I2', `${number} is still ${state} long after the last fault`, atMs);
    }
    for (const agent of books?.agents ?? []) {
      if (agent.occupation !== 'idle') this.#breach('I10', `${agent.name} is never freed`, atMs);
    }
    for (const leg of world.ledger.live()) {
      this.#breach('I11', `${leg.role} ${String(leg.party)} never ends`, atMs);
    }
    for (const { id, state } of books?.interactions ?? []) {
      this.#breach('I2', `interaction ${id} is ${state} for ever`, atMs);
    }
  }

  #witness(simulation: Simulation, books: Books): Witness {
    const { world, timers, schedule } = simulation;
    const ledger = world.ledger.entries();
    const fresh = ledger.slice(this.#seen);
    this.#seen = ledger.length;
    const nowMs = timers.monotonicMs();
    if (simulation.isSettled) this.#orderlyMs += nowMs - this.#lastMs;
    else this.#calmSinceMs = nowMs;
    this.#lastMs = nowMs;
    return {
      nowMs: timers.nowMs(),
      orderlyMs: this.#orderlyMs,
      calmMs: nowMs - this.#calmSinceMs,
      books,
      before: this.#before,
      ledger,
      live: world.ledger.live(),
      fresh,
      stills: stillsOf(schedule),
      terms: (this.#terms ??= termsOf(schedule)),
      agreed: simulation.agreed,
    };
  }

  #breach(invariant: string, what: string, atMs: number): void {
    this.breaches.push({ invariant, what, atMs });
  }
}

function stillsOf({ startMs, faults }: Schedule): Witness['stills'] {
  return faults
    .filter(({ kind }) => kind === 'node-frozen')
    .map(({ atSeconds, seconds }) => {
      const fromMs = startMs + atSeconds * 1000;
      return { fromMs, toMs: fromMs + seconds * 1000 };
    });
}
