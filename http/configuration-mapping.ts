import type { Configuration } from '../contract/configuration.ts';
import type { ConfigurationPath } from '../contract/configuration-problems.ts';
import { pbxNameOf } from '../contract/configuration-references.ts';
import type { ConfigurationChange } from '../contract/configuration-routes.ts';
import { formatDuration } from '../contract/durations.ts';
import type { Centre, HoursSetup, PbxSetup, QueueSetup } from '../core/centre/centre.ts';
import type { NumberPolicy } from '../core/numbers/policy.ts';
import { assert } from '../core/prelude/assert.ts';
import type { CallbackSettings } from '../core/queues/settings.ts';
import type { Change, FieldValue } from '../store/configuration/changes.ts';
import type { ThingInUse } from '../store/configuration/use.ts';
import { checkedNumber, fieldName, optionalNumber } from './configuration-values.ts';
import {
  profileConfiguration,
  profileSetup,
  ruleConfiguration,
  ruleSetup,
} from './rule-mapping.ts';

/* The configuration as outsiders see it, and the centre as the core knows it. */

/** The centre that a checked configuration describes. */
export function centreOf(configuration: Configuration): Centre {
  return {
    tenant: { timeZone: configuration.tenant.timeZone ?? null },
    pbxs: configuration.pbxs.map(pbxSetup),
    hours: configuration.hours,
    queues: configuration.queues.map((queue) => ({
      name: queue.name,
      number: optionalNumber(queue.number),
      pbx: pbxOf(queue, configuration),
      hours: queue.hours ?? null,
      priority: queue.priority,
      callback: callbackSettings(queue.callback),
    })),
    agents: configuration.agents.map((agent) => ({
      name: agent.name,
      pbx: pbxOf(agent, configuration),
      endpoint: agent.endpoint,
      queues: agent.queues,
    })),
    profiles: configuration.profiles.map(profileSetup),
    rules: configuration.rules.map((rule) => ruleSetup(rule, configuration)),
    numbers: configuration.numbers.map(({ number, queue, callback, priority }) => ({
      number: checkedNumber(number),
      queue,
      callbackEnabled: callback.enabled,
      priority: priority ?? null,
    })),
    numberPolicy: numberPolicy(configuration.numberPolicy),
  };
}

/** The configuration that describes a centre, with nothing left to defaults. */
export function configurationOf(centre: Centre): Configuration {
  const { timeZone: tenantZone } = centre.tenant;
  return {
    tenant: tenantZone === null ? {} : { timeZone: tenantZone },
    pbxs: centre.pbxs.map(pbxConfiguration),
    hours: centre.hours.map(hoursConfiguration),
    queues: centre.queues.map(({ name, number, pbx, hours, priority, callback }) => ({
      name,
      ...(number === null ? {} : { number }),
      pbx,
      ...(hours === null ? {} : { hours }),
      priority,
      callback: callbackConfiguration(callback),
    })),
    agents: centre.agents.map(({ name, endpoint, queues, pbx }) => ({
      name,
      endpoint,
      queues: [...queues],
      pbx,
    })),
    profiles: centre.profiles.map(profileConfiguration),
    rules: centre.rules.map(ruleConfiguration),
    numbers: centre.numbers.map(({ number, queue, callbackEnabled, priority }) => ({
      number,
      queue,
      callback: { enabled: callbackEnabled },
      ...(priority === null ? {} : { priority }),
    })),
    numberPolicy: policyConfiguration(centre.numberPolicy),
  };
}

/** A change in the words of the configuration. */
export function changeView({ kind, name, change, fields }: Change): ConfigurationChange {
  return {
    kind,
    name,
    change,
    fields: fields.map(({ field, from, to }) => ({
      field: fieldName(field),
      from: fieldText(field, from),
      to: fieldText(field, to),
    })),
  };
}

/** Where in a configuration something stands that cannot be changed; its section when it was left out. */
export function pathOfUse(use: ThingInUse, configuration: Configuration): ConfigurationPath {
  const { kind, name, change } = use;
  if (kind === 'number-policy') return [name];
  if (kind === 'tenant') return [kind];
  const section = SECTIONS[kind];
  // A number has no other name than itself.
  const names = configuration[section].map((thing) =>
    'name' in thing ? thing.name : thing.number,
  );
  const at = names.indexOf(kind === 'route' ? (name.split('/')[0] ?? name) : name);
  if (at < 0) return [section];
  if (kind === 'route') return [section, at, 'routes'];
  if (change === 'removed') return [section, at];
  return [section, at, kind === 'pbx' ? 'driver' : 'pbx'];
}

const SECTIONS = {
  pbx: 'pbxs',
  route: 'pbxs',
  hours: 'hours',
  queue: 'queues',
  agent: 'agents',
  profile: 'profiles',
  rule: 'rules',
  number: 'numbers',
} as const;

function hoursConfiguration(hours: HoursSetup): Configuration['hours'][number] {
  const { name, timeZone, weekly, holidays } = hours;
  return {
    name,
    timeZone,
    weekly: weekly.map(({ days, from, to }) => ({ days: [...days], from, to })),
    holidays: holidays.map(({ date, yearly, open }) => ({
      date,
      yearly,
      open: open.map(({ from, to }) => ({ from, to })),
    })),
  };
}

type PbxConfiguration = Configuration['pbxs'][number];

function pbxSetup(pbx: PbxConfiguration): PbxSetup {
  const { name, driver } = pbx;
  const routes = pbx.routes.map((route) => ({
    name: route.name,
    dial: route.dial,
    callerId: optionalNumber(route.callerId),
    lines: route.lines,
  }));
  if (pbx.driver === 'sandbox') return { name, driver, settings: NO_CONNECTION, routes };
  const { url, username, passwordFile, application, allowInsecure } = pbx;
  const settings = { url, username, passwordFile, application, allowInsecure };
  return { name, driver, settings, routes };
}

/** The sandbox lives in memory: there is nothing to connect to. */
const NO_CONNECTION: PbxSetup['settings'] = {
  url: '',
  username: '',
  passwordFile: '',
  application: 'ringback',
  allowInsecure: false,
};

function pbxConfiguration({ name, driver, settings, routes }: PbxSetup): PbxConfiguration {
  const outbound = routes.map(({ callerId, ...route }) => ({
    ...route,
    ...(callerId === null ? {} : { callerId }),
  }));
  return driver === 'sandbox'
    ? { name, driver, routes: outbound }
    : { name, driver, ...settings, routes: outbound };
}

function pbxOf(thing: { readonly pbx?: string | undefined }, configuration: Configuration): string {
  const name = pbxNameOf(thing, configuration);
  assert(name !== undefined, 'a checked configuration leaves no PBX open');
  return name;
}

type CallbackConfiguration = Configuration['queues'][number]['callback'];

function callbackSettings(callback: CallbackConfiguration): QueueSetup['callback'] {
  return {
    enabled: callback.enabled,
    preserveSkills: callback.preserveSkills,
    preservePriority: callback.preservePriority,
    offerEverySeconds: callback.offerEvery,
    attemptsMax: callback.attempts,
    retryAfterSeconds: callback.retryAfter,
    minimumGapSeconds: callback.minimumGap,
    reentry: callback.reentry,
    ringCustomerSeconds: callback.ringCustomer,
    ringAgentSeconds: callback.ringAgent,
    successAfterSeconds: callback.successAfter,
    voicemail: callback.voicemail,
    expiresAfterSeconds: callback.expiresAfter,
    closing: callback.closing,
    callingHours: callback.callingHours,
    wrapUpSeconds: callback.wrapUp,
    prompts: callback.prompts,
  };
}

function callbackConfiguration(settings: CallbackSettings): CallbackConfiguration {
  return {
    enabled: settings.enabled,
    preserveSkills: settings.preserveSkills,
    preservePriority: settings.preservePriority,
    offerEvery: settings.offerEverySeconds,
    attempts: settings.attemptsMax,
    retryAfter: { ...settings.retryAfterSeconds },
    minimumGap: settings.minimumGapSeconds,
    reentry: settings.reentry,
    ringCustomer: settings.ringCustomerSeconds,
    ringAgent: settings.ringAgentSeconds,
    successAfter: settings.successAfterSeconds,
    voicemail: settings.voicemail,
    expiresAfter: settings.expiresAfterSeconds,
    closing: settings.closing,
    callingHours: { ...settings.callingHours },
    wrapUp: settings.wrapUpSeconds,
    prompts: { ...settings.prompts },
  };
}

type PolicyConfiguration = Configuration['numberPolicy'];

function numberPolicy({ hourly, budget, ...policy }: PolicyConfiguration): NumberPolicy {
  return {
    countries: policy.countries,
    refusedClasses: policy.refusedClasses,
    callbacksPerNumberPerDayMax: policy.callbacksPerNumberPerDay,
    sharedNumbers: policy.shared.map(checkedNumber),
    hourly: { callerMax: hourly.caller, prefixMax: hourly.prefix, tenantMax: hourly.tenant },
    budget: {
      dailyMax: budget.daily,
      reservedMinutes: budget.reservedMinutes,
      ratePerMinute: budget.ratePerMinute,
      rates: budget.rates,
    },
  };
}

function policyConfiguration({ hourly, budget, ...policy }: NumberPolicy): PolicyConfiguration {
  const { callerMax, prefixMax, tenantMax } = hourly;
  const { dailyMax, reservedMinutes, ratePerMinute, rates } = budget;
  return {
    countries: [...policy.countries],
    refusedClasses: [...policy.refusedClasses],
    callbacksPerNumberPerDay: policy.callbacksPerNumberPerDayMax,
    shared: [...policy.sharedNumbers],
    hourly: { caller: callerMax, prefix: prefixMax, tenant: tenantMax },
    budget: {
      daily: dailyMax,
      reservedMinutes,
      ratePerMinute,
      rates: rates.map(({ prefix, perMinute }) => ({ prefix, perMinute })),
    },
  };
}

function fieldText(field: string, value: FieldValue): string {
  if (value === null || value === '') return 'nothing';
  if (typeof value === 'number' && /Seconds(?:\.|$)/.test(field)) return formatDuration(value);
  if (typeof value !== 'object') return value.toString();
  const words: readonly unknown[] = Array.isArray(value) ? value : [];
  const plain = words.filter((word) => typeof word === 'string');
  if (plain.length < words.length) return JSON.stringify(value);
  return plain.length === 0 ? 'none' : plain.join(', ');
}
