import type { Addition } from './check-additions.ts';

/** One thing that was looked at. */
export interface CheckFinding {
  /** Two or three words: `user name and password`. */
  readonly what: string;
  readonly ok: boolean;
  /** What is wrong, or what was found when all is well; a sentence for an administrator. */
  readonly text: string;
  /** The lines to add, and to which file; empty where nothing is to be added. */
  readonly additions: readonly Addition[];
}

/** All is well. */
export function fine(what: string, text: string): CheckFinding {
  return { what, ok: true, text, additions: [] };
}

/** Something is to be done. */
export function wrong(what: string, text: string, toAdd: readonly Addition[] = []): CheckFinding {
  return { what, ok: false, text, additions: toAdd };
}
