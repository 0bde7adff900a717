/** What some measurements say. Milliseconds unless the name says otherwise. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The spread of measurements; at least one is needed. The 99th percentile of fewer than a hundred is their maximum. */
export function spreadOf(measurements: readonly number[]): Spread {
  const sorted = [...measurements].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}

/** One line of the table: what was measured, beside the floor and the rivals of the same run. */
export interface BenchLine {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  /** What the machine itself needs at least, measured in the same run. */
  readonly floor: Measured;
  readonly product: Measured;
  readonly rivals: readonly Measured[];
  /** The figure that has a target: a ratio of product and floor. */
  readonly ratio: number;
  readonly target: Target;
  /** What a reader has to know to understand the figures. */
  readonly remarks: readonly string[];
}

/** A figure with the way in which it came about. */
export interface Measured {
  readonly who: string;
  /** In the unit of the line. */
  readonly value: number;
  /** All that was measured, for whoever wants to know more than one figure. */
  readonly details: Readonly<Record<string, number>>;
}

/** A ratio that shall be reached. */
export interface Target {
  readonly kind: 'at-most' | 'at-least';
  readonly ratio: number;
}

/** True when the ratio of the line is as it shall be. */
export function isMet({ ratio, target }: BenchLine): boolean {
  return target.kind === 'at-most' ? ratio <= target.ratio : ratio >= target.ratio;
}

/** A spread as the details of a figure. */
export function detailsOf({ count, p50, p99, max }: Spread): Readonly<Record<string, number>> {
  return { count, p50: rounded(p50), p99: rounded(p99), max: rounded(max) };
}

/** Three significant digits: more would only show noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
