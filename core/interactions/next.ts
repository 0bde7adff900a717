import { isOpen } from '../callbacks/states.ts';
import { done, type Outcome, refused } from '../prelude/refusal.ts';
import { inOrder, refuse, type Step, setInteraction, testify, unchanged } from './decision.ts';
import type { Input } from './input.ts';
import type { Situation } from './situation.ts';

/** The priority of whom a supervisor wants called next: above all that a configuration can give. */
export const NEXT_PRIORITY = 1_000_000;

/**
 * A supervisor has this callback called next: it gets a priority of its own and keeps its entry time, so that the one
 * rule of the line stays true (I14) and several of them stand in the order in which they came. Who did it is told.
 */
export function callNext({ by }: Input & { kind: 'next-asked' }): Step {
  return (situation) => {
    const may = mayBeNext(situation);
    if (!may.ok) return refuse(situation, may.refusal);
    const { place } = situation.interaction;
    if (place.priority === NEXT_PRIORITY) return unchanged(situation);
    return inOrder(
      situation,
      setInteraction({ place: { ...place, priority: NEXT_PRIORITY } }),
      testify({ kind: 'place.preferred', body: { by, priorityBefore: place.priority } }),
    );
  };
}

function mayBeNext({ callback, interaction: { standing } }: Situation): Outcome<null> {
  if (callback === null || !isOpen(callback.state)) {
    return refused('CALLBACK_ENDED', 'This callback is over.');
  }
  if (callback.state === 'waiting' && standing.kind === 'in-line') return done(null);
  const why =
    standing.kind === 'parked'
      ? `It is out of the line for now (${standing.reason}) and keeps its place.`
      : `It is ${callback.state}.`;
  return refused('CALLBACK_NOT_IN_LINE', `${why} Only who stands in line can be called next.`);
}
