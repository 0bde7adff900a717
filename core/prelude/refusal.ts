/** Why something that was asked is not done: expected, told to the user in words, and nothing has changed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What was wrong with this very request, in a sentence. */
  readonly detail: string;
}

/** Codes are promises to integrators: never renamed, never reused. */
export type RefusalCode =
  | 'CALLBACK_UNKNOWN'
  | 'CALLBACK_ENDED'
  | 'CALLBACK_PAST_RECALL'
  | 'CALLBACK_NOT_IN_CONVERSATION'
  | 'CALLBACK_NOT_SET_ASIDE'
  | 'CALLBACK_NOT_RESUMABLE'
  | 'CALLBACK_NOT_IN_LINE'
  | 'NUMBER_REFUSED'
  | 'INTERACTION_UNKNOWN'
  | 'AGENT_UNKNOWN'
  | 'QUEUE_UNKNOWN'
  | 'PBX_UNKNOWN'
  | 'ALREADY_STOPPED'
  | 'NOT_STOPPED'
  | 'TICKET_UNKNOWN'
  | 'TICKET_CLOSED'
  | 'TICKET_CALLBACK_OPEN'
  | 'CONFIGURATION_INVALID';

/** What an operation comes to. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

/** Done, with what came of it. */
export function done<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

/** Not done, and why. */
export function refused<Value = never>(code: RefusalCode, detail: string): Outcome<Value> {
  return { ok: false, refusal: { code, detail } };
}
