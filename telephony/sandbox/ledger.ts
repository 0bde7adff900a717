import type { LegEnding } from '../../core/calls/endings.ts';
import type { Speech } from '../../core/calls/speech.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';

/** Something that was said to a leg, and when it began. */
export interface Utterance {
  readonly atMs: EpochMs;
  readonly piece: Speech;
}

/** One leg as an outsider counted and overheard it. A leg id that was dialled twice stands here twice. */
export interface LedgerEntry {
  readonly legId: LegId;
  readonly role: 'caller' | 'agent' | 'customer';
  /** Who was called, or who called (null: withheld); an agent's endpoint. */
  readonly party: string | null;
  /** What the called phone showed; null for someone who called us. */
  readonly callerId: { readonly name: string; readonly number: string } | null;
  /** When the call was placed. */
  readonly atMs: EpochMs;
  readonly answeredAtMs: EpochMs | null;
  readonly answeredByMachine: boolean;
  readonly endedAtMs: EpochMs | null;
  /** How it ended as the PBX knows it, even when nobody was there to be told. */
  readonly ending: LegEnding | null;
  readonly heard: readonly Utterance[];
}

type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

/** The pen of one entry: held by the leg that it is about. */
export interface LedgerPen {
  answered(atMs: EpochMs): void;
  heard(utterance: Utterance): void;
  ended(atMs: EpochMs, ending: LegEnding): void;
}

/** What is known of a leg when its call is placed. */
export type LedgerOpening = Pick<
  LedgerEntry,
  'legId' | 'role' | 'party' | 'callerId' | 'atMs' | 'answeredByMachine'
>;

/** The carrier's own record of what really happened: the witness of tests, whatever drivers and engine believe. */
export class Ledger {
  #entries: LedgerEntry[] = [];
  readonly #live = new Set<LedgerEntry>();

  /** Every leg there ever was, in the order of calls. */
  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** The calls to customers, in order; only those to `number` when given. */
  carrierCalls(number?: string): readonly LedgerEntry[] {
    return this.#entries.filter(
      (entry) => entry.role === 'customer' && (number === undefined || entry.party === number),
    );
  }

  /** The legs that live, as an outsider sees them. */
  live(): readonly LedgerEntry[] {
    return [...this.#live];
  }

  /** What was said to this leg, in all its calls. */
  heardBy(legId: LegId): readonly Utterance[] {
    return this.#entries.filter((entry) => entry.legId === legId).flatMap((entry) => entry.heard);
  }

  /** Forgets legs that ended before then, so that a world can run for weeks. */
  forgetBefore(atMs: EpochMs): void {
    this.#entries = this.#entries.filter(
      ({ endedAtMs }) => endedAtMs === null || endedAtMs >= atMs,
    );
  }

  /** Writes a new entry, and gives the pen for the rest of it. */
  open(opening: LedgerOpening): LedgerPen {
    const heard: Utterance[] = [];
    const entry: Mutable<LedgerEntry> = {
      ...opening,
      answeredAtMs: null,
      endedAtMs: null,
      ending: null,
      heard,
    };
    this.#entries.push(entry);
    this.#live.add(entry);
    return {
      answered: (atMs) => {
        entry.answeredAtMs = atMs;
      },
      heard: (utterance) => {
        heard.push(utterance);
      },
      ended: (atMs, ending) => {
        this.#live.delete(entry);
        entry.endedAtMs = atMs;
        entry.ending = ending;
      },
    };
  }
}
