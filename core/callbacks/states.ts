/**
 * The life of a callback.
 *
 *   scheduled ─▶ waiting ─▶ offered ─▶ accepted ─▶ dialing ─▶ connected ─▶ wrapping-up ─▶ completed
 *                  ▲           │          │           │           │             │
 *                  ├───────────┴──────────┴───────────┤           │             │  declined, agent gone, no line
 *                  └──────── retry-wait ◀─────────────┴───────────┴─────────────┘  not reached, short, voicemail
 *
 * A conversation that the network drops goes once from `connected` back to `accepted`: the same agent calls again.
 * From any state before `dialing` it can end as `expired`, `cancelled`, `superseded` or `refused`;
 * a failed attempt that was the last one ends it as `exhausted`.
 */
export const CALLBACK_STATES = [
  'scheduled',
  'waiting',
  'offered',
  'accepted',
  'dialing',
  'holding',
  'connected',
  'wrapping-up',
  'retry-wait',
  'poisoned',
  'completed',
  'exhausted',
  'expired',
  'released',
  'refused',
  'cancelled',
  'superseded',
] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

/** States that end a callback; those that are failures open a ticket for a human. */
export const CALLBACK_ENDS = {
  completed: { ticket: false },
  exhausted: { ticket: true },
  expired: { ticket: true },
  released: { ticket: true },
  refused: { ticket: true },
  cancelled: { ticket: false },
  superseded: { ticket: false },
} as const satisfies Partial<Record<CallbackState, { ticket: boolean }>>;
export type CallbackEnd = keyof typeof CALLBACK_ENDS;

/** True for a callback that still has something to come. */
export function isOpen(state: CallbackState): boolean {
  return !(state in CALLBACK_ENDS);
}

/** How one try to reach the customer ended, and whether it counts against the maximum of attempts. */
export const ATTEMPT_OUTCOMES = {
  connected: { counts: true },
  short: { counts: true },
  'no-answer': { counts: true },
  busy: { counts: true },
  rejected: { counts: true },
  voicemail: { counts: true },
  'invalid-number': { counts: true },
  abandoned: { counts: true },
  'in-doubt': { counts: true },
  'pbx-lost': { counts: true },
  congestion: { counts: false },
  'agent-lost': { counts: false },
  blocked: { counts: false },
} as const;
export type AttemptOutcome = keyof typeof ATTEMPT_OUTCOMES;

/** Outcomes after which the customer is tried again after a delay that the queue sets for each of them. */
export const RETRIED_OUTCOMES = [
  'no-answer',
  'busy',
  'rejected',
  'voicemail',
  'abandoned',
  'short',
] as const satisfies readonly AttemptOutcome[];
export type RetriedOutcome = (typeof RETRIED_OUTCOMES)[number];

/**
 * How being asked to take an interaction ended for an agent. Only `accepted` leads on; none of the others is counted
 * against the customer. `withdrawn`: the reason for asking went away, e.g. the caller hung up.
 */
export const OFFER_ENDS = ['accepted', 'declined', 'rang-out', 'agent-lost', 'withdrawn'] as const;
export type OfferEnd = (typeof OFFER_ENDS)[number];
