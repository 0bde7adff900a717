import type { EpochMs } from './time.ts';

/** Why something is as it is: a stable code for programs and a sentence for people. */
export interface Reason<Code extends string> {
  /** A promise to integrators: never renamed. */
  readonly code: Code;
  readonly text: string;
  /** When this may change at the latest, where that is known. */
  readonly until: EpochMs | null;
}

/** Makes a reason. */
export function reason<Code extends string>(
  code: Code,
  text: string,
  until: EpochMs | null = null,
): Reason<Code> {
  return { code, text, until };
}
