import type { EventSeen } from '../books.ts';
import type { Witness } from './witness.ts';

/** What the events alone tell of a callback. */
export interface CallbackTold {
  readonly id: string;
  readonly interaction: string;
  /** The last word about it: `waiting`, `dialing`, `completed` … */
  state: string;
  /** How many of its words were an end. */
  ends: number;
  /** True once the last attempt ended as a conversation. */
  talked: boolean;
  /** How it came to be and by which rule, as it was told first. */
  readonly origin: string;
  readonly rule: string;
  readonly requestedAtMs: number;
  /** True once it was set aside: it has had its ticket. */
  wasSetAside: boolean;
}

/** What the events alone tell of an attempt. */
export interface AttemptTold {
  readonly id: string;
  readonly interaction: string;
  dialled: boolean;
  ends: number;
  outcome: string | null;
  readonly isSecondChance: boolean;
  endedAtMs: number | null;
}

/** Outcomes that count against the maximum, as the requirements list them. */
export const COUNTED = new Set([
  ...['connected', 'short', 'no-answer', 'busy', 'rejected', 'voicemail'],
  ...['invalid-number', 'abandoned', 'in-doubt', 'pbx-lost'],
]);

/** Words that end a callback, as the requirements list them. */
const ENDS = new Set([
  'completed',
  'exhausted',
  'expired',
  'released',
  'refused',
  'cancelled',
  'superseded',
]);

/** Words that tell what somebody did, and no state. */
const STORY_ONLY = new Set(['reconnecting', 'inactive', 'resumed', 'closed']);

/** The story of every callback, attempt and offer, retold from the events alone: a second model beside the rows. */
export class History {
  readonly callbacks = new Map<string, CallbackTold>();
  readonly attempts = new Map<string, AttemptTold>();
  /** Who is being asked, by agent. */
  readonly asked = new Map<string, string>();
  readonly revisions = new Map<string, number>();
  /** What the events contradict each other in. */
  readonly contradictions: string[] = [];

  /** Takes the next event of the feed. */
  take(event: EventSeen): void {
    if (event.interaction === null) return;
    this.#count(event.interaction, event.revision);
    const [noun, word = ''] = event.kind.split('.');
    if (noun === 'callback') this.#callback(event.interaction, word, event);
    if (noun === 'attempt') this.#attempt(event.interaction, word, event);
    if (noun === 'offer') this.#offer(word, textIn(event, 'agentId'), textIn(event, 'offerId'));
  }

  #count(interaction: string, revision: number | null): void {
    const last = this.revisions.get(interaction) ?? 0;
    if (revision !== last + 1) {
      this.contradictions.push(
        `I16: event ${String(revision)} of ${interaction} follows ${last.toString()}`,
      );
    }
    this.revisions.set(interaction, revision ?? last);
  }

  /** The callback that a leg was placed for; null for a leg that no attempt is known of. */
  callbackOf(legId: string): CallbackTold | null {
    const interaction = this.attempts.get(legId)?.interaction;
    return [...this.callbacks.values()].find((one) => one.interaction === interaction) ?? null;
  }

  /** Every attempt that has called this number. */
  attemptsAt(party: string | null, { ledger }: Witness): readonly AttemptTold[] {
    return ledger
      .filter((leg) => leg.role === 'customer' && leg.party === party)
      .flatMap((leg) => this.attempts.get(leg.legId) ?? []);
  }

  #callback(interaction: string, word: string, event: EventSeen): void {
    const id = textIn(event, 'callbackId');
    const told = this.callbacks.get(id) ?? newCallback(id, interaction, event);
    this.callbacks.set(id, told);
    if (STORY_ONLY.has(word)) return;
    if (word === 'poisoned') told.wasSetAside = true;
    if (told.ends > 0 && !ENDS.has(word)) {
      this.contradictions.push(`I2: ${id} is ${word} after it has ended as ${told.state}`);
    }
    if (ENDS.has(word)) told.ends += 1;
    if (told.ends > 1) this.contradictions.push(`I2: ${id} ends twice, the second time as ${word}`);
    told.state = word;
  }

  #attempt(interaction: string, word: string, event: EventSeen): void {
    const id = textIn(event, 'attemptId');
    const told = this.attempts.get(id) ?? {
      ...{ id, interaction, dialled: false, ends: 0, endedAtMs: null, outcome: null },
      isSecondChance: event.body['secondChance'] === true,
    };
    this.attempts.set(id, told);
    if (word === 'dialing') told.dialled = true;
    if (word !== 'ended') return;
    told.ends += 1;
    told.outcome = textIn(event, 'outcome');
    told.endedAtMs = event.at;
    if (told.ends > 1) this.contradictions.push(`I15: attempt ${id} ends twice`);
    const callback = [...this.callbacks.values()].find((one) => one.interaction === interaction);
    if (callback !== undefined && told.outcome === 'connected') callback.talked = true;
  }

  #offer(word: string, agent: string, offer: string): void {
    const current = this.asked.get(agent);
    if (word === 'ringing') {
      if (current !== undefined) {
        this.contradictions.push(`I10: ${agent} is asked by ${offer} while ${current} lasts`);
      }
      this.asked.set(agent, offer);
      return;
    }
    if (word !== 'accepted' && current === offer) this.asked.delete(agent);
    // Accepting starts the same offer's life with the agent; its end is told in a word of its own.
  }
}

function newCallback(id: string, interaction: string, event: EventSeen): CallbackTold {
  return {
    ...{ id, interaction, state: '', ends: 0, talked: false, wasSetAside: false },
    origin: textIn(event, 'origin'),
    rule: textIn(event, 'rule'),
    requestedAtMs: event.at,
  };
}

function textIn(event: EventSeen, key: string): string {
  const value = event.body[key];
  return typeof value === 'string' ? value : '';
}
