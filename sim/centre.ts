import type { Centre, PbxSettings } from '../core/centre/centre.ts';
import { type PhoneNumber, phoneNumber } from '../core/numbers/number.ts';
import { present } from '../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import { CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import { Database } from '../store/database.ts';
import { Dice } from './dice.ts';
import { PLAIN_OFFICE } from './office.ts';
import { Pulse } from './pulse.ts';
import type { Schedule } from './schedule.ts';
import type { Session } from './session.ts';

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

/** Sets up what is the same in every schedule: a PBX, a route of three lines, one queue and its agents. */
export async function setUpCentre(url: string): Promise<void> {
  const database = new Database({ url, poolSize: 1 });
  try {
    await apply(database, COMMON, new Dice(0));
  } finally {
    await database.close();
  }
}

/** Sets up what differs from schedule to schedule: the settings and hours of the queue, rules and number policy. */
export async function setUpOffice(session: Session, schedule: Schedule): Promise<void> {
  const lend = session.lendTo({
    pulse: new Pulse(),
    reach: () => undefined,
    fateOfCommit: () => 'succeeds',
    onNotify: () => undefined,
  });
  const { timeZone, rules, profiles, policy } = schedule.office ?? PLAIN_OFFICE;
  const queues = COMMON.queues.map((queue) => ({
    ...queue,
    hours: schedule.hasHours ? 'office' : null,
    callback: { ...queue.callback, ...schedule.settings },
  }));
  const office = { ...COMMON, tenant: { timeZone }, queues, rules, profiles, numberPolicy: policy };
  await apply(new Database({ url: '', lend }), office, new Dice(schedule.seed));
}

async function apply(database: Database, centre: Centre, dice: Dice): Promise<void> {
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(tx, DEFAULT_TENANT, centre, () => dice.uuid()),
  );
}

/** An agent's name, by their number from 1. */
export function agentName(nth: number): string {
  return `desk-${nth.toString()}`;
}

function number(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}

const COMMON: Centre = {
  tenant: { timeZone: PLAIN_OFFICE.timeZone },
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
  profiles: PLAIN_OFFICE.profiles,
  rules: PLAIN_OFFICE.rules,
  numbers: [
    { number: number(SUPPORT_NUMBER), queue: 'support', callbackEnabled: true, priority: null },
  ],
  numberPolicy: PLAIN_OFFICE.policy,
};
