import { present } from '../core/prelude/assert.ts';
import { type Chance, seededChance } from '../telephony/sandbox/chance.ts';

/** Chance with a seed, in the words in which a schedule asks for it. */
export class Dice {
  readonly chance: Chance;

  constructor(seed: number) {
    this.chance = seededChance(seed);
  }

  /** Dice of their own for one purpose, so that throwing once more here changes nothing there. */
  apart(): Dice {
    return new Dice(Math.floor(this.chance() * 2 ** 32));
  }

  /** True so often: 0 never, 1 always. */
  is(probability: number): boolean {
    return this.chance() < probability;
  }

  /** A number from `min` up to `max`, in tenths. */
  between(min: number, max: number): number {
    return Math.round((min + this.chance() * (max - min)) * 10) / 10;
  }

  /** A whole number from `min` up to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.chance() * (max - min + 1));
  }

  /** One of several. */
  oneOf<Value>(values: readonly Value[]): Value {
    return present(values[Math.floor(this.chance() * values.length)], 'one of several');
  }

  /** One of several, each as often as its weight says. */
  weighed<Value>(choices: readonly (readonly [weight: number, value: Value])[]): Value {
    let left = this.chance() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return present(choices.at(-1), 'a choice')[1];
  }

  /** An id in the form of a UUID. */
  uuid(): string {
    const hex = Array.from({ length: 32 }, () => Math.floor(this.chance() * 16).toString(16));
    hex[12] = '4';
    hex[16] = '8';
    return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}
