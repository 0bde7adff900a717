/** One SIP message as sipp noted it. */
export interface SipMessage {
  readonly direction: 'sent' | 'received';
  readonly atMs: number;
  /** `INVITE sip:…` or `SIP/2.0 200 OK`. */
  readonly startLine: string;
  readonly text: string;
  readonly callId: string;
}

/** One call as a sipp phone saw it, whichever side began it. Distinct by Call-ID: a repeated INVITE is the same call. */
export interface SipCall {
  readonly callId: string;
  /** The user part of the number or name that was called. */
  readonly called: string;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly invitedAtMs: number;
  /** When the side that was called first said anything. */
  readonly respondedAtMs: number | null;
  /** When it began to ring. */
  readonly ringingAtMs: number | null;
  /** When the call was confirmed by an ACK after an answer. */
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The last final status of the INVITE, e.g. 200, 486, 487. */
  readonly status: number | null;
  /** `bye-sent`: this phone hung up. `bye-received`: the other side did. */
  readonly ending: 'bye-sent' | 'bye-received' | 'cancelled' | 'refused' | null;
}

const ENTRY =
  /^-{20,} (?<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)\n\w+ message (?<way>sent|received) [[(](?<size>\d+)\D+:\n\n/gm;

/** The messages of a trace; one that is only half written yet is left for the next look. */
export function messagesIn(trace: string): readonly SipMessage[] {
  return Array.from(trace.matchAll(ENTRY)).flatMap((entry) => {
    const { at = '', way, size } = entry.groups ?? {};
    const start = entry.index + entry[0].length;
    const bytes = trace.slice(start, start + Number(size));
    if (bytes.length < Number(size)) return [];
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    return [
      {
        direction: way === 'sent' ? 'sent' : 'received',
        atMs: Date.parse(at.replace(' ', 'T').slice(0, 23)),
        startLine: text.slice(0, text.search(/\r?\n/)),
        text,
        callId: headerOf(text, 'Call-ID'),
      },
    ];
  });
}

/** The value of a header, empty if it is missing. */
export function headerOf(text: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, 'im').exec(text)?.[1] ?? '';
}

/** The calls that a trace tells of, in the order in which they began. */
export function callsIn(messages: readonly SipMessage[]): readonly SipCall[] {
  const byCall = new Map<string, SipMessage[]>();
  for (const message of messages) {
    byCall.set(message.callId, [...(byCall.get(message.callId) ?? []), message]);
  }
  return Array.from(byCall.values()).flatMap((ofCall) => {
    const invite = ofCall.find((message) => message.startLine.startsWith('INVITE '));
    return invite === undefined ? [] : [callOf(invite, ofCall)];
  });
}

function callOf(invite: SipMessage, messages: readonly SipMessage[]): SipCall {
  const from = /^(?:"(?<name>[^"]*)"|(?<word>[^<"]*?))\s*<sips?:(?:(?<user>[^@>]*)@)?/.exec(
    headerOf(invite.text, 'From'),
  )?.groups;
  const answer = finalAnswerOf(messages);
  const ending = endingOf(messages, answer);
  return {
    callId: invite.callId,
    called: /^INVITE sips?:([^@;>]*)/.exec(invite.startLine)?.[1] ?? '',
    callerNumber: from?.['user'] ?? '',
    callerName: from?.['name'] ?? from?.['word'] ?? '',
    invitedAtMs: invite.atMs,
    respondedAtMs: find(messages, /^SIP\/2\.0 /)?.atMs ?? null,
    ringingAtMs: find(messages, /^SIP\/2\.0 180/)?.atMs ?? null,
    answeredAtMs: statusOf(answer) === 200 ? (find(messages, /^ACK /)?.atMs ?? null) : null,
    endedAtMs: ending?.atMs ?? null,
    status: answer === undefined ? null : statusOf(answer),
    ending: ending?.kind ?? null,
  };
}

function finalAnswerOf(messages: readonly SipMessage[]): SipMessage | undefined {
  return messages.findLast(
    ({ startLine, text }) =>
      /^SIP\/2\.0 [2-6]/.test(startLine) && headerOf(text, 'CSeq').endsWith('INVITE'),
  );
}

function statusOf(answer: SipMessage | undefined): number {
  return Number(answer?.startLine.split(' ')[1] ?? 0);
}

function find(messages: readonly SipMessage[], start: RegExp): SipMessage | undefined {
  return messages.find(({ startLine }) => start.test(startLine));
}

function endingOf(
  messages: readonly SipMessage[],
  answer: SipMessage | undefined,
): { readonly kind: NonNullable<SipCall['ending']>; readonly atMs: number } | undefined {
  const bye = find(messages, /^BYE /);
  if (bye !== undefined) {
    return { kind: bye.direction === 'sent' ? 'bye-sent' : 'bye-received', atMs: bye.atMs };
  }
  const cancel = find(messages, /^CANCEL /);
  if (cancel !== undefined) return { kind: 'cancelled', atMs: cancel.atMs };
  if (answer !== undefined && statusOf(answer) >= 300) {
    return { kind: 'refused', atMs: answer.atMs };
  }
  return undefined;
}
