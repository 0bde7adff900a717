/** How one kind of refusal is told: its HTTP status, and what it means in general. */
export interface RefusalKind {
  readonly status: number;
  readonly text: string;
}

/**
 * Everything Ringback refuses, by a stable code. Codes are promises to integrators: never renamed, never reused.
 * docs/reference/errors.md lists them and is compared by a test.
 */
export const REFUSALS = {
  CALLBACK_REQUEST_INVALID: {
    status: 422,
    text: 'A callback was asked for that cannot be given; nothing has been done. `mistakes` names each place.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    text: 'The Idempotency-Key was used for another request within the last 24 hours.',
  },
  CALLBACK_UNKNOWN: { status: 404, text: 'There is no callback with this id.' },
  CALLBACK_ENDED: { status: 409, text: 'The callback has ended; nothing about it can be changed.' },
  CALLBACK_PAST_RECALL: {
    status: 409,
    text: 'The customer is being called; the callback can no longer be cancelled.',
  },
  CALLBACK_NOT_IN_CONVERSATION: {
    status: 409,
    text: 'An outcome can be noted only during a conversation and in the time for notes after it.',
  },
  CALLBACK_NOT_SET_ASIDE: {
    status: 409,
    text: 'Only a callback that was set aside, because handling it failed, is resumed or closed.',
  },
  CALLBACK_NOT_RESUMABLE: {
    status: 409,
    text: 'Its time has lapsed or its attempts are used up; cancel it, and call again from its ticket.',
  },
  CALLBACK_NOT_IN_LINE: {
    status: 409,
    text: 'Only a callback that stands in line can be called next; `detail` says where it is.',
  },
  INTERACTION_UNKNOWN: {
    status: 404,
    text: 'There is no interaction with this id, or nobody with this number is on the phone.',
  },
  TICKET_UNKNOWN: { status: 404, text: 'There is no ticket with this id.' },
  TICKET_CLOSED: { status: 409, text: 'The ticket is closed; only notes can be added.' },
  TICKET_CALLBACK_OPEN: {
    status: 409,
    text: 'The callback of the ticket was set aside and is still open: cancel or resume it first.',
  },
  ALREADY_STOPPED: { status: 409, text: 'It is stopped already, by the same switch.' },
  NOT_STOPPED: { status: 409, text: 'It is not stopped, by this switch at least.' },
  AGENT_UNKNOWN: { status: 404, text: 'There is no agent with this name.' },
  OPT_OUT_UNKNOWN: { status: 404, text: 'The number is not on the opt-out list.' },
  NUMBER_REFUSED: {
    status: 422,
    text: 'The number policy forbids calls to this number; `detail` says which rule.',
  },
  QUEUE_UNKNOWN: { status: 404, text: 'There is no queue with this name.' },
  PBX_UNKNOWN: { status: 404, text: 'There is no PBX with this name.' },
  CALLER_UNKNOWN: {
    status: 404,
    text: 'The practice centre has had no caller with this id.',
  },
  DEMO_ABSENT: {
    status: 409,
    text: 'There is no practice centre here; `detail` says whether there can be one.',
  },
  CONFIGURATION_INVALID: {
    status: 422,
    text: 'The configuration has mistakes; nothing has been changed.',
  },
  REQUEST_INVALID: {
    status: 400,
    text: 'A part of the request is not as described; `mistakes` names each place.',
  },
  BODY_UNREADABLE: { status: 400, text: 'The body of the request is not valid JSON.' },
  HOST_REFUSED: {
    status: 403,
    text: 'Ringback is asked by its loopback address or its public URL only, lest a foreign web page reach it under a name of its own.',
  },
  ORIGIN_REFUSED: {
    status: 403,
    text: 'A page of another site may not change anything.',
  },
  ROUTE_UNKNOWN: { status: 404, text: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    text: 'This address knows other methods; the header Allow lists them.',
  },
  BODY_TOO_LARGE: { status: 413, text: 'The body of the request is larger than 1 MB.' },
  ADDRESS_TOO_LONG: {
    status: 414,
    text: 'The address or the headers of the request are too long.',
  },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, text: 'The body of a request is JSON.' },
  REQUEST_TIMEOUT: { status: 408, text: 'The request did not arrive completely in time.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    text: 'The database cannot be reached; ask again later.',
  },
  NOT_READY: { status: 503, text: 'Ringback runs but cannot place calls; `detail` says why.' },
  UNEXPECTED: {
    status: 500,
    text: 'Something went wrong inside Ringback; its log says what.',
  },
} as const satisfies Record<string, RefusalKind>;

/** The stable code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;
