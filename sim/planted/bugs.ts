import { MORE_BUGS } from './more-bugs.ts';

/** A bug as somebody might write it: one text of one file of the product is replaced. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What it does to people, in a few words. */
  readonly harm: string;
}

const DIALING = 'core/interactions/dialing.ts';
const ENDS = 'core/interactions/ends.ts';
const OFFERS = 'core/interactions/offers.ts';
const CALLS = 'core/interactions/calls.ts';
const CONVERSATIONS = 'core/interactions/conversations.ts';
const STEPS = 'core/interactions/steps.ts';
const POLICY = 'core/callbacks/policy.ts';
const EXECUTION = 'engine/execution.ts';
const RECONCILIATION = 'engine/reconciliation.ts';

/** Bugs of the rules. */
const RULES: readonly PlantedBug[] = [
  {
    name: 'attempts-not-counted',
    file: ENDS,
    find: '(ATTEMPT_OUTCOMES[outcome].counts ? 1 : 0)',
    replace: '0',
    harm: 'a customer is called again and again',
  },
  {
    name: 'one-attempt-too-many',
    file: POLICY,
    find: 'attemptsUsed >= settings.attemptsMax',
    replace: 'attemptsUsed > settings.attemptsMax',
    harm: 'one call more than the maximum',
  },
  {
    name: 'called-after-success',
    file: POLICY,
    find: "if (outcome === 'connected') return 'complete';",
    replace: "if (outcome === 'connected') return 'retry-later';",
    harm: 'who has talked with us is called again',
  },
  {
    name: 'ticket-forgotten',
    file: ENDS,
    find: 'return CALLBACK_ENDS[end].ticket ? { ...decision, ticket } : decision;',
    replace: 'return decision;',
    harm: 'a broken promise, and nobody hears of it',
  },
  {
    name: 'last-check-skipped',
    file: DIALING,
    find: 'if (!mayDial.yes) return',
    replace: 'if (false) return',
    harm: 'somebody is called after closing time',
  },
  {
    name: 'agent-not-freed',
    file: DIALING,
    find: "endOffer('accepted'), freeAgent(nowMs))",
    replace: "endOffer('accepted'))",
    harm: 'an agent is never offered anything again',
  },
  {
    name: 'agent-left-on-the-phone',
    file: DIALING,
    find: 'all(dismissAgent(CUSTOMER_UNAVAILABLE), endOffer',
    replace: 'all(endOffer',
    harm: 'an agent sits in silence',
  },
  {
    name: 'nobody-is-put-through',
    file: DIALING,
    find: "tell({ kind: 'bridge', bridgeId: `${agent}-talk`, legIds: [agent, customer] }),",
    replace: '',
    harm: 'a customer answers and hears nothing',
  },
  {
    name: 'call-goes-on-without-agent',
    file: DIALING,
    find: '          gone,\n          dismissCustomer(AGENT_LOST),',
    replace: '          gone,',
    harm: 'a phone rings on for nobody, and rings a second time',
  },
  {
    name: 'customers-end-not-heard',
    file: DIALING,
    find: 'endCallbackConversation(context)(situation);\n      case',
    replace: 'unchanged(situation);\n      case',
    harm: 'a conversation that never ends',
  },
  {
    name: 'back-to-no-line',
    file: ENDS,
    find: "inOrder(situation, goTo('waiting'), enterLine(), expiryRuns(context))",
    replace: "inOrder(situation, goTo('waiting'), expiryRuns(context))",
    harm: 'a promise that waits for ever',
  },
  {
    name: 'ended-and-still-in-line',
    file: ENDS,
    find: "      leaveLine(),\n      stopTimers('expiry'",
    replace: "      stopTimers('expiry'",
    harm: 'an agent is offered what is over',
  },
  {
    name: 'interaction-never-ends',
    file: ENDS,
    find: "state: 'ended',\n        ending",
    replace: 'ending',
    harm: 'the interaction of an ended callback stays open',
  },
  {
    name: 'caller-forgotten-after-decline',
    file: OFFERS,
    find: "inOrder(live, setInteraction({ state: 'waiting' }), enterLine())",
    replace: "inOrder(live, setInteraction({ state: 'waiting' }))",
    harm: 'a caller whose agent declined is never taken',
  },
  {
    name: 'unanswered-offer-has-no-end',
    file: OFFERS,
    find: "startTimer('offer', nowMs, ringTimeoutSeconds + RING_GRACE_SECONDS),",
    replace: '',
    harm: 'when no word comes from the phone, the promise stands still',
  },
  {
    name: 'lost-alert-has-no-end',
    file: OFFERS,
    find: "startTimer('alert', nowMs, ALERT_SECONDS_MAX),",
    replace: '',
    harm: 'when the alert is not heard to its end, nobody is called',
  },
  {
    name: 'unanswered-dial-has-no-end',
    file: DIALING,
    find: "startTimer('dial', nowMs, ringTimeoutSeconds + RING_GRACE_SECONDS),",
    replace: "stopTimers('dial'),",
    harm: 'when no word comes from the carrier, everybody waits',
  },
  {
    name: 'wrap-up-has-no-end',
    file: CONVERSATIONS,
    find: "startTimer('wrap-up', context.nowMs, seconds),",
    replace: '',
    harm: 'an agent writes notes for ever',
  },
  {
    name: 'agent-stays-after-caller',
    file: CONVERSATIONS,
    find: '      dismissCaller([]),\n      dismissAgent([]),',
    replace: '      dismissCaller([]),',
    harm: 'an agent hears nobody and is not hung up',
  },
  {
    name: 'caller-stays-after-agent',
    file: CONVERSATIONS,
    find: '      dismissCaller([]),\n      dismissAgent([]),',
    replace: '      dismissAgent([]),',
    harm: 'a caller hears nobody and is not hung up',
  },
  {
    name: 'wrap-up-keeps-the-agent',
    file: CONVERSATIONS,
    find: "setInteraction({ state: 'ended', ending: 'answered' }),\n      freeAgent(context.nowMs),",
    replace: "setInteraction({ state: 'ended', ending: 'answered' }),",
    harm: 'an agent is never free after a live call',
  },
  {
    name: 'withdrawn-phone-rings-on',
    file: CALLS,
    find: "endOffer('withdrawn'), dismissAgent([]), freeAgent",
    replace: "endOffer('withdrawn'), freeAgent",
    harm: "an agent's phone rings for a caller who has gone",
  },
  {
    name: 'parked-without-end',
    file: CALLS,
    find: "park('number-on-call', secondsAfter(nowMs, LEAVE_SECONDS_MAX)),",
    replace: '',
    harm: 'a promise that stands nowhere',
  },
  {
    name: 'callers-leg-never-gone',
    file: STEPS,
    find: "state: 'gone', ending: counted",
    replace: 'state: call.state, ending: counted',
    harm: 'a number counts as on the phone for ever',
  },
];

/** Bugs of the machinery around the rules. */
const MACHINERY: readonly PlantedBug[] = [
  {
    name: 'promised-before-the-commit',
    file: 'engine/pbx-events.ts',
    find: "prompt('ringback/apology')",
    replace: "prompt('ringback/confirmation')",
    harm: '"we will call you back", and nothing is stored',
  },
  {
    name: 'failed-commit-counts',
    file: 'store/database.ts',
    find: "await client.query('commit');",
    replace: "await client.query('commit').catch(() => undefined);",
    harm: 'what the database refused is taken as done',
  },
  {
    name: 'doubt-counts-as-never-sent',
    file: EXECUTION,
    find: "ending === null ? { kind: 'dial-in-doubt' }",
    replace: "ending === null ? { kind: 'customer-leg-ended', ending: 'congestion' }",
    harm: 'a second call while the first one rings',
  },
  {
    name: 'claimed-timer-never-given-back',
    file: 'store/timers/claim-due.sql',
    find: 'claimed_until <= $1',
    replace: "claimed_until = '-infinity'",
    harm: 'what a dead process had taken up is never done',
  },
  {
    name: 'epoch-not-raised',
    file: 'store/ownership/take.sql',
    find: 'epoch = epoch + 1',
    replace: 'epoch = epoch',
    harm: 'two nodes under one epoch',
  },
  {
    name: 'lost-leg-not-noticed',
    file: RECONCILIATION,
    find: 'if (leg === undefined) await this.missing(side, record, nowMs);',
    replace: 'if (leg === undefined) continue;',
    harm: 'a call that is gone is thought to live',
  },
  {
    name: 'orphan-not-hung-up',
    file: RECONCILIATION,
    find: 'else if (isOurs(legId)) await this.hangUp(side, legId);',
    replace: '',
    harm: 'a call of ours that nobody knows of stays up',
  },
  {
    name: 'agents-leg-not-cleared',
    file: 'engine/pbx-events.ts',
    find: 'return this.freeAgentOf(side, event.legId);',
    replace: 'return;',
    harm: 'an agent seems to be on the phone for ever',
  },
  {
    name: 'no-sweep-for-matches',
    file: 'engine/engine.ts',
    find: '      await this.takeUpCommands();\n      await this.matching.sweep();',
    replace: '      await this.takeUpCommands();',
    harm: 'after a crash an agent and a caller wait beside each other',
  },
  {
    name: 'last-come-first-served',
    file: 'store/matching/take-next.sql',
    find: 'order by h.priority desc, h.entered_at, h.seq limit 1 for update',
    replace: 'order by h.priority desc, h.entered_at desc, h.seq limit 1 for update',
    harm: 'whoever came last is served first',
  },
  {
    name: 'route-overbooked',
    file: 'store/centre.ts',
    find: '(calls.get(route.id) ?? 0) < route.lines',
    replace: '(calls.get(route.id) ?? 0) < 100',
    harm: 'more calls than the carrier was told of',
  },
  {
    name: 'hours-of-the-queue-forgotten',
    file: 'engine/calling-hours.ts',
    find: 'return hours === null ? customerDays(facts) : [hours, ...customerDays(facts)];',
    replace: 'return customerDays(facts);',
    harm: 'somebody is called while the company is closed',
  },
  {
    name: 'day-of-the-customer-forgotten',
    file: 'engine/calling-hours.ts',
    find: 'return hours === null ? customerDays(facts) : [hours, ...customerDays(facts)];',
    replace: 'return hours === null ? [] : [hours];',
    harm: 'somebody is called at night',
  },
];

/** All of them. */
export const PLANTED_BUGS: readonly PlantedBug[] = [...RULES, ...MACHINERY, ...MORE_BUGS];
