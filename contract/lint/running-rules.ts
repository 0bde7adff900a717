import type { Finding, LintRule } from './finding.ts';

/** More is told as this many and more. */
export const SET_ASIDE_COUNTED_MAX = 200;

/** Looked for in a running Ringback only: a file says nothing about it. */
const SET_ASIDE: LintRule = {
  number: 'L25',
  severity: 'warning',
  title: 'callbacks that were set aside (looked for only without a file)',
  why: 'Handling them failed three times. Nobody is called for them until a human has decided.',
  better: 'Resume or close each; `--state poisoned` lists them.',
  look: () => [],
};

/** What the linter looks for where it looks at a running Ringback. */
export const RUNNING_RULES: readonly LintRule[] = [SET_ASIDE];

/** What it finds of callbacks that were set aside. */
export function setAsideFindings(count: number): readonly Finding[] {
  if (count === 0) return [];
  const { number: rule, severity, why, better } = SET_ASIDE;
  const many = count < SET_ASIDE_COUNTED_MAX ? count.toString() : `${count.toString()} and more`;
  const found = count === 1 ? '1 callback waits for a human' : `${many} callbacks wait for a human`;
  return [{ path: ['callbacks'], found, rule, severity, why, better }];
}
