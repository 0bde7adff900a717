import type { Centre, QueueSetup, RuleSetup } from '../centre/centre.ts';
import type { CallbackSettings } from '../queues/settings.ts';
import { settingsWith } from './resolve.ts';
import { type Behaviour, RULE_ATTEMPTS, RULE_DEFAULTS } from './rule.ts';

/** Where a value comes from; `type` is what a type of rule brings along. */
export type ValueSource = 'rule' | 'profile' | 'type' | 'queue';

/** A rule with what it comes to for one queue. */
export interface RuleInQueue {
  readonly rule: RuleSetup;
  readonly queue: string;
  /** True for the rule that a queue's own `callback:` settings make. */
  readonly isOwn: boolean;
  /** Which switches speak against it; empty: it is in force. */
  readonly switchedOff: readonly ('rule' | 'queue' | 'number')[];
  readonly settings: CallbackSettings;
  readonly callerId: Behaviour['callerId'] | null;
  /** Who says it, for each value that the queue does not say. */
  readonly saidBy: Readonly<Record<string, ValueSource>>;
}

/** Every rule that there is, queue by queue, the ones of numbers behind those of their queue. */
export function rulesOf(centre: Centre): readonly RuleInQueue[] {
  return centre.queues.flatMap((queue) => {
    const made = centre.rules.filter((rule) => queueOfRule(rule, centre) === queue.name);
    const hasMade = made.some((rule) => rule.type === 'queue-callback' && rule.queue !== null);
    return [
      ...(hasMade ? [] : [inQueue(ownSetup(queue), queue, centre, true)]),
      ...made
        .toSorted((a, b) => Number(a.number !== null) - Number(b.number !== null))
        .map((rule) => inQueue(rule, queue, centre, false)),
    ];
  });
}

function queueOfRule({ queue, number }: RuleSetup, { numbers }: Centre): string | null {
  return queue ?? numbers.find((one) => one.number === number)?.queue ?? null;
}

function ownSetup(queue: QueueSetup): RuleSetup {
  return {
    name: queue.name,
    type: 'queue-callback',
    queue: queue.name,
    number: null,
    enabled: true,
    ...RULE_DEFAULTS['queue-callback'],
    profile: null,
    behaviour: {},
  };
}

function inQueue(rule: RuleSetup, queue: QueueSetup, centre: Centre, isOwn: boolean): RuleInQueue {
  const profile = centre.profiles.find(({ name }) => name === rule.profile)?.behaviour ?? {};
  const attemptsMax = RULE_ATTEMPTS[rule.type];
  const ofType: Behaviour = attemptsMax === null ? {} : { attemptsMax };
  const said: Behaviour = { ...ofType, ...profile, ...rule.behaviour };
  return {
    rule,
    queue: queue.name,
    isOwn,
    switchedOff: switchedOff(rule, queue, centre),
    settings: settingsWith(queue.callback, said),
    callerId: said.callerId ?? null,
    saidBy: {
      ...sources(ofType, 'type'),
      ...sources(profile, 'profile'),
      ...sources(rule.behaviour, 'rule'),
    },
  };
}

function sources(behaviour: Behaviour, by: ValueSource): Readonly<Record<string, ValueSource>> {
  return Object.fromEntries(Object.keys(behaviour).map((field) => [field, by]));
}

function switchedOff(
  rule: RuleSetup,
  queue: QueueSetup,
  { numbers }: Centre,
): RuleInQueue['switchedOff'] {
  const number = numbers.find((one) => one.number === rule.number);
  return [
    ...(rule.enabled ? [] : ['rule' as const]),
    ...(queue.callback.enabled ? [] : ['queue' as const]),
    ...(number?.callbackEnabled === false ? ['number' as const] : []),
  ];
}
