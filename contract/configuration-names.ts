import {
  type ConfigurationPath,
  type ConfigurationProblem,
  shown,
} from './configuration-problems.ts';
import { nearest } from './nearest.ts';

/* Names that lead nowhere, with the one that was likely meant. */

/** Empty when `name` is among `known`. */
export function unknownName(
  name: string,
  known: readonly string[],
  path: ConfigurationPath,
): readonly ConfigurationProblem[] {
  if (known.includes(name)) return [];
  const problem: ConfigurationProblem = {
    path,
    found: shown(name),
    // Looking for the nearest name takes time: only for those that are shown.
    get allowed() {
      return oneOf(known, name);
    },
  };
  return [problem];
}

const NAMES_SHOWN_MAX = 10;

function oneOf(known: readonly string[], found: string): string {
  if (known.length === 0) return 'a name of this file, which has none of the kind';
  const more = known.length > NAMES_SHOWN_MAX ? ', …' : '';
  const meant = nearest(found, known);
  const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
  return `one of ${known.slice(0, NAMES_SHOWN_MAX).join(', ')}${more}${hint}`;
}
