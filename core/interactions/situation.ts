import type { Agent } from '../agents/agent.ts';
import type { SecondChance } from '../callbacks/second-chance.ts';
import type { AttemptOutcome, CallbackState, OfferEnd } from '../callbacks/states.ts';
import type { PhoneNumber } from '../numbers/number.ts';
import type { NumberRefusal } from '../numbers/verdict.ts';
import type {
  AttemptId,
  CallbackId,
  InteractionId,
  LegId,
  LineId,
  OfferId,
  PbxId,
  QueueId,
  RouteId,
} from '../prelude/ids.ts';
import type { EpochMs } from '../prelude/time.ts';
import type { QueueSettings } from '../queues/settings.ts';
import type { Origins } from '../rules/origins.ts';
import type { Behaviour } from '../rules/rule.ts';

/**
 * Everything that matters for deciding about one interaction, as it stands under lock: the interaction, its callback
 * once there is one, and the offer, attempt and agent that are live at this moment.
 */
export interface Situation {
  readonly interaction: Interaction;
  readonly callback: Callback | null;
  /** The offer that rings or was accepted and is not over. */
  readonly offer: Offer | null;
  readonly attempt: Attempt | null;
  /** The agent who is reserved for this interaction. */
  readonly agent: Agent | null;
  readonly timers: Timers;
  /** The queue's rules. Once there is a callback, `queue.callback` holds what request, rule, profile and queue resolve to. */
  readonly queue: QueueSettings;
  readonly origins: Origins;
}

/** One customer's dealing with us, from the first ring to the end of the last returned call. Its id never changes. */
export interface Interaction {
  readonly id: InteractionId;
  readonly queueId: QueueId;
  readonly pbxId: PbxId;
  readonly state: InteractionState;
  /** Null when the caller withheld it. */
  readonly customerNumber: PhoneNumber | null;
  readonly dialledNumber: PhoneNumber | null;
  /** When the customer came, whatever place they have now: the gross wait counts from here. */
  readonly firstEnteredAt: EpochMs;
  readonly place: Place;
  readonly standing: Standing;
  /** The call by which the customer came in; null when the interaction began off the phone. */
  readonly call: CustomerCall | null;
  readonly ending: InteractionEnding | null;
  /** Why a caller who asked for a callback was refused one last; null when they were not. */
  readonly numberRefusal: NumberRefusal | null;
  /** Counts state changes; every one has its event with this number, without a gap. */
  readonly revision: number;
}

/**
 *   waiting ⇄ offered ─▶ connected ─▶ wrapping-up ─▶ ended        a live call
 *      └────────┴──────▶ callback ─────────────────▶ ended        the promise takes over, see callbacks/states.ts
 */
export const INTERACTION_STATES = [
  'waiting',
  'offered',
  'connected',
  'wrapping-up',
  'callback',
  'ended',
] as const;
export type InteractionState = (typeof INTERACTION_STATES)[number];

/**
 * How it ended: `answered` live, `abandoned` by the caller, `called-back`, `not-called-back`, `duplicate` (the same
 * number already holds a callback in this queue), or lost with the PBX.
 */
export const INTERACTION_ENDINGS = [
  'answered',
  'abandoned',
  'called-back',
  'not-called-back',
  'duplicate',
  'pbx-lost',
] as const;
export type InteractionEnding = (typeof INTERACTION_ENDINGS)[number];

/**
 * A place in line: better priority first, then earlier entry, then the lower sequence number. Nothing rewrites it but a
 * retry of a queue whose callbacks go to the back.
 */
export interface Place {
  readonly lineId: LineId;
  readonly priority: number;
  readonly enteredAt: EpochMs;
  readonly sequence: number;
}

/** Where the interaction stands: in its line for any agent of it, out of the line for a while, or with an agent or ended. */
export type Standing =
  | { readonly kind: 'in-line' }
  | { readonly kind: 'parked'; readonly reason: ParkReason; readonly until: EpochMs }
  | { readonly kind: 'out' };

/** Why an interaction cannot be taken now although its turn may have come. */
export const PARK_REASONS = [
  'number-on-call',
  'closed-hours',
  'calling-hours',
  'scheduled',
  'route-full',
  'number-limit',
  'budget-spent',
  'retry',
  'called-recently',
  'settling',
  'dialling-stopped',
  'delay',
] as const;
export type ParkReason = (typeof PARK_REASONS)[number];

/** The customer's own call. `leaving`: they hear a last sentence and are then disconnected. */
export interface CustomerCall {
  readonly legId: LegId;
  readonly state: 'up' | 'leaving' | 'gone';
  /** How reports count it; written when it is gone. */
  readonly ending: CallEnding | null;
  readonly endedAt: EpochMs | null;
}

/**
 * How callbacks come to be.
 * - `queue-offer`: a waiting caller chose it
 * - `abandoned`: the caller left our queue before anyone answered
 * - `missed`: another system told us of a call that nobody answered
 * - `api`, `scheduled`: it was asked for by a program or a person, at once or at a time
 * - `ticket`: somebody who worked on a ticket had the customer called again
 */
export const CALLBACK_ORIGINS = [
  'queue-offer',
  'abandoned',
  'missed',
  'api',
  'scheduled',
  'ticket',
] as const;
export type CallbackOrigin = (typeof CALLBACK_ORIGINS)[number];

/** A time agreed with a customer, as they said it and as it was understood. */
export interface ChosenTime {
  readonly at: EpochMs;
  /** ISO 8601 without an offset, e.g. `2027-03-28T15:00`, with the zone whose clock is meant; null for an instant. */
  readonly wall: { readonly time: string; readonly timeZone: string } | null;
}

/**
 * How the customer's own call ended, as reports count it: `answered` by an agent, `abandoned` by the caller while waiting,
 * `callback-requested` (never counted as abandoned), `duplicate` (the number had a callback already), or lost with the PBX.
 */
export const CALL_ENDINGS = [
  'answered',
  'abandoned',
  'callback-requested',
  'duplicate',
  'pbx-lost',
] as const;
export type CallEnding = (typeof CALL_ENDINGS)[number];

/** The promise to call. */
export interface Callback {
  readonly id: CallbackId;
  readonly state: CallbackState;
  readonly number: PhoneNumber;
  readonly origin: CallbackOrigin;
  /** The time that was agreed with the customer; null when they are called as soon as it is their turn. */
  readonly chosenTime: ChosenTime | null;
  /** The zone that the customer said they are in, an IANA name; null when nobody asked. */
  readonly statedZone: string | null;
  readonly requestedAt: EpochMs;
  /** The name of the rule by which it arose; null when it was asked for without one. */
  readonly rule: string | null;
  /** What request, rule and profile said when it arose; the queue's own values stand behind them. */
  readonly overrides: Behaviour;
  /** It is not dialled before; null when nothing speaks against at once. */
  readonly notBefore: EpochMs | null;
  /** Attempts that count against the maximum. */
  readonly attemptsUsed: number;
  /** When a customer's phone was called first for this promise; expiry runs until then. */
  readonly firstDialedAt: EpochMs | null;
  /** The one re-connection after a network drop; null: there was none. */
  readonly secondChance: SecondChance | null;
  /** When reports closed it because nothing had happened for too long; it stays open all the same. */
  readonly inactiveAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  /** Why its number may not be called; set with the state `refused`. */
  readonly numberRefusal: NumberRefusal | null;
}

/** An agent being asked to take an interaction. Its id is the channel id of the agent's leg. */
export interface Offer {
  readonly id: OfferId;
  readonly state: 'ringing' | 'accepted';
  /** Set in the decision that ends it; a loaded offer has none. */
  readonly end: OfferEnd | null;
  /** Until when this agent is not asked again for this interaction; null when nothing speaks against it. */
  readonly notAgainUntil: EpochMs | null;
  readonly offeredAt: EpochMs;
  /** When agent and caller began to talk, for a live call. */
  readonly connectedAt: EpochMs | null;
}

/**
 * One try to reach the customer. Its id is the channel id of the customer's leg.
 *
 *   intent ─▶ dialing ─▶ connected ─▶ talked ─▶ ended
 *      │         ├─▶ in-doubt ──────────────────▶│        nobody knows whether it rang; evidence decides
 *      └─────────┴─▶ cancelling ────────────────▶┘        we hang up and wait until the leg is gone
 */
export const ATTEMPT_STATES = [
  'intent',
  'dialing',
  'in-doubt',
  'cancelling',
  'connected',
  'talked',
  'ended',
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** See ATTEMPT_STATES for its life. */
export interface Attempt {
  readonly id: AttemptId;
  readonly state: AttemptState;
  readonly number: PhoneNumber;
  /** It re-connects a conversation that the network dropped, and is not counted. */
  readonly isSecondChance: boolean;
  readonly startedAt: EpochMs;
  readonly routeId: RouteId | null;
  readonly dialedAt: EpochMs | null;
  readonly answeredAt: EpochMs | null;
  /**
   * What it will count as when it ends, whatever the clock or the network say then: the agent's word about a
   * conversation, or the reason for which we hang up while `cancelling`.
   */
  readonly notedOutcome: AttemptOutcome | null;
  /** Written once, with the state `ended`. */
  readonly outcome: AttemptOutcome | null;
}

/**
 * What must happen later if nothing happens before.
 * - `offer`: the agent's phone has rung too long and nobody told us
 * - `alert`: the alert to the agent should be over
 * - `dial`: the customer's phone has rung too long and nobody told us
 * - `settle`: evidence about an attempt in doubt is due
 * - `leave`: the caller's leg should be gone
 * - `parked`: back to the line
 * - `expiry`: not dialled in time
 * - `wrap-up`: the agent's time for notes is over
 * - `inactive`: reports close a callback to which nothing has happened for too long
 */
export const TIMER_KINDS = [
  'offer',
  'alert',
  'dial',
  'settle',
  'leave',
  'parked',
  'expiry',
  'wrap-up',
  'inactive',
] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];
export type Timers = Readonly<Partial<Record<TimerKind, EpochMs>>>;
