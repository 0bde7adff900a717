import { WebSocket } from 'ws';
import type { Timer, Timers } from '../../core/prelude/timers.ts';
import { DriverInDoubt } from '../driver.ts';
import type { AriAnswer, Carry } from './answers.ts';
import { jsonOf } from './answers.ts';
import type { AriRequest, RESTRequest } from './generated/ari.ts';
import { ANSWER_MS_MAX, basicAuthorization } from './http-wire.ts';
import type { AsteriskTarget } from './settings.ts';

/** How often a living connection is asked for a sign of life. */
const PING_MS = 1_000;
/** Silence for this long and the connection is dead. Five pings, so that one slow second breaks nothing. */
export const SILENCE_MS_MAX = 5_000;

/** Asterisk turned the WebSocket away with an HTTP status. */
export class SocketTurnedAway extends Error {
  override readonly name = 'SocketTurnedAway';
  readonly status: number;

  constructor(status: number) {
    super(`the WebSocket was answered with ${status.toString()}`);
    this.status = status;
  }
}

/** What a wire tells its owner. */
export interface SocketListener {
  /** A message that is no answer to a request of ours. */
  onMessage(text: string): void;
  /** Once, after it was open; nothing follows. */
  onClosed(reason: string): void;
}

interface Waiting {
  readonly resolve: (answer: AriAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** The event WebSocket of one application, which carries requests as well where the version can. */
export class SocketWire {
  readonly #socket: WebSocket;
  readonly #timers: Timers;
  readonly #listener: SocketListener;
  readonly #waiting = new Map<string, Waiting>();
  #lastRequest = 0;
  #lastSignMs: number;
  #pinging: Timer;
  #isOver = false;

  private constructor(socket: WebSocket, timers: Timers, listener: SocketListener) {
    this.#socket = socket;
    this.#timers = timers;
    this.#listener = listener;
    this.#lastSignMs = timers.monotonicMs();
    socket.on('message', (data: Buffer) => {
      this.#received(data.toString('utf8'));
    });
    socket.on('pong', () => {
      this.#lastSignMs = timers.monotonicMs();
    });
    socket.on('error', () => undefined); // `close` follows, and tells enough.
    socket.once('close', () => {
      this.end('the connection to Asterisk broke');
    });
    this.#pinging = timers.after(PING_MS, () => {
      this.#ping();
    });
  }

  /** Opens the WebSocket. @throws SocketTurnedAway, or the error of the network */
  static async open(
    target: AsteriskTarget,
    timers: Timers,
    listener: SocketListener,
  ): Promise<SocketWire> {
    const address = new URL(`${target.baseUrl.replace(/^http/, 'ws')}/ari/events`);
    address.searchParams.set('app', target.application);
    const socket = new WebSocket(address, {
      headers: { authorization: basicAuthorization(target) },
      handshakeTimeout: ANSWER_MS_MAX,
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject); // A second error finds the promise settled.
      socket.once('unexpected-response', (request, response) => {
        reject(new SocketTurnedAway(response.statusCode ?? 0));
        request.destroy();
      });
      socket.once('open', () => {
        resolve(new SocketWire(socket, timers, listener));
      });
    });
  }

  /** How long it has been silent, in milliseconds. */
  silentForMs(): number {
    return this.#timers.monotonicMs() - this.#lastSignMs;
  }

  /** Requests over the WebSocket (Asterisk from 20.14, 21.9 and 22.4): answers come in order with the events. */
  readonly carry: Carry = async (request) => {
    if (this.#isOver) throw new DriverInDoubt('there is no connection to the PBX');
    this.#lastRequest += 1;
    const id = this.#lastRequest.toString();
    return new Promise<AriAnswer>((resolve, reject) => {
      const timer = this.#timers.after(ANSWER_MS_MAX, () => {
        this.#waiting.delete(id);
        reject(new DriverInDoubt('the PBX did not answer in time'));
      });
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify(messageOf(id, request)));
    });
  };

  /** Ends it; whatever waits for an answer is in doubt. Ending twice is fine. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pinging.cancel();
    this.#socket.terminate();
    for (const { reject, timer } of this.#waiting.values()) {
      timer.cancel();
      reject(new DriverInDoubt(reason));
    }
    this.#waiting.clear();
    this.#listener.onClosed(reason);
  }

  #ping(): void {
    if (this.silentForMs() >= SILENCE_MS_MAX) {
      this.end(`Asterisk gave no sign of life for ${(SILENCE_MS_MAX / 1000).toString()} s`);
      return;
    }
    this.#socket.ping();
    this.#pinging = this.#timers.after(PING_MS, () => {
      this.#ping();
    });
  }

  #received(text: string): void {
    if (this.#isOver) return; // A message of a connection that was given up is nobody's any more.
    this.#lastSignMs = this.#timers.monotonicMs();
    const answer = answerIn(text);
    if (answer === null) {
      this.#listener.onMessage(text);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.timer.cancel();
    waiting?.resolve({ status: answer.status, body: answer.body });
  }
}

function messageOf(id: string, request: AriRequest): RESTRequest {
  const query = Object.entries(request.query);
  return {
    type: 'RESTRequest',
    transaction_id: id,
    request_id: id,
    method: request.method,
    uri: request.path.slice(1), // Asterisk knows resources without the slash.
    query_strings: query.map(([name, value]) => ({ name, value })),
    ...(request.body === undefined
      ? {}
      : { content_type: 'application/json', message_body: JSON.stringify(request.body) }),
  };
}

function answerIn(text: string): { id: string; status: number; body: string } | null {
  // Most messages are events: those are not parsed twice.
  if (!text.includes('"RESTResponse"')) return null;
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null) return null;
  if (!('type' in value) || value.type !== 'RESTResponse') return null;
  if (!('request_id' in value) || typeof value.request_id !== 'string') return null;
  const status = 'status_code' in value ? Number(value.status_code) : 0;
  const body = 'message_body' in value ? value.message_body : '';
  return { id: value.request_id, status, body: typeof body === 'string' ? body : '' };
}
