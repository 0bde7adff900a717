import type { AgentId } from '../prelude/ids.ts';
import { type Reason, reason } from '../prelude/reason.ts';
import type { EpochMs } from '../prelude/time.ts';
import { type Agent, unavailability } from './agent.ts';

/** What speaks for or against asking this agent to take this interaction. */
export interface AgentFacts {
  readonly agent: Agent;
  /** True while the agent is held for this very interaction. */
  readonly isHeld: boolean;
  /** Until when the agent is left in peace, having declined it or not picked up; null when nothing speaks against it. */
  readonly notBefore: EpochMs | null;
}

/** Why an agent is asked or passed over. Codes are promises to integrators: never renamed. */
export const AGENT_VERDICT_CODES = [
  'chosen',
  'longest-idle',
  'idle-shorter',
  'agent-away',
  'agent-offline',
  'agent-reserved',
  'agent-engaged',
  'agent-wrapping-up',
  'phone-in-use',
  'phone-unreachable',
  'asked-recently',
] as const;
export type AgentVerdictCode = (typeof AGENT_VERDICT_CODES)[number];

/** What becomes of one agent, and why. */
export interface AgentVerdict {
  readonly agentId: AgentId;
  readonly name: string;
  /** True for the one who is asked, and for those who could be. */
  readonly mayBeAsked: boolean;
  readonly reasons: readonly Reason<AgentVerdictCode>[];
}

/** Judges the agents of a line for one interaction: who is asked, who comes first, and why the others are passed over. */
export function judgeAgents(
  candidates: readonly AgentFacts[],
  nowMs: EpochMs,
): readonly AgentVerdict[] {
  const willing = candidates
    .filter((facts) => !facts.isHeld && agentObstacles(facts, nowMs).length === 0)
    .toSorted((a, b) => a.agent.idleSince - b.agent.idleSince);
  const first = candidates.some(({ isHeld }) => isHeld) ? null : (willing[0]?.agent.id ?? null);
  return candidates.map((facts) => verdictOn(facts, nowMs, first));
}

function verdictOn(facts: AgentFacts, nowMs: EpochMs, first: AgentId | null): AgentVerdict {
  const { id: agentId, name } = facts.agent;
  if (facts.isHeld) {
    const chosen = reason('chosen', 'Had been idle longest of those who could take it.');
    return { agentId, name, mayBeAsked: true, reasons: [chosen] };
  }
  const obstacles = agentObstacles(facts, nowMs);
  if (obstacles.length > 0) return { agentId, name, mayBeAsked: false, reasons: obstacles };
  const rank =
    agentId === first
      ? reason('longest-idle', 'Has been idle longest: is asked first.')
      : reason('idle-shorter', 'Could take it; others have been idle longer or are asked already.');
  return { agentId, name, mayBeAsked: true, reasons: [rank] };
}

function agentObstacles(
  { agent, notBefore }: AgentFacts,
  nowMs: EpochMs,
): readonly Reason<AgentVerdictCode>[] {
  const rests =
    notBefore === null || notBefore <= nowMs
      ? []
      : [reason('asked-recently', 'Declined it or did not pick up a moment ago.', notBefore)];
  return [...unavailability(agent), ...rests];
}
