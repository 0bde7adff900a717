import type { Utterance } from '../../telephony/sandbox/ledger.ts';
import type { SandboxCentre } from './sandbox-centre.ts';

/** What somebody heard, prompt by prompt, numbers spoken out: `['position', 2, 'position-in-line', 'offer']`. */
export function wordsOf(heard: readonly Utterance[]): readonly (string | number)[] {
  return heard.map(({ piece }) =>
    piece.kind === 'number' ? piece.value : piece.name.replace(/^ringback\//, ''),
  );
}

/** Seconds of virtual time since `startMs` at which a prompt began. */
export function timesOf(
  heard: readonly Utterance[],
  promptName: string,
  startMs: number,
): readonly number[] {
  return heard
    .filter(({ piece }) => piece.kind === 'prompt' && piece.name === `ringback/${promptName}`)
    .map(({ atMs }) => Math.round((atMs - startMs) / 1000));
}

/** Who was rung or called, in order: agents' endpoints and customers' numbers. */
export function ringsOf({ world }: SandboxCentre): readonly string[] {
  return world.ledger
    .entries()
    .filter(({ role }) => role !== 'caller')
    .map(({ party }) => party ?? 'nobody');
}

/** An agent's phone that is picked up after so many seconds. */
export function picksUp(afterSeconds: number): { kind: 'answer'; afterSeconds: number; acts: [] } {
  return { kind: 'answer', afterSeconds, acts: [] };
}
