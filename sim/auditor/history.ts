import type { EventSeen } from '../books.ts';

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
}

/** What the events alone tell of an attempt. */
export interface AttemptTold {
  readonly id: string;
  readonly interaction: string;
  dialled: boolean;
  ends: number;
  outcome: string | null;
}

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
    if (noun === 'callback') this.#callback(event.interaction, word, textIn(event, 'callbackId'));
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

  #callback(interaction: string, word: string, id: string): void {
    const told = this.callbacks.get(id) ?? { id, interaction, state: '', ends: 0, talked: false };
    this.callbacks.set(id, told);
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
      ...{ id, interaction, dialled: false, ends: 0 },
      outcome: null,
    };
    this.attempts.set(id, told);
    if (word === 'dialing') told.dialled = true;
    if (word !== 'ended') return;
    told.ends += 1;
    told.outcome = textIn(event, 'outcome');
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

function textIn(event: EventSeen, key: string): string {
  const value = event.body[key];
  return typeof value === 'string' ? value : '';
}
