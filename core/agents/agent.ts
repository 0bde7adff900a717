import type { DeviceState } from '../calls/endings.ts';
import type { AgentId, LegId } from '../prelude/ids.ts';
import { type Reason, reason } from '../prelude/reason.ts';
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
  return unavailability(agent).length === 0;
}

/** Why an agent cannot be asked now, the most telling reason first; nothing when they can. */
export function unavailability(agent: Agent): readonly Reason<Unavailability>[] {
  const { presence, occupation, device, legId } = agent;
  return [
    presence === 'available' ? null : reason(`agent-${presence}`, `Is ${presence}.`),
    occupation === 'idle' ? null : reason(`agent-${occupation}`, DOING[occupation]),
    device === 'unreachable' ? reason('phone-unreachable', 'The phone cannot be reached.') : null,
    device === 'busy' || (legId !== null && occupation === 'idle')
      ? reason('phone-in-use', 'The phone is in use.')
      : null,
  ].filter((obstacle) => obstacle !== null);
}

type Unavailability =
  | `agent-${Exclude<Presence, 'available'> | Exclude<Occupation, 'idle'>}`
  | 'phone-unreachable'
  | 'phone-in-use';

const DOING: Readonly<Record<Exclude<Occupation, 'idle'>, string>> = {
  reserved: 'Is being asked to take somebody else.',
  engaged: 'Talks with somebody else.',
  'wrapping-up': 'Writes notes after a conversation.',
};
