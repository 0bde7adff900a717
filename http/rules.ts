import { formatDuration } from '../contract/durations.ts';
import { listRules, type RuleView } from '../contract/rules.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { type RuleInQueue, rulesOf } from '../core/rules/overview.ts';
import { readCentre } from '../store/configuration/configuration.ts';
import { fieldName } from './configuration-values.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** Which rules there are, and what they come to. */
export function registerRuleRoutes(
  api: Api,
  { database, shownTenant }: Pick<ServerDeps, 'database' | 'shownTenant'>,
): void {
  serve(api, listRules, async ({ query: { queue } }) => {
    const tenantId = await shownTenant();
    const centre = await database.forTenant(tenantId, async (tx) => readCentre(tx, tenantId));
    if (queue !== undefined && !centre.queues.some(({ name }) => name === queue)) {
      return refuse(unknownName('QUEUE_UNKNOWN', queue));
    }
    const rules = rulesOf(centre).filter((one) => queue === undefined || one.queue === queue);
    return reply(200, { items: rules.map(ruleView) });
  });
}

/** Settings of the queue as a whole: no rule says them. */
const OF_THE_QUEUE: ReadonlySet<string> = new Set([
  'enabled',
  'preserveSkills',
  'preservePriority',
  'offerEverySeconds',
  'callingHours',
  'prompts',
]);

function ruleView({ rule, queue, isOwn, switchedOff, ...resolved }: RuleInQueue): RuleView {
  const { name, type, number, profile, delaySeconds } = rule;
  return {
    name,
    type,
    queue,
    number,
    own: isOwn,
    inForce: switchedOff.length === 0,
    switchedOff: [...switchedOff],
    profile,
    delay: formatDuration(delaySeconds),
    minimumWait: type === 'abandoned' ? formatDuration(rule.minimumWaitSeconds) : null,
    lookBack: type === 'queue-callback' ? null : formatDuration(rule.lookBackSeconds),
    values: valuesOf(resolved),
  };
}

function valuesOf({
  settings,
  callerId,
  saidBy,
}: Pick<RuleInQueue, 'settings' | 'callerId' | 'saidBy'>): RuleView['values'] {
  const fields = Object.keys(CALLBACK_DEFAULTS).filter((field) => !OF_THE_QUEUE.has(field));
  const said = Object.entries(settings).filter(([field]) => fields.includes(field));
  const shown = callerId ?? 'the number that was dialled';
  return [...said, ['callerId', shown] as const].flatMap(([field, value]) =>
    valueTexts(field, value).map(([setting, text]) => ({
      setting,
      value: text,
      from: saidBy[field] ?? 'queue',
    })),
  );
}

/** Groups are told value by value. */
function valueTexts(field: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([inner, one]) =>
      valueTexts(`${field}.${inner}`, one).map(([path, text]) => [path, text] as const),
    );
  }
  const isDuration = typeof value === 'number' && /Seconds(?:\.|$)/.test(field);
  return [[fieldName(field), isDuration ? formatDuration(value) : String(value)]];
}
