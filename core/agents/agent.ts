import type { DeviceState } from '../calls/endings.ts';
import type { AgentId, LegId } from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';

/** What an agent wants to be. */
export const PRESENCES = ['available', 'away', 'offline'] as const;
export type Presence = (typeof PRESENCES)[number];

/**
 * What an agent is busy with.
 *
 *   idle ─▶ reserved ─▶ engaged ─▶ wrapping-up ─▶ idle
 */
export const OCCUPATIONS = ['idle', 'reserved', 'engaged', 'wrapping-up'] as const;
export type Occupation = (typeof OCCUPATIONS)[number];

/** A person who takes calls, as far as one interaction is concerned. */
export interface Agent {
  readonly id: AgentId;
  readonly name: string;
  /** The agent's phone as the PBX calls it, e.g. `PJSIP/agent1`. */
  readonly endpoint: string;
  readonly presence: Presence;
  readonly occupation: Occupation;
  /** The agent's living leg, even while it only says good-bye; nobody is called on a phone that is still in use. */
  readonly legId: LegId | null;
  readonly device: DeviceState;
  /** Since when the agent has had nothing to do; the longest idle is asked first. */
  readonly idleSince: EpochMs;
}

/** True when the agent can be asked to take an interaction now. The store keeps the same rule as a column. */
export function isAvailable(agent: Agent): boolean {
  return (
    agent.presence === 'available' &&
    agent.occupation === 'idle' &&
    agent.legId === null &&
    (agent.device === 'idle' || agent.device === 'unknown')
  );
}
