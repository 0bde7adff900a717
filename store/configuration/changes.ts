import type { Centre } from '../../core/centre/centre.ts';
import type { Behaviour } from '../../core/rules/rule.ts';

/** The kinds of things an administrator sets up. A route is named `pbx/route`, a number by itself, the one tenant `settings`, the policy `numberPolicy`. */
export const CONFIGURED_KINDS = [
  'tenant',
  'pbx',
  'route',
  'hours',
  'queue',
  'agent',
  'number',
  'profile',
  'rule',
  'number-policy',
] as const;
export type ConfiguredKind = (typeof CONFIGURED_KINDS)[number];

/** A value of a field: text, numbers and lists of them, as they would stand in JSON. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | FieldGroup;
interface FieldGroup {
  readonly [field: string]: FieldValue;
}

/** One field of a changed thing; groups are told field by field, as in `callback.attemptsMax`. */
export interface FieldChange {
  readonly field: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
}

/** What becomes of one thing. */
export interface Change {
  readonly kind: ConfiguredKind;
  readonly name: string;
  readonly change: 'created' | 'changed' | 'removed';
  /** Empty unless changed. */
  readonly fields: readonly FieldChange[];
}
export type Changes = readonly Change[];

type Fields = ReadonlyMap<string, FieldValue>;

/** What it takes to get from one centre to another, in a fixed order. Pure. */
export function changesBetween(before: Centre, after: Centre): Changes {
  const [old, wanted] = [thingsOf(before), thingsOf(after)];
  return CONFIGURED_KINDS.flatMap((kind) => changesOf(kind, old[kind], wanted[kind]));
}

type Things = ReadonlyMap<string, Fields>;

function changesOf(kind: ConfiguredKind, before: Things, after: Things): Changes {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): Changes => {
    const [old, wanted] = [before.get(name), after.get(name)];
    if (old === undefined) return [{ kind, name, change: 'created', fields: [] }];
    if (wanted === undefined) return [{ kind, name, change: 'removed', fields: [] }];
    const fields = fieldChanges(old, wanted);
    return fields.length === 0 ? [] : [{ kind, name, change: 'changed', fields }];
  });
}

function fieldChanges(before: Fields, after: Fields): readonly FieldChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [from, to] = [before.get(field) ?? null, after.get(field) ?? null];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : { field, from, to };
  });
}

function thingsOf(centre: Centre): Readonly<Record<ConfiguredKind, Things>> {
  const { tenant, pbxs, hours, queues, agents, profiles, rules, numbers, numberPolicy } = centre;
  const routes = pbxs.flatMap((pbx) =>
    pbx.routes.map(({ name, dial, callerId, lines }, position) => ({
      name: `${pbx.name}/${name}`,
      position,
      dial,
      callerId,
      lines,
    })),
  );
  return {
    tenant: named([{ name: 'settings', ...tenant }]),
    pbx: named(
      pbxs.map(({ name, driver, settings }) => ({ name, driver, settings: { ...settings } })),
    ),
    route: named(routes),
    hours: named(
      hours.map(({ name, timeZone, weekly, holidays }) => ({
        name,
        timeZone,
        weekly: weekly.map(weeklyFields),
        holidays: holidays.map(holidayFields),
      })),
    ),
    queue: named(
      queues.map(({ callback, ...queue }) => ({
        ...queue,
        callback: callbackFields(callback),
      })),
    ),
    // In which order an agent's queues are written means nothing.
    agent: named(agents.map((agent) => ({ ...agent, queues: [...agent.queues].sort() }))),
    number: named(numbers.map(({ number, ...rest }) => ({ name: number, ...rest }))),
    profile: named(
      profiles.map(({ behaviour, ...rest }) => ({ ...rest, behaviour: sorted(behaviour) })),
    ),
    rule: named(rules.map(({ behaviour, ...rest }) => ({ ...rest, behaviour: sorted(behaviour) }))),
    'number-policy': named([{ name: 'numberPolicy', ...policyFields(numberPolicy) }]),
  };
}

/** What is said, without regard to the order in which it was said. */
function sorted(behaviour: Behaviour): FieldGroup {
  return Object.fromEntries(Object.entries(behaviour).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** In a fixed order of keys: the database keeps another. */
function weeklyFields({ days, from, to }: Centre['hours'][number]['weekly'][number]): FieldGroup {
  return { days: [...days], from, to };
}

/** In a fixed order of keys, and lists whose order means nothing sorted. */
function policyFields(policy: Centre['numberPolicy']): FieldGroup {
  const { callerMax, prefixMax, tenantMax } = policy.hourly;
  const { dailyMax, reservedMinutes, ratePerMinute, rates } = policy.budget;
  return {
    countries: [...policy.countries].sort(),
    refusedClasses: [...policy.refusedClasses].sort(),
    callbacksPerNumberPerDayMax: policy.callbacksPerNumberPerDayMax,
    sharedNumbers: [...policy.sharedNumbers].sort(),
    hourly: { callerMax, prefixMax, tenantMax },
    budget: {
      dailyMax,
      reservedMinutes,
      ratePerMinute,
      rates: rates.map(({ prefix, perMinute }) => ({ prefix, perMinute })),
    },
  };
}

function holidayFields({ date, yearly, open }: Centre['hours'][number]['holidays'][number]) {
  return { date, yearly, open: open.map(({ from, to }) => ({ from, to })) };
}

function callbackFields(callback: Centre['queues'][number]['callback']): FieldGroup {
  const { prompts, callingHours, retryAfterSeconds } = callback;
  return {
    ...callback,
    prompts: { ...prompts },
    callingHours: { ...callingHours },
    retryAfterSeconds: { ...retryAfterSeconds },
  };
}

function named(things: readonly (FieldGroup & { readonly name: string })[]): Things {
  return new Map(things.map(({ name, ...fields }) => [name, new Map(flat(fields, ''))]));
}

function flat(group: FieldGroup, prefix: string): readonly (readonly [string, FieldValue])[] {
  return Object.entries(group).flatMap(([field, value]) =>
    isGroup(value) ? flat(value, `${prefix}${field}.`) : [[`${prefix}${field}`, value] as const],
  );
}

function isGroup(value: FieldValue): value is FieldGroup {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
