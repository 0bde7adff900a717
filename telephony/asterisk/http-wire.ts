import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { DriverInDoubt } from '../driver.ts';
import type { AriAnswer, Carry } from './answers.ts';
import type { AriRequest } from './generated/ari.ts';
import type { AsteriskTarget } from './settings.ts';

/**
 * Asterisk's HTTP server accepts with a backlog of ten and gives each connection a thread: four that stay open carry
 * more than a thousand requests a second, a hundred at once collapse to a handful.
 */
const SOCKETS_MAX = 4;
/** Also the bound for a request over the WebSocket: ten times what a loaded PBX needs for its slowest, an originate. */
export const ANSWER_MS_MAX = 5_000;

/** HTTP connections to one Asterisk: for finding out what it is, and for versions that know nothing better. */
export interface HttpWire {
  readonly carry: Carry;
  /** Breaks everything off; what is under way is in doubt. */
  close(): void;
}

/** Opens nothing yet: connections are made when they are needed. */
export function httpWire(target: AsteriskTarget): HttpWire {
  const isSecure = target.baseUrl.startsWith('https:');
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX };
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  const underWay = new Set<ClientRequest>();
  const open = (request: AriRequest): ClientRequest => {
    const url = `${target.baseUrl}/ari${request.path}${queryText(request.query)}`;
    return (isSecure ? httpsRequest : httpRequest)(url, {
      agent,
      method: request.method,
      timeout: ANSWER_MS_MAX,
      headers: { authorization: basicAuthorization(target), 'content-type': 'application/json' },
    });
  };
  const carry: Carry = async (request) => {
    const outgoing = open(request);
    underWay.add(outgoing);
    try {
      return await answerTo(outgoing, request.body);
    } finally {
      underWay.delete(outgoing);
    }
  };
  const close = (): void => {
    for (const outgoing of underWay) outgoing.destroy(new Error('the connection was given up'));
    agent.destroy();
  };
  return { carry, close };
}

/** The header that ARI asks for (RFC 7617). It stands in no URL, so that no log has it. */
export function basicAuthorization({ username, password }: AsteriskTarget): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function answerTo(outgoing: ClientRequest, body: unknown): Promise<AriAnswer> {
  return new Promise<AriAnswer>((resolve, reject) => {
    const inDoubt = (cause: Error): void => {
      reject(new DriverInDoubt('no answer from the PBX', { cause }));
    };
    outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.once('error', inDoubt);
    outgoing.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', inDoubt);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') });
      });
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function queryText(query: AriRequest['query']): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}
