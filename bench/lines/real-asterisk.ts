import { underAppQueue, underRingback } from '../asterisk/agent-freed.ts';
import { originateBarely } from '../asterisk/bare-originate.ts';
import { startBenchAsterisk } from '../asterisk/bench-asterisk.ts';
import { Sipp } from '../asterisk/sipp.ts';
import { type BenchLine, detailsOf, type Measured, rounded, spreadOf } from '../figures.ts';

/** The product shall be so many times as fast as app_queue. */
const RIVAL_FACTOR_MIN = 50;

/**
 * From the moment at which an agent hangs up until the next call reaches the agent's phone, over real SIP, both stamped by
 * the phone. Half of the floor is measured before the product and half after, so that both meet the same neighbours.
 */
export async function realAsteriskLine(callers: number): Promise<BenchLine> {
  const asterisk = await startBenchAsterisk();
  try {
    const phone = await Sipp.phone(asterisk.ports.phone);
    try {
      const half = Math.ceil(callers / 2);
      await originateBarely(asterisk, phone, 1); // Asterisk's first call finds everything cold.
      const before = await originateBarely(asterisk, phone, half);
      const product = await underRingback(asterisk, phone, callers);
      const after = await originateBarely(asterisk, phone, half);
      const rival = await underAppQueue(asterisk, phone, callers);
      return lineOf({ floor: [...before, ...after], product, rival });
    } finally {
      await phone.stop();
    }
  } finally {
    await asterisk.stop();
  }
}

function lineOf(measured: {
  readonly floor: readonly number[];
  readonly product: readonly number[];
  readonly rival: readonly number[];
}): BenchLine {
  const floor = figureOf('bare ARI originate until the INVITE', measured.floor);
  const product = figureOf('agent hangs up until the next INVITE', measured.product);
  const rival = figureOf('app_queue on the same Asterisk, retry=1', measured.rival);
  const factor = meanOf(measured.rival) / meanOf(measured.product);
  const verdict = factor >= RIVAL_FACTOR_MIN ? 'met' : 'MISSED';
  return {
    name: 'real-asterisk',
    what: `agent hangs up until the next INVITE at the agent's phone, real Asterisk, ${measured.product.length.toString()} times, median`,
    unit: 'ms',
    floor,
    product: { ...product, details: { ...product.details, factor_over_rival: rounded(factor) } },
    rivals: [rival],
    ratio: product.value / floor.value,
    target: { kind: 'at-most', ratio: 3 },
    remarks: [
      'the ratio is of the medians: of so few calls the 99th percentile is the slowest one',
      `${rounded(factor).toString()} times as fast as app_queue, means (target: at least ${RIVAL_FACTOR_MIN.toString()}): ${verdict}`,
    ],
  };
}

function figureOf(who: string, measurements: readonly number[]): Measured {
  const spread = spreadOf(measurements);
  const details = { ...detailsOf(spread), mean: rounded(meanOf(measurements)) };
  return { who, value: spread.p50, details };
}

function meanOf(measurements: readonly number[]): number {
  return measurements.reduce((sum, each) => sum + each, 0) / measurements.length;
}
