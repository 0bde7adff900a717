import { formatDuration } from '../durations.ts';
import { inBehaviours, inCallbacks, type LintRule, type QueueConfiguration } from './finding.ts';

/** A phone in a pocket is seldom answered faster than this; it fits tests only. */
const RINGS_BRIEFLY_SECONDS = 15;
/** Nobody takes a headset and a pen faster. */
const AGENT_RINGS_BRIEFLY_SECONDS = 10;
/** Few people are glad of more; three is usual. */
const ATTEMPTS_USUAL_MAX = 5;
/** Whoever was not there is seldom there again so soon. */
const RETRY_USUAL_SECONDS_MIN = 60;
/** Less leaves hardly anybody time to be called before the promise has become a ticket. */
const EXPIRY_USUAL_SECONDS_MIN = 1800;

/** How one queue calls customers back. */
export const QUEUE_RULES: readonly LintRule[] = [
  {
    number: 'L10',
    severity: 'warning',
    title: 'a customer’s phone that rings for less than 15 seconds',
    why: 'Few people reach their phone in time, and every attempt counts.',
    better: 'A `ringCustomer` of PT30S.',
    look: inCallbacks('ringCustomer', ({ callback }) =>
      callback.ringCustomer < RINGS_BRIEFLY_SECONDS
        ? 'rings customers for less than 15 seconds: few reach their phone in time'
        : null,
    ),
  },
  {
    number: 'L11',
    severity: 'advice',
    title: 'an agent’s phone that rings for less than 10 seconds',
    why: 'The next agent is asked before the first has picked up.',
    better: 'A `ringAgent` of PT20S.',
    look: inCallbacks('ringAgent', ({ callback }) =>
      callback.ringAgent < AGENT_RINGS_BRIEFLY_SECONDS
        ? 'rings agents for less than 10 seconds'
        : null,
    ),
  },
  {
    number: 'L12',
    severity: 'warning',
    title: 'more than 5 attempts',
    why: 'Whoever was called five times in vain is annoyed by the sixth.',
    better: '`attempts: 3`.',
    look: inBehaviours('attempts', ({ attempts = 0 }) =>
      attempts > ATTEMPTS_USUAL_MAX
        ? `tries a customer up to ${attempts.toString()} times: 3 is usual, and more than 5 annoys`
        : null,
    ),
  },
  {
    number: 'L13',
    severity: 'warning',
    title: 'a retry after less than a minute',
    why: 'Whoever was not there is seldom there again so soon.',
    better: 'A `retryAfter` of PT5M or more.',
    look: inBehaviours('retryAfter', ({ retryAfter = {} }) =>
      Math.min(...Object.values<number>(retryAfter)) < RETRY_USUAL_SECONDS_MIN
        ? 'tries again in less than a minute: whoever was not there is seldom there again so soon'
        : null,
    ),
  },
  {
    number: 'L14',
    severity: 'warning',
    title: 'attempts that go on for longer than `expiresAfter`',
    why: 'A promise lapses only while nobody was called; after the first call the attempts decide, and the last may come late.',
    better: 'Fewer `attempts`, a shorter `retryAfter`, or a longer `expiresAfter`.',
    look: inCallbacks('attempts', attemptsBeyondExpiry),
  },
  {
    number: 'L15',
    severity: 'warning',
    title: '`closing: ticket` with an `expiresAfter` of less than 30 minutes',
    why: 'Promises become tickets both when they have waited and when the queue closes: hardly anybody is called.',
    better: '`closing: carry`, or an `expiresAfter` of PT2H.',
    look: inCallbacks('closing', ({ callback }) =>
      callback.closing === 'ticket' && callback.expiresAfter < EXPIRY_USUAL_SECONDS_MIN
        ? `ends callbacks with a ticket at closing, and after ${formatDuration(callback.expiresAfter)} anyway`
        : null,
    ),
  },
  {
    number: 'L16',
    severity: 'advice',
    title: '`closing: ticket` in a queue without hours',
    why: 'It never closes, so the setting does nothing.',
    better: '`hours` for the queue, or no `closing`.',
    look: inCallbacks('closing', ({ callback, hours }) =>
      callback.closing === 'ticket' && hours === undefined ? 'has no hours that could close' : null,
    ),
  },
  {
    number: 'L17',
    severity: 'advice',
    title: 'a `successAfter` of nothing',
    why: 'Every answered call counts as a conversation: one that is hung up at once, and an answering machine.',
    better: 'A `successAfter` of PT5S.',
    look: inCallbacks('successAfter', ({ callback }) =>
      callback.successAfter === 0 ? 'counts every answered call as a conversation' : null,
    ),
  },
  {
    number: 'L18',
    severity: 'advice',
    title: 'a `retryAfter` that is shorter than `minimumGap`',
    why: 'The gap between two calls to one number is kept whatever `retryAfter` says.',
    better: 'A `retryAfter` that is not shorter than `minimumGap`.',
    look: inCallbacks('retryAfter', (queue) =>
      Math.min(...delays(queue)) < queue.callback.minimumGap
        ? `is stretched to the minimumGap of ${formatDuration(queue.callback.minimumGap)}`
        : null,
    ),
  },
  {
    number: 'L19',
    severity: 'warning',
    title: 'a prompt of Ringback’s own in a place for which it was not spoken',
    why: 'Callers press 1 because the offer says so; what says another thing, or no digit, leaves them waiting.',
    better: 'The shipped prompt of that place, or a sound file of your own that says 1.',
    look: ({ queues }) =>
      queues.flatMap(({ callback }, at) =>
        Object.entries(callback.prompts).flatMap(([place, sound]) => {
          const own = `ringback/${place.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
          if (!sound.startsWith('ringback/') || sound === own) return [];
          const found = `plays ${sound} where ${own} was spoken for`;
          return [{ path: ['queues', at, 'callback', 'prompts', place], found }];
        }),
      ),
  },
];

function delays({ callback }: QueueConfiguration): readonly number[] {
  return Object.values(callback.retryAfter);
}

function attemptsBeyondExpiry(queue: QueueConfiguration): string | null {
  const { attempts, expiresAfter } = queue.callback;
  const longestSeconds = (attempts - 1) * Math.max(...delays(queue));
  return longestSeconds > expiresAfter
    ? `the last attempt may come ${formatDuration(longestSeconds)} after the first; an undialled promise lapses after ${formatDuration(expiresAfter)}`
    : null;
}
