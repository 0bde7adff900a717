import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ONES_MAX, PCAP_FOLDER, pressOfOne, recordingOf } from './ones.ts';

/** What a called phone, or the telephone network behind a number, does with a call. */
export type Behaviour =
  /** Rings, answers, and stays until the other side hangs up, unless `hangUpAfterMs` says otherwise. */
  | {
      readonly kind: 'answer';
      readonly afterMs?: number;
      readonly hangUpAfterMs?: number;
      /** What ends the call then is the network: a BYE that says so (RFC 3326). */
      readonly losesLine?: true;
    }
  /** Rings until it is cancelled or told what to do. */
  | { readonly kind: 'ring' }
  /** Rings, then ends the call with a final SIP status: 486 busy, 603 declined, 404 unallocated, 480, 503 … */
  | { readonly kind: 'refuse'; readonly status: number; readonly afterMs?: number }
  /** Answers 302: asks the PBX to call `to` instead. */
  | { readonly kind: 'forward'; readonly to: string };

/** Behaviours by called number, each for the first, the second … call; the last one holds for all further calls. */
export interface Plan {
  readonly byNumber?: Readonly<Record<string, readonly Behaviour[]>>;
  readonly otherwise: readonly Behaviour[];
}

/** Who a caller is. Null: withheld, as networks send it (RFC 3323). */
export type CallerNumber = string | null;

/** No phase of any call lasts longer: a forgotten call ends by itself. */
const PHASE_MS_MAX = 120_000;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'star', 'pound'];
const REFUSALS = [400, 401, 403, 404, 408, 480, 484, 486, 487, 488, 500, 503, 603];

/** sipp reads no longer scenario. */
const SCENARIO_BYTES_MAX = 65_535;

/** The sipp scenario of a called phone. */
export function calledScenario(plan: Plan): string {
  const routes = Object.entries(plan.byNumber ?? {});
  const all: readonly (readonly Behaviour[])[] = [
    ...routes.map(([, each]) => each),
    plan.otherwise,
  ];
  const blocks = new Map(all.flat().map((each) => [blockIdOf(each), blockOf(each)]));
  const scenario = fill('called.xml', {
    counters: all.map((_, index) => `count_${index.toString()}`).join(','),
    routes: [
      ...routes.map(([number], index) => matchOf(number, index)),
      `  <nop next="route_${routes.length.toString()}"/>`,
      ...all.map(routeOf),
    ].join('\n'),
    blocks: Array.from(blocks.values()).join('\n'),
    talk: talk(),
  });
  if (scenario.length > SCENARIO_BYTES_MAX) throw new Error('a plan with too many behaviours');
  return scenario;
}

/** An account of a PBX that asks for a password. */
export interface SipAccount {
  readonly user: string;
  readonly password: string;
}

/** The sipp scenario of a customer who calls. */
export function callerScenario(from: CallerNumber): string {
  const [name, privacy] =
    from === null
      ? ['"Anonymous" <sip:anonymous@anonymous.invalid>', 'Privacy: id\n']
      : [`<sip:${from}@[local_ip]:[local_port]>`, ''];
  return fill('caller.xml', {
    ...callWith({ from: name, challenge: '', authorization: '', sequence: 1 }),
    privacy,
  });
}

/** The sipp scenario of a softphone that calls with its account. */
export function accountCallerScenario({ user, password }: SipAccount): string {
  const from = `<sip:${user}@[remote_ip]:[remote_port]>`;
  return fill('caller.xml', {
    ...callWith({
      from,
      challenge: fill('challenge.xml', { from }),
      authorization: `[authentication username=${user} password=${password}]\n`,
      sequence: 2,
    }),
    privacy: '',
  });
}

/** The sipp scenario of a softphone that registers and is done. */
export function registerScenario({ user, password }: SipAccount): string {
  return fill('register.xml', { user, password });
}

function callWith(begin: {
  readonly from: string;
  readonly challenge: string;
  readonly authorization: string;
  readonly sequence: number;
}): Readonly<Record<string, string>> {
  const refusals = REFUSALS.map(
    (status) => `  <recv response="${status.toString()}" optional="true" next="refused"/>`,
  );
  return {
    ...begin,
    sequence: begin.sequence.toString(),
    nextSequence: (begin.sequence + 1).toString(),
    refusals: refusals.join('\n'),
    talk: talk(true),
  };
}

/** Goes on to the route of this number if it is the one that was called. */
function matchOf(number: string, route: number): string {
  return `  <nop><action>
    <strcmp assign_to="differs" variable="number" value="${number}"/>
    <test assign_to="hit" variable="differs" compare="equal" value="0"/>
  </action></nop>
  <nop test="hit" next="route_${route.toString()}"/>`;
}

/** Counts the calls of a route and goes on to the behaviour whose turn it is. */
function routeOf(behaviours: readonly Behaviour[], route: number): string {
  const last = behaviours.at(-1);
  if (last === undefined) throw new Error('a number without any behaviour');
  const counter = `count_${route.toString()}`;
  const turns = behaviours.slice(0, -1).map(
    (behaviour, index) => `  <nop><action>
    <test assign_to="hit" variable="${counter}" compare="equal" value="${(index + 1).toString()}"/>
  </action></nop>
  <nop test="hit" next="begin_${blockIdOf(behaviour)}"/>`,
  );
  return `  <label id="route_${route.toString()}"/>
  <nop><action><add assign_to="${counter}" value="1"/></action></nop>
${turns.join('\n')}
  <nop next="begin_${blockIdOf(last)}"/>`;
}

/** Equal behaviours share a block. */
function blockIdOf(behaviour: Behaviour): string {
  const values = Object.values(behaviour).map((value) => String(value).replaceAll(/\W/g, '_'));
  return [...Object.keys(behaviour), ...values].join('_');
}

function blockOf(behaviour: Behaviour): string {
  const id = blockIdOf(behaviour);
  const hangUpAfterMs = behaviour.kind === 'answer' ? behaviour.hangUpAfterMs : undefined;
  return fill('called-block.xml', {
    id,
    outcome: behaviour.kind === 'answer' ? 'answer' : 'refuse',
    ringMs: ringMsOf(behaviour).toString(),
    talk: hangUpAfterMs === undefined ? 'talk' : `talk_${id}`,
    end: behaviour.kind === 'answer' && behaviour.losesLine === true ? 'lose_line' : 'hang_up',
    talkMs: Math.max(1, hangUpAfterMs ?? PHASE_MS_MAX).toString(),
    status: statusOf(behaviour).toString(),
    contact: behaviour.kind === 'forward' ? `sip:${behaviour.to}` : 'sip:[local_ip]:[local_port]',
  });
}

function ringMsOf(behaviour: Behaviour): number {
  switch (behaviour.kind) {
    case 'answer':
    case 'refuse':
      return Math.max(1, behaviour.afterMs ?? 50); // sipp takes 0 for "for ever".
    case 'forward':
      return 50;
    case 'ring':
      return PHASE_MS_MAX;
  }
}

/** What the phone answers when it does not take the call; 603 (declined) when the test tells it to refuse. */
function statusOf(behaviour: Behaviour): number {
  if (behaviour.kind === 'refuse') return behaviour.status;
  return behaviour.kind === 'forward' ? 302 : 603;
}

/** @param again the phone can press 1 several times in a call */
function talk(again = false): string {
  const digits = DIGITS.map((digit) =>
    fill('digit.xml', {
      press: `press-${digit}`,
      pcap: join(PCAP_FOLDER, `dtmf_2833_${digit}.pcap`),
    }),
  );
  const times = again ? Array.from({ length: ONES_MAX - 1 }, (_, at) => at + 2) : [];
  const ones = times.map((time) =>
    fill('digit.xml', { press: pressOfOne(time), pcap: recordingOf(time) }),
  );
  return fill('talk.xml', {
    talkMs: PHASE_MS_MAX.toString(),
    digits: [...digits, ...ones].join(''),
  });
}

/** A template of scenarios/ with its {{names}} replaced. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(import.meta.dirname, 'scenarios', template), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${template} asks for an unknown ${name}`);
    return value;
  });
}
