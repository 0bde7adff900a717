import type { PhoneNumber } from '../numbers/number.ts';

/** How callbacks of one queue behave. Every duration is in whole seconds. */
export interface CallbackSettings {
  /** Off: callers are never offered a callback, and pressing 1 does nothing. */
  readonly enabled: boolean;
  /** On: a callback needs the skills that its call needed. Skills come later; until then it changes nothing. */
  readonly preserveSkills: boolean;
  /** On: a callback has the priority of its call; off: that of its queue. The entry time is kept in either case. */
  readonly preservePriority: boolean;
  /** How often a waiting caller hears position and offer. */
  readonly offerEverySeconds: number;
  /** How many times the customer is tried at most, the first time included. */
  readonly attemptsMax: number;
  readonly retryAfterSeconds: number;
  /** After a busy line, which frees itself sooner than an absent person comes back. */
  readonly retryAfterBusySeconds: number;
  /** The least time between two attempts when nobody knows how the first one went. */
  readonly minimumGapSeconds: number;
  readonly ringCustomerSeconds: number;
  readonly ringAgentSeconds: number;
  /** A shorter conversation counts as unsuccessful and is retried. */
  readonly successAfterSeconds: number;
  /** From entering the line to the first dial; later, attempts decide. */
  readonly expiresAfterSeconds: number;
  /** What becomes of those not yet dialled when the queue closes: kept for the next opening, or a ticket each (C15). */
  readonly closing: Closing;
  /** When a customer may be called, on the clock of every zone that they may live in; a whole day means at any time. */
  readonly callingHours: CallingHours;
  /** The agent's time for notes after a conversation. */
  readonly wrapUpSeconds: number;
  readonly prompts: QueuePrompts;
}

/** See CallbackSettings. */
export const CLOSINGS = ['carry', 'ticket'] as const;
export type Closing = (typeof CLOSINGS)[number];

/** The same part of every day. Wall-clock times `HH:MM`; `24:00` is the end of the day. */
export interface CallingHours {
  readonly from: string;
  readonly to: string;
}

/** For centres in which nobody real is called. */
export const AT_ANY_TIME: CallingHours = { from: '00:00', to: '24:00' };

/** Sound files by their name on the PBX. */
export interface QueuePrompts {
  readonly offer: string;
  readonly confirmation: string;
  /** Heard by the agent before the customer is dialled. */
  readonly alert: string;
}

/** What the core knows of a queue. */
export interface QueueSettings {
  readonly name: string;
  /** The queue's own number, shown to customers when they dialled none of ours. */
  readonly number: PhoneNumber | null;
  /** The place of calls in its line, unless the number they dialled has a priority of its own; more goes first. */
  readonly priority: number;
  readonly callback: CallbackSettings;
}

/** What ships when a queue says nothing else. */
export const CALLBACK_DEFAULTS: CallbackSettings = {
  enabled: true,
  preserveSkills: true,
  preservePriority: true,
  offerEverySeconds: 30,
  attemptsMax: 3,
  retryAfterSeconds: 600,
  retryAfterBusySeconds: 300,
  minimumGapSeconds: 60,
  ringCustomerSeconds: 30,
  ringAgentSeconds: 20,
  successAfterSeconds: 5,
  expiresAfterSeconds: 7200,
  closing: 'carry',
  callingHours: { from: '08:00', to: '21:00' },
  wrapUpSeconds: 30,
  prompts: {
    offer: 'ringback/offer',
    confirmation: 'ringback/confirmation',
    alert: 'ringback/alert',
  },
};
