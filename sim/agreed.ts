import type { Stoppable } from '../core/stops/stop.ts';
import type { SimulatedZone } from './clocks.ts';

/** A span of time in which a supervisor has stopped something. */
export interface AgreedStop {
  readonly what: Stoppable;
  /** When the supervisor was told that it is stopped. */
  readonly fromMs: number;
  /** When somebody first asked to resume it; null before that. */
  toMs: number | null;
}

/** What a customer was promised by a callback that was acknowledged to somebody off the phone. */
export interface AgreedCall {
  /** The call is not to come before, by the wall clock in UTC; 0: at any time. */
  readonly notBeforeMs: number;
  /** Where the customer said they are, beside where their number is. */
  readonly zone: SimulatedZone | null;
}

/** What people off the phone were told and may rely on, noted when they were told it: what the auditor holds against the rows. */
export class Agreed {
  /** By the callback's id. */
  readonly calls = new Map<string, AgreedCall>();
  /** Since when which number is not to be called any more. */
  readonly optOuts = new Map<string, number>();
  readonly stops: AgreedStop[] = [];
}
