import type { ViewedEvent } from '../store/views/events.ts';

type Tell = (event: ViewedEvent) => string;

/** What each kind of event is called in plain words. A kind that is missing here is told by its own name. */
const SENTENCES: Readonly<Record<string, Tell>> = {
  'interaction.entered': ({ queue }) => `A caller enters the line of ${queue ?? 'a queue'}.`,
  'interaction.offered': () => 'The caller is next: an agent is asked.',
  'interaction.waiting': () => 'The caller waits on, at the same place.',
  'interaction.connected': () => 'Caller and agent talk.',
  'interaction.wrapping-up': () => 'The conversation is over; the agent takes notes.',
  'interaction.callback': () => 'The caller may hang up: the promise keeps the place.',
  'interaction.ended': ({ body }) => `It is over: ${endingText(body['ending'])}.`,
  'call.ended': () => "The caller's own call is over.",
  'callback.requested': () => 'The caller presses 1: a callback is promised.',
  'callback.scheduled': () => 'The callback waits for its time.',
  'callback.waiting': () => 'The callback waits in line.',
  'callback.offered': () => 'It is its turn: an agent is asked.',
  'callback.accepted': () => 'The agent has it and hears the alert.',
  'callback.dialing': () => "The customer's phone is called.",
  'callback.connected': () => 'Customer and agent talk.',
  'callback.wrapping-up': () => 'The conversation is over; the agent takes notes.',
  'callback.retry-wait': () => 'It will be tried again later.',
  'callback.completed': () => 'The callback is done.',
  'callback.exhausted': () => 'The customer could not be reached; nothing more is tried.',
  'callback.expired': () => 'The promise could not be kept in time.',
  'callback.cancelled': () => 'The callback is cancelled.',
  'callback.refused': () => 'A rule forbids this callback.',
  'callback.superseded': () => 'The customer got through otherwise.',
  'place.parked': ({ body }) => `Out of the line for a while: ${parkText(body['reason'])}.`,
  'place.resumed': () => 'Back in line, at the same place.',
  'offer.ringing': ({ agent }) => `The phone of ${agent ?? 'an agent'} rings.`,
  'offer.accepted': ({ agent }) => `${agent ?? 'The agent'} picks up.`,
  'offer.over': ({ agent }) => `${agent ?? 'The agent'} is off the call.`,
  'offer.declined': ({ agent }) => `${agent ?? 'The agent'} declines; the next one is asked.`,
  'offer.rang-out': ({ agent }) =>
    `${agent ?? 'The agent'} does not pick up; the next one is asked.`,
  'offer.agent-lost': ({ agent }) => `${agent ?? 'The agent'} is gone; the next one is asked.`,
  'offer.withdrawn': ({ agent }) => `${agent ?? 'The agent'} is not needed any more.`,
  'attempt.intent': () => 'An attempt is recorded, before anything is dialled.',
  'attempt.dialing': () => 'The call is placed.',
  'attempt.in-doubt': () => 'Nobody can say whether the call was placed; evidence is awaited.',
  'attempt.cancelling': () => 'The call to the customer is ended.',
  'attempt.connected': () => 'The customer answers.',
  'attempt.talked': () => 'The conversation was long enough to count.',
  'attempt.ended': ({ body }) => `The attempt ends: ${wordsOf(body['outcome'])}.`,
  'ticket.opened': () => 'A ticket is opened for a human.',
  'agent.available': ({ agent }) => `${agent ?? 'An agent'} is available.`,
  'agent.away': ({ agent }) => `${agent ?? 'An agent'} is away.`,
  'agent.offline': ({ agent }) => `${agent ?? 'An agent'} has gone.`,
};

/** One event as a sentence that a supervisor reads without a glossary. Numbers of persons are never in it. */
export function sentenceFor(event: ViewedEvent): string {
  return SENTENCES[event.kind]?.(event) ?? `${event.kind}.`;
}

function endingText(ending: unknown): string {
  switch (ending) {
    case 'answered':
      return 'answered';
    case 'abandoned':
      return 'the caller gave up';
    case 'called-back':
      return 'the customer was called back';
    case 'not-called-back':
      return 'the customer was not called back';
    case 'duplicate':
      return 'this number had a callback already';
    case 'pbx-lost':
      return 'lost with the PBX';
    default:
      return wordsOf(ending);
  }
}

function parkText(reason: unknown): string {
  switch (reason) {
    case 'number-on-call':
      return 'the customer is on a call';
    case 'closed-hours':
      return 'the queue is closed';
    case 'route-full':
      return 'no outbound line is free';
    case 'retry':
      return 'the next attempt comes later';
    case 'settling':
      return 'the last attempt is being sorted out';
    default:
      return wordsOf(reason);
  }
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('-', ' ') : 'unknown';
}
