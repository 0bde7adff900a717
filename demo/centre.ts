import {
  type AgentSetup,
  type Centre,
  NO_TENANT_SETTINGS,
  type QueueSetup,
} from '../core/centre/centre.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { ALL_COUNTRIES, NUMBER_POLICY_DEFAULTS } from '../core/numbers/policy.ts';
import { present } from '../core/prelude/assert.ts';
import { AT_ANY_TIME, CALLBACK_DEFAULTS, retryAfterAll } from '../core/queues/settings.ts';

/** The practice PBX. A sandbox PBX of this name is peopled with callers and agents. */
export const PRACTICE_PBX = 'practice';

/** The queues of the practice centre and the numbers that lead to them. */
export const PRACTICE_QUEUES = {
  support: '+12025550120',
  sales: '+12025550121',
  billing: '+12025550122',
} as const;
export type PracticeQueue = keyof typeof PRACTICE_QUEUES;

/** Whether the practice centre has a queue of this name. */
export function isPracticeQueue(name: string): name is PracticeQueue {
  return Object.hasOwn(PRACTICE_QUEUES, name);
}

/** Who works where: five for support alone, two for each of the others, and three who help wherever it is needed. */
const TEAMS: readonly (readonly [string, readonly PracticeQueue[]])[] = [
  ['ada', ['support']],
  ['bruno', ['support']],
  ['chidi', ['support']],
  ['dalia', ['support']],
  ['emre', ['support']],
  ['freya', ['sales']],
  ['goran', ['sales']],
  ['hana', ['billing']],
  ['ines', ['billing']],
  ['jonas', ['support', 'sales']],
  ['kaya', ['support', 'billing']],
  ['liam', ['support', 'sales', 'billing']],
];

/** A contact centre to look at: three queues and twelve agents on the practice PBX, open around the clock. */
export const practiceCentre: Centre = {
  tenant: NO_TENANT_SETTINGS,
  pbxs: [
    {
      name: PRACTICE_PBX,
      driver: 'sandbox',
      settings: {
        url: 'http://127.0.0.1',
        username: 'practice',
        passwordFile: '/dev/null',
        application: 'ringback',
        allowInsecure: false,
      },
      routes: [
        {
          name: 'carrier',
          dial: 'PJSIP/{number}@carrier',
          callerId: number('+12025550199'),
          lines: 30,
        },
      ],
    },
  ],
  hours: [],
  queues: Object.entries(PRACTICE_QUEUES).map(([name, dialled]) => queue(name, number(dialled))),
  agents: TEAMS.map(([name, queues]) => agent(name, queues)),
  numbers: Object.entries(PRACTICE_QUEUES).map(([name, dialled]) => ({
    number: number(dialled),
    queue: name,
    callbackEnabled: true,
    priority: null,
  })),
  profiles: [],
  rules: [],
  // The same made-up people call again and again, from area codes of every country of the numbering plan.
  numberPolicy: {
    ...NUMBER_POLICY_DEFAULTS,
    countries: [ALL_COUNTRIES],
    callbacksPerNumberPerDayMax: 100,
    hourly: { callerMax: 1000, prefixMax: 100_000, tenantMax: 1_000_000 },
    budget: { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 1_000_000_000 },
  },
};

/** Everybody who works in the practice centre, by the phone they sit at. */
export const PRACTICE_AGENTS: readonly { readonly name: string; readonly endpoint: string }[] =
  practiceCentre.agents;

function queue(name: string, own: PhoneNumber): QueueSetup {
  // Shorter than what ships, so that within ten minutes a visitor sees a retry and a ticket.
  const callback = {
    ...CALLBACK_DEFAULTS,
    retryAfterSeconds: { ...retryAfterAll(120), busy: 60 },
    wrapUpSeconds: 15,
    // Nobody real is called, and whoever looks at night shall see something.
    callingHours: AT_ANY_TIME,
  };
  return { name, number: own, pbx: PRACTICE_PBX, hours: null, priority: 0, callback };
}

function agent(name: string, queues: readonly PracticeQueue[]): AgentSetup {
  return { name, pbx: PRACTICE_PBX, endpoint: `PJSIP/${name}`, queues };
}

function number(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}
