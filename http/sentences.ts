import { NUMBER_REFUSALS } from '../core/numbers/verdict.ts';
import type { LeftOut, ViewedEvent } from '../store/views/events.ts';

type Tell = (event: ViewedEvent) => string;

/** What each kind of event is called in plain words. A kind that is missing here is told by its own name. */
const SENTENCES: Readonly<Record<string, Tell>> = {
  'interaction.entered': ({ queue }) => `A caller enters the line of ${queue ?? 'a queue'}.`,
  'interaction.offered': () => 'The caller is next: an agent is asked.',
  'interaction.waiting': () => 'The caller waits on, at the same place.',
  'interaction.connected': () => 'Caller and agent talk.',
  'interaction.wrapping-up': () => 'The conversation is over; the agent takes notes.',
  'interaction.callback': () => 'The caller may hang up: the promise keeps the place.',
  'interaction.ended': ({ body }) => endingText(body['ending']),
  'number.refused': ({ body }) =>
    `The caller is promised no call: ${refusalText(body['refusal'], 'a rule forbids it.')}`,
  'call.ended': () => "The caller's own call is over.",
  'callback.requested': ({ body }) => requestText(body['origin']),
  'callback.scheduled': () => 'The callback waits for its time.',
  'callback.waiting': () => 'The callback waits in line.',
  'callback.offered': () => 'It is its turn: an agent is asked.',
  'callback.accepted': () => 'The agent has it, and hears that it is a callback.',
  'callback.dialing': () => "The customer's phone is called.",
  'callback.connected': () => 'Customer and agent talk.',
  'callback.wrapping-up': () => 'The conversation is over; the agent takes notes.',
  'callback.reconnecting': () => 'The line broke: the same agent calls the customer again at once.',
  'callback.retry-wait': () => 'It will be tried again later.',
  'callback.poisoned': () => 'It could not be handled three times; a human must look at it.',
  'callback.completed': () => 'The callback is done.',
  'callback.exhausted': () => 'The customer could not be reached; nothing more is tried.',
  'callback.expired': () => 'The promise could not be kept in time.',
  'callback.released': () => 'The time of its owner is over.',
  'callback.cancelled': () => 'The callback is cancelled.',
  'callback.refused': ({ body }) =>
    `The callback ends: ${refusalText(body['refusal'], 'a rule forbids it.')}`,
  'callback.superseded': () => 'The customer got through otherwise.',
  'place.parked': ({ body }) => parkText(body['reason']),
  'place.taken-over': () => 'The caller goes on in the place of their callback.',
  'place.resumed': () => 'In line, at the place they had.',
  'place.renewed': () => 'From now on the place counts from here: it goes to the back of the line.',
  'offer.ringing': ({ agent }) => `The phone of ${agent ?? 'an agent'} rings.`,
  'offer.accepted': ({ agent }) => `${agent ?? 'The agent'} picks up.`,
  'offer.over': ({ agent }) => `${agent ?? 'The agent'} is off the call.`,
  'offer.declined': ({ agent }) => `${agent ?? 'The agent'} declines; somebody else is asked.`,
  'offer.rang-out': ({ agent }) =>
    `${agent ?? 'The agent'} does not pick up; somebody else is asked.`,
  'offer.agent-lost': ({ agent }) => `${agent ?? 'The agent'} is gone; somebody else is asked.`,
  'offer.withdrawn': ({ agent }) => `${agent ?? 'The agent'} is not needed any more.`,
  'attempt.intent': () => 'An attempt is recorded, before anything is dialled.',
  'attempt.dialing': () => "The customer's phone is called.",
  'attempt.in-doubt': () => 'Nobody can say whether the call was placed; evidence is awaited.',
  'attempt.cancelling': () => 'The call to the customer is ended.',
  'attempt.connected': () => 'The customer answers, and both talk.',
  'attempt.talked': () => 'The conversation was long enough to count.',
  'attempt.ended': ({ body }) => outcomeText(body['outcome']),
  'ticket.opened': () => 'A ticket is opened for a human.',
  'ticket.read': ({ body }) => `${who(body)} looks at the ticket.`,
  'ticket.assigned': ({ body }) =>
    typeof body['assignee'] === 'string'
      ? `The ticket is given to ${body['assignee']}.`
      : 'The ticket is given back to everybody.',
  'ticket.noted': ({ body }) => `${who(body)} adds a note to the ticket.`,
  'ticket.called-again': ({ body }) => `${who(body)} has the customer called again.`,
  'callback.resumed': ({ body }) => `${who(body)} lets it go on, at the place it had.`,
  'callback.closed': ({ body }) => `${who(body)} closes it.`,
  'place.preferred': ({ body }) => `${who(body)} has it called next, before all others in line.`,
  'ticket.closed': ({ body }) => `${who(body)} closes the ticket.`,
  'requests.stopped': ({ body }) => stopText('New requests are stopped', body),
  'requests.resumed': ({ body }) => stopText('New requests are taken again', body),
  'dialling.stopped': ({ body }) => stopText('Dialling is stopped', body),
  'dialling.resumed': ({ body }) => stopText('Dialling goes on', body),
  'agent.available': ({ agent }) => `${agent ?? 'An agent'} is available.`,
  'agent.away': ({ agent }) => `${agent ?? 'An agent'} is away.`,
  'agent.offline': ({ agent }) => `${agent ?? 'An agent'} has gone.`,
};

/** What another sentence of the same moment says already, or what only a developer asks about. */
export const INNER_STEPS: LeftOut = {
  kinds: [
    'interaction.offered',
    'interaction.callback',
    'call.ended',
    'callback.waiting',
    'callback.offered',
    'callback.accepted',
    'callback.dialing',
    'callback.connected',
    'callback.completed',
    'callback.retry-wait',
    'offer.over',
    'attempt.intent',
    'attempt.cancelling',
    'attempt.talked',
  ],
  parkedFor: ['number-on-call', 'settling'],
};

/** One event as a sentence that a supervisor reads without a glossary. Numbers of persons are never in it. */
export function sentenceFor(event: ViewedEvent): string {
  return SENTENCES[event.kind]?.(event) ?? `${event.kind}.`;
}

/** What a switch does, for what, by whom and why. */
function stopText(what: string, body: ViewedEvent['body']): string {
  return `${what} for ${String(body['scope'])}, says ${who(body)}: ${String(body['reason'])}`;
}

/** Who did it, as they said. */
function who(body: ViewedEvent['body']): string {
  return typeof body['by'] === 'string' ? body['by'] : 'Somebody';
}

/** A story of before origins were told began with a digit. */
function requestText(origin: unknown): string {
  switch (origin) {
    case 'api':
      return 'A callback is asked for.';
    case 'scheduled':
      return 'A callback is asked for at a time.';
    case 'ticket':
      return 'Another call is promised because of a ticket.';
    default:
      return 'The caller presses 1: a call is promised, the place kept.';
  }
}

function endingText(ending: unknown): string {
  switch (ending) {
    case 'answered':
      return 'It is over: the caller was served.';
    case 'abandoned':
      return 'It is over: the caller gave up.';
    case 'called-back':
      return 'It is over: the customer was called back.';
    case 'not-called-back':
      return 'It is over: the customer was not called back.';
    case 'duplicate':
      return 'It is over: this number had a callback already, which stays.';
    case 'pbx-lost':
      return 'It is over: the call was lost with the PBX.';
    default:
      return `It is over: ${wordsOf(ending)}.`;
  }
}

function parkText(reason: unknown): string {
  switch (reason) {
    case 'number-on-call':
      return 'Out of the line for a while: the customer is on a call.';
    case 'dialling-stopped':
      return 'Out of the line for a while: a supervisor has stopped dialling.';
    case 'closed-hours':
      return 'Out of the line for a while: the queue is closed.';
    case 'calling-hours':
      return 'Out of the line for a while: it is no time of day to call this customer.';
    case 'scheduled':
      return 'Another time was agreed.';
    case 'route-full':
      return 'Out of the line for a while: no outbound line is free.';
    case 'number-limit':
      return 'Out of the line for a while: as many calls as an hour may have were made.';
    case 'budget-spent':
      return 'Out of the line for a while: the budget for calls is used up.';
    case 'retry':
      return 'It will be tried again later.';
    case 'called-recently':
      return 'Out of the line for a while: the number was called a moment ago.';
    case 'settling':
      return 'Out of the line for a while: the last attempt is being sorted out.';
    default:
      return `Out of the line for a while: ${wordsOf(reason)}.`;
  }
}

/** How an attempt ended. */
const OUTCOMES: Readonly<Record<string, string>> = {
  connected: 'Noted: they have talked.',
  short: 'They talked too briefly for it to count.',
  'no-answer': 'The customer does not answer.',
  busy: "The customer's line is busy.",
  rejected: 'The customer declines the call.',
  voicemail: 'Only a machine answered.',
  'invalid-number': 'The number does not exist.',
  abandoned: 'The customer left before an agent came.',
  'in-doubt': 'Nobody knows whether the phone rang; it counts as an attempt.',
  'pbx-lost': 'The PBX went away in the middle of it.',
  congestion: 'The network had no line; it does not count.',
  'agent-lost': 'The agent went away in the middle of it; it does not count.',
  blocked: 'The call was not allowed; it does not count.',
};

function outcomeText(outcome: unknown): string {
  return OUTCOMES[String(outcome)] ?? `The attempt ends: ${wordsOf(outcome)}.`;
}

function refusalText(refusal: unknown, otherwise: string): string {
  const known = Object.entries(NUMBER_REFUSALS).find(([code]) => code === refusal);
  return known === undefined
    ? otherwise
    : known[1].text.replace(/^./, (letter) => letter.toLowerCase());
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('-', ' ') : 'unknown';
}
