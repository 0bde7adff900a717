import type { AriRequest, Send } from './generated/ari.ts';

/** What came back for a request, over whichever wire. */
export interface AriAnswer {
  readonly status: number;
  readonly body: string;
}

/** Carries one request to Asterisk. @throws DriverInDoubt when no answer comes back */
export type Carry = (request: AriRequest) => Promise<AriAnswer>;

/** Asterisk has answered with a status that is no success: what was asked for has not happened. */
export class AriRefusal extends Error {
  override readonly name = 'AriRefusal';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(`Asterisk answered ${status.toString()}${detail === '' ? '' : `: ${detail}`}`);
    this.status = status;
  }
}

/** What the generated client sends its requests with. @throws AriRefusal, DriverInDoubt */
export function sendOver(carry: Carry): Send {
  return async (request) => {
    const { status, body } = await carry(request);
    if (status < 200 || status > 299) throw new AriRefusal(status, detailOf(body));
    return jsonOf(body) ?? null;
  };
}

/** The body as a value; undefined when it is no JSON (an empty body, or something that is not an ARI). */
export function jsonOf(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}

/** ARI explains itself in `message`, in older places in `error`. */
function detailOf(body: string): string {
  const value = jsonOf(body);
  if (typeof value !== 'object' || value === null) return '';
  if ('message' in value && typeof value.message === 'string') return value.message;
  return 'error' in value && typeof value.error === 'string' ? value.error : '';
}
