import type { Configuration } from './configuration.ts';
import { unknownName } from './configuration-names.ts';
import {
  type ConfigurationPath,
  type ConfigurationProblem,
  PROBLEMS_MAX,
  shown,
} from './configuration-problems.ts';
import { ruleProblems } from './rule-checks.ts';

/*
 * What no single field can tell: names that lead nowhere, and things that are there twice.
 */

type Problems = readonly ConfigurationProblem[];

/** The PBX that a queue or agent belongs to: the one it names, or the only one there is. */
export function pbxNameOf(
  thing: { readonly pbx?: string | undefined },
  { pbxs }: Pick<Configuration, 'pbxs'>,
): string | undefined {
  return thing.pbx ?? (pbxs.length === 1 ? pbxs[0]?.name : undefined);
}

/** The mistakes between the parts of a configuration whose fields are right, the first hundred. */
export function referenceProblems(configuration: Configuration): Problems {
  return allProblems(configuration).slice(0, PROBLEMS_MAX);
}

function allProblems(configuration: Configuration): Problems {
  return [
    ...duplicates(configuration),
    ...configuration.pbxs.flatMap((pbx, at) => insecure(pbx, ['pbxs', at, 'url'])),
    ...configuration.hours.flatMap((hours, at) => hoursProblems(hours, ['hours', at])),
    ...configuration.queues.flatMap((queue, at) => queueProblems(configuration, queue, at)),
    ...agentProblems(configuration),
    ...numberProblems(configuration),
    ...ruleProblems(configuration),
    ...twice(
      configuration.numberPolicy.budget.rates.map(({ prefix }) => prefix),
      (at) => ['numberPolicy', 'budget', 'rates', at, 'prefix'],
      'each prefix once',
    ),
  ];
}

function duplicates(configuration: Configuration): Problems {
  const { pbxs, hours, queues, agents, profiles, rules, numbers } = configuration;
  const names = { pbxs, hours, queues, agents, profiles, rules };
  return [
    ...Object.entries(names).flatMap(([section, things]) =>
      twice(
        things.map(({ name }) => name),
        (at) => [section, at, 'name'],
        'a name of its own',
      ),
    ),
    ...pbxs.flatMap(({ routes }, at) =>
      twice(
        routes.map(({ name }) => name),
        (nth) => ['pbxs', at, 'routes', nth, 'name'],
        'a name of its own',
      ),
    ),
    ...twice(
      numbers.map(({ number }) => number),
      (at) => ['numbers', at, 'number'],
      'each number once',
    ),
    ...sharedPhones(configuration),
    ...agents.flatMap((agent, at) =>
      twice(agent.queues, (nth) => ['agents', at, 'queues', nth], 'each queue once'),
    ),
  ];
}

/** The phone belongs to one agent: two on one phone would be rung for two callers at once. */
function sharedPhones(configuration: Configuration): Problems {
  return twice(
    configuration.agents.map(
      (agent) => `${agent.endpoint} on ${pbxNameOf(agent, configuration) ?? '?'}`,
    ),
    (at) => ['agents', at, 'endpoint'],
    'a phone of its own',
  );
}

function twice(
  words: readonly string[],
  pathOf: (at: number) => ConfigurationPath,
  allowed: string,
): Problems {
  const first = new Map<string, number>();
  return words.flatMap((word, at) => {
    const before = first.get(word);
    if (before === undefined) {
      first.set(word, at);
      return [];
    }
    const found = `${shown(word)} a second time (entry ${(before + 1).toString()} has it too)`;
    return [{ path: pathOf(at), found, allowed }];
  });
}

const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?(?:\/|$)/;

function insecure(pbx: Configuration['pbxs'][number], path: ConfigurationPath): Problems {
  if (pbx.driver !== 'asterisk' || pbx.allowInsecure) return [];
  if (!pbx.url.startsWith('http://') || LOOPBACK.test(pbx.url)) return [];
  const allowed = 'https, or http on this machine; allowInsecure: true lifts this';
  return [{ path, found: shown(pbx.url), allowed }];
}

function hoursProblems(
  { weekly, holidays }: Configuration['hours'][number],
  path: ConfigurationPath,
): Problems {
  return [
    ...weekly.flatMap((entry, nth) => closesBeforeOpening(entry, [...path, 'weekly', nth, 'to'])),
    ...holidays.flatMap(({ open }, nth) =>
      open.flatMap((entry, part) =>
        closesBeforeOpening(entry, [...path, 'holidays', nth, 'open', part, 'to']),
      ),
    ),
    ...twice(
      // Of a yearly one only month and day count.
      holidays.map(({ date, yearly }) => (yearly ? `every year ${date.slice(5)}` : date)),
      (nth) => [...path, 'holidays', nth, 'date'],
      'each day once',
    ),
  ];
}

interface PartOfDay {
  readonly from: string;
  readonly to: string;
}

function closesBeforeOpening({ from, to }: PartOfDay, path: ConfigurationPath): Problems {
  // Times of two digits each compare as text.
  if (from < to) return [];
  const allowed = `a time after ${shown(from)}; a night is two entries: until "24:00" and from "00:00"`;
  return [{ path, found: shown(to), allowed }];
}

function pbxProblems(
  thing: { readonly pbx?: string | undefined },
  configuration: Configuration,
  path: ConfigurationPath,
): Problems {
  const names = configuration.pbxs.map(({ name }) => name);
  const name = pbxNameOf(thing, configuration);
  if (name !== undefined) return unknownName(name, names, path);
  const allowed =
    names.length === 0 ? 'a PBX: this file has none under pbxs' : `one of ${names.join(', ')}`;
  return [{ path, found: 'nothing', allowed }];
}

function queueProblems(
  configuration: Configuration,
  queue: Configuration['queues'][number],
  at: number,
): Problems {
  const hours = configuration.hours.map(({ name }) => name);
  return [
    ...pbxProblems(queue, configuration, ['queues', at, 'pbx']),
    ...closesBeforeOpening(queue.callback.callingHours, [
      'queues',
      at,
      'callback',
      'callingHours',
      'to',
    ]),
    ...(queue.hours === undefined ? [] : unknownName(queue.hours, hours, ['queues', at, 'hours'])),
  ];
}

function agentProblems(configuration: Configuration): Problems {
  const names = configuration.queues.map(({ name }) => name);
  const pbxs = new Set<string | undefined>(configuration.pbxs.map(({ name }) => name));
  const pbxOf = new Map(
    configuration.queues.map((queue) => [queue.name, pbxNameOf(queue, configuration)]),
  );
  return configuration.agents.flatMap((agent, at) => [
    ...pbxProblems(agent, configuration, ['agents', at, 'pbx']),
    ...agent.queues.flatMap((queue, nth) => {
      const path = ['agents', at, 'queues', nth];
      if (!pbxOf.has(queue)) return unknownName(queue, names, path);
      const [theirs, own] = [pbxOf.get(queue), pbxNameOf(agent, configuration)];
      if (theirs === own || own === undefined || !pbxs.has(theirs)) return [];
      const found = `${shown(queue)}, which is on PBX ${theirs ?? '?'}`;
      return [{ path, found, allowed: `queues of PBX ${own}, where the agent's phone is` }];
    }),
  ]);
}

function numberProblems({ queues, numbers }: Configuration): Problems {
  const known = new Set(queues.map(({ name }) => name));
  return numbers.flatMap(({ queue }, at) =>
    known.has(queue) ? [] : unknownName(queue, [...known], ['numbers', at, 'queue']),
  );
}
