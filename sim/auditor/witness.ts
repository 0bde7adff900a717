import type { LedgerEntry } from '../../telephony/sandbox/ledger.ts';
import type { Agreed } from '../agreed.ts';
import type { Books } from '../books.ts';
import type { Terms } from './terms.ts';

/** Everything that an invariant may look at: what the product has written, and what the carrier has counted. */
export interface Witness {
  /** The wall clock. */
  readonly nowMs: number;
  /** How long everything has been in order by now, in milliseconds of that time alone: see `Patience`. */
  readonly orderlyMs: number;
  /** For how long without a break it has been in order. */
  readonly calmMs: number;
  readonly books: Books;
  /** As they stood at the step before; null at the first, the same when that step changed nothing. */
  readonly before: Books | null;
  /** Every leg there ever was. */
  readonly ledger: readonly LedgerEntry[];
  /** The legs that live. */
  readonly live: readonly LedgerEntry[];
  /** Those that have been placed, or have come in, since the step before. */
  readonly fresh: readonly LedgerEntry[];
  /** What was laid down for the schedule. */
  readonly terms: Terms;
  /** What people off the phone were told. */
  readonly agreed: Agreed;
  /** When a process stood still: whoever is stopped hears of nothing until it goes on, and then of all at once. */
  readonly stills: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** True for a leg that has heard this prompt, at least its beginning. */
export function hasHeard(leg: LedgerEntry, promptName: string): boolean {
  return leg.heard.some(
    ({ piece }) => piece.kind === 'prompt' && piece.name === `ringback/${promptName}`,
  );
}
