import { type AgentFacts, type AgentVerdict, judgeAgents } from '../agents/may-ask.ts';
import type { MayDial } from '../interactions/input.ts';
import type { ParkReason, Standing } from '../interactions/situation.ts';
import { NUMBER_REFUSALS, type NumberRefusal } from '../numbers/verdict.ts';
import { type Reason, reason } from '../prelude/reason.ts';
import type { EpochMs } from '../prelude/time.ts';
import type { CallbackState } from './states.ts';

/** Why a callback stands where it stands. */
export interface Explanation {
  readonly state: CallbackState;
  readonly reasons: readonly Reason<ReasonCode>[];
  /** The agents of its line, at most fifty: who is asked for it, who would be, and why the others are passed over. */
  readonly agents: readonly AgentVerdict[];
}

/** Codes are promises to integrators: never renamed. */
export const REASON_CODES = [
  'ended',
  'in-conversation',
  'being-dialled',
  'agent-being-asked',
  'others-ahead',
  'no-agent-serves',
  'no-agent-available',
  'agents-asked-recently',
  'number-on-call',
  'closed-hours',
  'calling-hours',
  'scheduled',
  'route-full',
  'retry-later',
  'number-refused',
  'number-limit',
  'budget-spent',
  'called-recently',
  'settling',
  'dialling-stopped',
  'got-through',
  'pbx-not-ready',
  'next-in-line',
  'needs-a-human',
  'delayed',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** What the explanation is made from. */
export interface ExplainFacts {
  readonly nowMs: EpochMs;
  readonly state: CallbackState;
  readonly standing: Standing;
  readonly expiresAt: EpochMs | null;
  /** How many stand before it in its line. */
  readonly ahead: number;
  readonly agents: readonly AgentFacts[];
  readonly pbxReady: boolean;
  /** Why the number policy ended it; null unless it did. */
  readonly numberRefusal: NumberRefusal | null;
  /** What the last check would say now. */
  readonly mayDial: MayDial;
}

/** Says why a callback has not been dialled yet and when that may change, the most telling reason first. */
export function explain(facts: ExplainFacts): Explanation {
  const agents = judgeAgents(facts.agents, facts.nowMs);
  return { state: facts.state, reasons: reasonsFor(facts, agents), agents };
}

type Reasons = readonly Reason<ReasonCode>[];

function reasonsFor(facts: ExplainFacts, agents: readonly AgentVerdict[]): Reasons {
  const { state } = facts;
  switch (state) {
    case 'poisoned':
      return [
        reason('needs-a-human', 'Handling it failed repeatedly; a human must resume or close it.'),
      ];
    case 'connected':
    case 'holding':
    case 'wrapping-up':
      return [reason('in-conversation', 'Customer and agent are talking or have just finished.')];
    case 'dialing':
      return [reason('being-dialled', "The customer's phone is being called.")];
    case 'offered':
    case 'accepted':
      return [reason('agent-being-asked', 'An agent is being asked or about to be connected.')];
    case 'scheduled':
    case 'waiting':
    case 'retry-wait':
      return waitingReasons(facts, agents);
    case 'completed':
    case 'exhausted':
    case 'expired':
    case 'released':
    case 'refused':
    case 'cancelled':
    case 'superseded':
      return endedReasons(facts);
  }
}

function endedReasons({ state, numberRefusal }: ExplainFacts): Reasons {
  const ended = reason<ReasonCode>('ended', `It is over: ${state}.`);
  return numberRefusal === null
    ? [ended]
    : [ended, reason('number-refused', NUMBER_REFUSALS[numberRefusal].text)];
}

function waitingReasons(facts: ExplainFacts, agents: readonly AgentVerdict[]): Reasons {
  const { standing, mayDial } = facts;
  const forbidden = mayDial.yes ? [] : [dialObstacle(mayDial)];
  if (standing.kind === 'parked') {
    const parked = parkedReason(standing.reason, standing.until);
    return [parked, ...forbidden.filter(({ code }) => code !== parked.code)];
  }
  return [...pbxReasons(facts), ...forbidden, ...agentReasons(facts, agents), placeReason(facts)];
}

function pbxReasons({ pbxReady }: ExplainFacts): Reasons {
  return pbxReady
    ? []
    : [reason('pbx-not-ready', 'The PBX is not connected; nothing is dialled until it is.')];
}

function agentReasons({ expiresAt }: ExplainFacts, agents: readonly AgentVerdict[]): Reasons {
  if (agents.length === 0) {
    return [reason('no-agent-serves', 'No agent serves this line at all.', expiresAt)];
  }
  if (agents.some(({ mayBeAsked }) => mayBeAsked)) return [];
  const soonest = agents
    .filter(({ reasons }) => reasons.every(({ code }) => code === 'asked-recently'))
    .map(({ reasons: [rests] }) => rests?.until ?? null)
    .reduce<EpochMs | null>((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
  return [
    soonest === null
      ? reason('no-agent-available', 'No agent of this line is available.', expiresAt)
      : reason(
          'agents-asked-recently',
          'The available agents have just declined it or not picked up.',
          soonest,
        ),
  ];
}

function placeReason({ ahead, expiresAt }: ExplainFacts): Reason<ReasonCode> {
  return ahead > 0
    ? reason('others-ahead', othersAhead(ahead), expiresAt)
    : reason('next-in-line', 'It is next in line.', expiresAt);
}

/** What the last check says against the call, in the words of what will be done about it. */
function dialObstacle(mayDial: MayDial & { yes: false }): Reason<ReasonCode> {
  switch (mayDial.reason) {
    case 'closed-hours':
    case 'calling-hours':
      return parkedReason(mayDial.reason, mayDial.nextOpening);
    case 'got-through':
      return reason(
        'got-through',
        'The customer got through by a call of their own; it ends when it is looked at next.',
      );
    case 'number-on-call':
    case 'dialling-stopped':
      return parkedReason(mayDial.reason, null);
    case 'called-recently':
      return parkedReason('called-recently', mayDial.until);
    case 'number-refused':
      return reason('number-refused', NUMBER_REFUSALS[mayDial.refusal].text, mayDial.until);
  }
}

function othersAhead(ahead: number): string {
  return ahead === 1 ? '1 is before it in line.' : `${ahead.toString()} are before it in line.`;
}

/** Why somebody is out of the line for a while. */
export function parkedReason(why: ParkReason, until: EpochMs | null): Reason<ReasonCode> {
  switch (why) {
    case 'number-on-call':
      return reason(
        'number-on-call',
        'A call with this number is up; it is called when that is over.',
        until,
      );
    case 'closed-hours':
      return reason('closed-hours', 'The queue is closed; the place is kept.', until);
    case 'calling-hours':
      return reason(
        'calling-hours',
        'It is not a time of day at which this customer may be called; the place is kept.',
        until,
      );
    case 'scheduled':
      return reason('scheduled', 'Another time was agreed; it enters the line then.', until);
    case 'route-full':
      return reason('route-full', 'No outbound line was free.', until);
    case 'number-limit':
      return reason(
        'number-limit',
        'As many calls as the number policy allows within an hour have been made; the place is kept.',
        until,
      );
    case 'budget-spent':
      return reason(
        'budget-spent',
        'The calls of the last 24 hours have used the budget up; the place is kept.',
        until,
      );
    case 'retry':
      return reason(
        'retry-later',
        'The last attempt did not reach the customer; the next one comes later.',
        until,
      );
    case 'dialling-stopped':
      return reason('dialling-stopped', 'A supervisor has stopped dialling; the place is kept.');
    case 'delay':
      return reason('delayed', 'Its rule waits before it calls back; the place is kept.', until);
    case 'called-recently':
      return reason(
        'called-recently',
        'This number was called a moment ago; the queue leaves a gap between two calls.',
        until,
      );
    case 'settling':
      return reason('settling', 'The last attempt is still being sorted out.', until);
  }
}
