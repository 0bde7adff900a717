import type { Refused } from '../contract/problem.ts';
import { maskNumbers } from '../core/numbers/masked.ts';

const NOUNS = { QUEUE_UNKNOWN: 'queue', AGENT_UNKNOWN: 'agent', PBX_UNKNOWN: 'PBX' } as const;

/** There is nothing with the name that was asked for; whoever has mistaken a number for a name does not read it in an error. */
export function unknownName(code: keyof typeof NOUNS, name: string): Refused {
  return { code, detail: `There is no ${NOUNS[code]} named "${maskNumbers(name)}".` };
}
