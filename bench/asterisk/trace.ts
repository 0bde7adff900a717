/** One call as the agent's phone saw it, by the phone's own clock. */
export interface PhoneCall {
  /** When the first INVITE of the call arrived. Milliseconds since 1970, to the microsecond. */
  readonly invitedMs: number;
  /** When the phone hung up; null while it has not. */
  readonly hungUpMs: number | null;
}

const ENTRY =
  /^-{20,} (?<day>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d)(?<fraction>\.\d+)\n\w+ message (?<way>sent|received) [^\n]*\n\n(?<method>INVITE|BYE) [\s\S]*?^Call-ID:[ \t]*(?<callId>[^\r\n]+)/gim;

/** The calls of a trace that sipp has written, in the order in which they came. Repeated messages change nothing. */
export function callsIn(trace: string): readonly PhoneCall[] {
  const calls = new Map<string, PhoneCall>();
  for (const { groups = {} } of trace.matchAll(ENTRY)) {
    const { day = '', time = '', fraction = '', way, method, callId = '' } = groups;
    // Without a zone the time is local time, which is what sipp writes.
    const atMs = Date.parse(`${day}T${time}`) + Number(fraction) * 1000;
    const call = calls.get(callId);
    if (method === 'INVITE' && way === 'received' && call === undefined) {
      calls.set(callId, { invitedMs: atMs, hungUpMs: null });
    }
    if (method === 'BYE' && way === 'sent' && call?.hungUpMs === null) {
      calls.set(callId, { ...call, hungUpMs: atMs });
    }
  }
  return [...calls.values()];
}

/** How long the phone stayed silent between hanging up and the next call, for each pair of calls. */
export function silencesBetween(calls: readonly PhoneCall[]): readonly number[] {
  return calls.slice(1).map(({ invitedMs }, at) => invitedMs - (calls[at]?.hungUpMs ?? Number.NaN));
}
