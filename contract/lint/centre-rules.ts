import type { Configuration } from '../configuration.ts';
import { pbxNameOf } from '../configuration-references.ts';
import type { LintRule, Spot } from './finding.ts';

/** What only the whole centre tells: who serves, who leads where, and what it may cost. */
export const CENTRE_RULES: readonly LintRule[] = [
  {
    number: 'L1',
    severity: 'error',
    title: 'a queue that no agent serves',
    why: 'Its callers only wait, and its callbacks are never made.',
    better: 'The queue under `queues` of at least one agent.',
    look: unserved,
  },
  {
    number: 'L2',
    severity: 'error',
    title: 'a queue that offers callbacks on a PBX without a route',
    why: 'There is no way to the telephone network: nobody can be called back.',
    better: 'A route on the PBX, or `callback: {enabled: false}`.',
    look: (configuration) =>
      ofQueues(configuration, ({ callback }, pbx) =>
        callback.enabled && pbx?.routes.length === 0
          ? `offers callbacks, but PBX ${pbx.name} has no route to call by`
          : null,
      ),
  },
  {
    number: 'L3',
    severity: 'error',
    title: 'a queue whose hours and calling hours have no minute in common',
    why: 'Nobody may ever be called back: the queue is closed whenever customers may be called.',
    better: '`callingHours` and `hours` that overlap.',
    look: (configuration) =>
      configuration.queues.flatMap((queue, at) =>
        queue.callback.enabled && neverBoth(queue, configuration)
          ? [
              {
                path: ['queues', at, 'callback', 'callingHours'],
                found: `are never open while ${queue.hours ?? ''} are`,
              },
            ]
          : [],
      ),
  },
  {
    number: 'L4',
    severity: 'warning',
    title: 'an agent who serves no queue',
    why: 'They are never asked.',
    better: 'At least one queue under `queues` of the agent.',
    look: ({ agents }) =>
      agents.flatMap(({ name, queues }, at) =>
        queues.length > 0
          ? []
          : [{ path: ['agents', at, 'name'], found: `${name} serves no queue` }],
      ),
  },
  {
    number: 'L5',
    severity: 'warning',
    title: 'fewer lines on the routes of a PBX than agents who call back',
    why: 'With every line in use callbacks wait although agents are free.',
    better: 'As many `lines` as agents, if the carrier has them.',
    look: ({ pbxs, agents, queues }) =>
      pbxs.flatMap((pbx, at) => {
        const calling = new Set(queues.filter(({ callback }) => callback.enabled).map(nameOf));
        const callers = agents.filter(
          (agent) =>
            pbxNameOf(agent, { pbxs }) === pbx.name &&
            agent.queues.some((name) => calling.has(name)),
        ).length;
        const lines = pbx.routes.reduce((sum, route) => sum + route.lines, 0);
        const found = `has ${lines.toString()} lines for ${callers.toString()} agents who call back`;
        return pbx.routes.length === 0 || lines >= callers
          ? []
          : [{ path: ['pbxs', at, 'routes'], found }];
      }),
  },
  {
    number: 'L6',
    severity: 'warning',
    title: 'a queue to which no number leads',
    why: 'Nobody can call it.',
    better: 'A number under `numbers` that leads to the queue.',
    look: unreached,
  },
  {
    number: 'L7',
    severity: 'advice',
    title: 'hours that no queue uses',
    why: 'They close nothing.',
    better: 'The hours under `hours` of a queue, or not at all.',
    look: unused,
  },
  {
    number: 'L8',
    severity: 'warning',
    title: 'a PBX that is reached in the clear from another machine',
    why: 'The password and every call can be read on the way.',
    better: 'https in `url`, and no `allowInsecure`.',
    look: ({ pbxs }) =>
      pbxs.flatMap((pbx, at) =>
        pbx.driver === 'asterisk' && pbx.allowInsecure && pbx.url.startsWith('http:')
          ? [{ path: ['pbxs', at, 'allowInsecure'], found: `${pbx.name} is reached in the clear` }]
          : [],
      ),
  },
  {
    number: 'L9',
    severity: 'warning',
    title: 'a number policy that lets expensive numbers through',
    why: 'A one-ring call from such a number is bait: calling back costs, and somebody earns it.',
    better:
      'The countries of your customers, and `premium-rate` and `satellite` under `refusedClasses`.',
    look: ({ numberPolicy: { countries, refusedClasses } }) => [
      ...(countries.includes('all')
        ? [{ path: ['numberPolicy', 'countries'], found: 'allows numbers of every country' }]
        : []),
      ...(['premium-rate', 'satellite'] as const)
        .filter((kind) => !refusedClasses.includes(kind))
        .map((kind) => ({
          path: ['numberPolicy', 'refusedClasses'],
          found: `does not refuse ${kind} numbers`,
        })),
    ],
  },
];

type Pbx = Configuration['pbxs'][number];
type Queue = Configuration['queues'][number];

function nameOf({ name }: Queue): string {
  return name;
}

function ofQueues(
  configuration: Configuration,
  judge: (queue: Queue, pbx: Pbx | undefined) => string | null,
): readonly Spot[] {
  return configuration.queues.flatMap((queue, at) => {
    const name = pbxNameOf(queue, configuration);
    const found = judge(
      queue,
      configuration.pbxs.find((pbx) => pbx.name === name),
    );
    return found === null ? [] : [{ path: ['queues', at, 'callback', 'enabled'], found }];
  });
}

/** Times of two digits each compare as text. The zones are taken as one: this is about hours set by mistake. */
function neverBoth(queue: Queue, { hours }: Configuration): boolean {
  const own = hours.find(({ name }) => name === queue.hours);
  const { from, to } = queue.callback.callingHours;
  return own?.weekly.every((weekly) => weekly.to <= from || to <= weekly.from) ?? false;
}

function unserved({ queues, agents }: Configuration): readonly Spot[] {
  const served = new Set(agents.flatMap((agent) => agent.queues));
  return queues.flatMap(({ name }, at) =>
    served.has(name)
      ? []
      : [
          {
            path: ['queues', at, 'name'],
            found: `no agent serves ${name}: its callers only wait`,
          },
        ],
  );
}

function unreached({ queues, numbers }: Configuration): readonly Spot[] {
  const reached = new Set(numbers.map(({ queue }) => queue));
  return queues.flatMap(({ name }, at) =>
    reached.has(name)
      ? []
      : [{ path: ['queues', at, 'name'], found: `no number leads to ${name}` }],
  );
}

function unused({ hours, queues }: Configuration): readonly Spot[] {
  const used = new Set(queues.map((queue) => queue.hours));
  return hours.flatMap(({ name }, at) =>
    used.has(name) ? [] : [{ path: ['hours', at, 'name'], found: `no queue uses ${name}` }],
  );
}
