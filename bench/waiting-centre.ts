import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Centre, NO_TENANT_SETTINGS } from '../core/centre/centre.ts';
import { phoneNumber } from '../core/numbers/number.ts';
import { ALL_COUNTRIES, NUMBER_POLICY_DEFAULTS } from '../core/numbers/policy.ts';
import { present } from '../core/prelude/assert.ts';
import { DEFAULT_TENANT } from '../core/prelude/ids.ts';
import { AT_ANY_TIME, CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { applyCentre } from '../store/configuration/configuration.ts';
import { Database } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import { fillWithWaiting } from './fill.ts';

/** The number that leads to the first queue. */
export const BENCH_NUMBER = '+12025550120';

/** A durable database with a centre set up and callbacks waiting in it. */
export interface WaitingCentre {
  readonly url: string;
  readonly database: Database;
  /** How many callbacks wait in it. */
  readonly waiting: number;
  readonly close: () => Promise<void>;
}

/** How large the centre is. */
export interface CentreSize {
  readonly queues: number;
  readonly agents: number;
  readonly waiting: number;
}

/** Starts a PostgreSQL of its own, with every commit on disk, and fills it. */
export async function openWaitingCentre(size: CentreSize): Promise<WaitingCentre> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-'));
  const postgres = await startEmbeddedPostgres(folder);
  await migrate(postgres.url);
  // A connection that has not quite gone when the server ends is no reason to end the bench.
  const onConnectionError = (): void => undefined;
  const database = new Database({ url: postgres.url, poolSize: 20, onConnectionError });
  await database.forTenant(DEFAULT_TENANT, async (tx) =>
    applyCentre(tx, DEFAULT_TENANT, centreOf(size), randomUUID),
  );
  if (size.waiting > 0) await fillWithWaiting(postgres.url, size.waiting);
  return {
    url: postgres.url,
    database,
    waiting: size.waiting,
    close: async () => {
      await database.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function centreOf({ queues, agents }: CentreSize): Centre {
  const queueNames = Array.from({ length: queues }, (_, at) => `queue-${at.toString()}`);
  return {
    tenant: NO_TENANT_SETTINGS,
    pbxs: [
      {
        name: 'bench',
        driver: 'sandbox',
        settings: {
          url: 'http://127.0.0.1',
          username: 'bench',
          passwordFile: '/dev/null',
          application: 'ringback',
          allowInsecure: false,
        },
        routes: [
          { name: 'carrier', dial: 'PJSIP/{number}@carrier', callerId: null, lines: 1_000_000 },
        ],
      },
    ],
    hours: [],
    queues: queueNames.map((name) => ({
      name,
      number: present(phoneNumber('+12025550110'), 'number'),
      pbx: 'bench',
      hours: null,
      priority: 0,
      callback: {
        ...CALLBACK_DEFAULTS,
        wrapUpSeconds: 0,
        successAfterSeconds: 0,
        // The bench runs at any hour.
        callingHours: AT_ANY_TIME,
      },
    })),
    agents: Array.from({ length: agents }, (_, at) => ({
      name: `agent-${at.toString()}`,
      pbx: 'bench',
      endpoint: `PJSIP/agent${at.toString()}`,
      queues: [queueNames[at % queues] ?? 'queue-0', queueNames[(at + 3) % queues] ?? 'queue-0'],
    })),
    numbers: [
      {
        number: present(phoneNumber(BENCH_NUMBER), 'number'),
        queue: 'queue-0',
        callbackEnabled: true,
        priority: null,
      },
    ],
    profiles: [],
    rules: [],
    // The check is measured, and must not refuse what is measured.
    numberPolicy: {
      ...NUMBER_POLICY_DEFAULTS,
      countries: [ALL_COUNTRIES],
      callbacksPerNumberPerDayMax: 100,
      hourly: { callerMax: 1000, prefixMax: 100_000, tenantMax: 1_000_000 },
      budget: { ...NUMBER_POLICY_DEFAULTS.budget, dailyMax: 1_000_000_000 },
    },
  };
}
