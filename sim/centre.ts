import { type Centre, NO_TENANT_SETTINGS, type PbxSettings } from '../core/centre/centre.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { NUMBER_POLICY_DEFAULTS } from '../core/numbers/policy.ts';
import { present } from '../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import { Database } from '../store/database.ts';
import { Dice } from './dice.ts';

/** The number that the simulated customers dial. */
export const SUPPORT_NUMBER = '+12025550120';
/** How many agents there are at most. A schedule has some of them come to work. */
export const AGENTS_MAX = 4;
/** The queue's opening hours, in those schedules that have any: Monday to Friday in UTC. */
export const OPENS_AT_HOUR = 8;
export const CLOSES_AT_HOUR = 17;

const NO_SETTINGS: PbxSettings = {
  url: 'http://127.0.0.1',
  username: 'none',
  passwordFile: '/dev/null',
  application: 'ringback',
  allowInsecure: false,
};
const DAYS = ['mo', 'tu', 'we', 'th', 'fr'] as const;

/** Sets up the centre of every schedule: a PBX, a route of three lines, one queue and its agents. */
export async function setUpCentre(url: string): Promise<void> {
  const database = new Database({ url, poolSize: 1 });
  const dice = new Dice(0);
  try {
    await database.forTenant(DEFAULT_TENANT, async (tx) =>
      applyCentre(tx, DEFAULT_TENANT, CENTRE, () => dice.uuid()),
    );
  } finally {
    await database.close();
  }
}

/** An agent's name, by their number from 1. */
export function agentName(nth: number): string {
  return `desk-${nth.toString()}`;
}

function number(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}

const CENTRE: Centre = {
  tenant: NO_TENANT_SETTINGS,
  pbxs: [
    {
      name: 'main',
      driver: 'sandbox',
      settings: NO_SETTINGS,
      routes: [
        {
          name: 'carrier',
          dial: 'PJSIP/{number}@carrier',
          callerId: number('+12025550199'),
          lines: 3,
        },
      ],
    },
  ],
  hours: [
    {
      name: 'office',
      timeZone: 'UTC',
      weekly: [{ days: [...DAYS], from: '08:00', to: '17:00' }],
      holidays: [],
    },
  ],
  queues: [
    {
      name: 'support',
      number: number('+12025550110'),
      pbx: 'main',
      hours: null,
      priority: 0,
      callback: CALLBACK_DEFAULTS,
    },
  ],
  agents: Array.from({ length: AGENTS_MAX }, (_, at) => ({
    name: agentName(at + 1),
    pbx: 'main',
    endpoint: `PJSIP/${agentName(at + 1)}`,
    queues: ['support'],
  })),
  profiles: [],
  rules: [],
  numbers: [
    { number: number(SUPPORT_NUMBER), queue: 'support', callbackEnabled: true, priority: null },
  ],
  numberPolicy: NUMBER_POLICY_DEFAULTS,
};
