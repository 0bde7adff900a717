import type { RetriedOutcome } from '../callbacks/states.ts';
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
  /** How long to wait after an attempt, by how it ended (S4.42: at most a day each). */
  readonly retryAfterSeconds: RetryDelays;
  /** The least time between an attempt that counts and the next one to the same number, whatever promise they are for. */
  readonly minimumGapSeconds: number;
  /** The place after a failed attempt: the original one, or a new one from the time of the retry on (C7). */
  readonly reentry: Reentry;
  readonly ringCustomerSeconds: number;
  readonly ringAgentSeconds: number;
  /** A shorter conversation counts as unsuccessful and is retried. */
  readonly successAfterSeconds: number;
  /** What follows when a machine has answered (C11). */
  readonly voicemail: VoicemailRule;
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
  /** Left on the customer's answering machine, where the queue says so. */
  readonly voicemailMessage: string;
}

/** Seconds to the next attempt after each outcome that is tried again. */
export type RetryDelays = Readonly<Record<RetriedOutcome, number>>;

/** Where a callback stands in its line when its retry is due. */
export const REENTRIES = ['front', 'back'] as const;
export type Reentry = (typeof REENTRIES)[number];

/**
 * What follows when a machine has answered: try again later, a ticket at once, or a message on the machine and a
 * ticket. It never counts as a success.
 */
export const VOICEMAIL_RULES = ['retry', 'ticket', 'message'] as const;
export type VoicemailRule = (typeof VOICEMAIL_RULES)[number];

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
  retryAfterSeconds: {
    'no-answer': 600,
    busy: 300, // A line frees itself sooner than an absent person comes back.
    rejected: 600,
    voicemail: 600,
    abandoned: 600,
    short: 600,
  },
  minimumGapSeconds: 60,
  reentry: 'front',
  ringCustomerSeconds: 30,
  ringAgentSeconds: 20,
  successAfterSeconds: 5,
  voicemail: 'retry',
  expiresAfterSeconds: 7200,
  closing: 'carry',
  callingHours: { from: '08:00', to: '21:00' },
  wrapUpSeconds: 30,
  prompts: {
    offer: 'ringback/offer',
    confirmation: 'ringback/confirmation',
    alert: 'ringback/alert',
    voicemailMessage: 'ringback/voicemail-message',
  },
};

/** The same delay after every outcome. */
export function retryAfterAll(seconds: number): RetryDelays {
  return {
    'no-answer': seconds,
    busy: seconds,
    rejected: seconds,
    voicemail: seconds,
    abandoned: seconds,
    short: seconds,
  };
}
