import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { DEFAULT_TENANT, id } from './core/prelude/ids.ts';
import type { Log } from './core/prelude/log.ts';
import { practiceCentre } from './demo/centre.ts';
import { Demo, type DemoStart } from './demo/demo.ts';
import { type CrashPoints, crashOnce, parseCrashOrder } from './engine/crash-points.ts';
import { Engine } from './engine/engine.ts';
import { buildServer } from './http/server.ts';
import { checkPbx, driverOf } from './pbx-drivers.ts';
import { answers } from './server/answers.ts';
import { takeDataFolder } from './server/data-folder.ts';
import { listenOn } from './server/listening.ts';
import { openLog } from './server/log.ts';
import { type Progress, progressTo } from './server/progress.ts';
import { readSettings, type Settings, SettingsError, secretOf } from './server/settings.ts';
import { readStartOptions, type StartOptions } from './server/start-options.ts';
import { OpenedThings, stopWishOf } from './server/stopping.ts';
import { Database } from './store/database.ts';
import { DEMO_TENANT, isWithoutPbx } from './store/demo/demo.ts';
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';
import { LockSession } from './store/ownership/lock-session.ts';
import { checkRoles, checkServer } from './store/server-check.ts';
import { systemTimers } from './telephony/timers.ts';

const VERSION = '0.1.0';
/** Enough for what has begun; a live call is not waited for, since it goes on at the PBX. */
const DRAIN_MS_MAX = 15_000;
/** Closing a connection or a listening port takes milliseconds. */
const CLOSE_MS_MAX = 5_000;
/** PostgreSQL ends its sessions and writes a checkpoint; its supervisor has two bounds of 30 s itself. */
const POSTGRES_STOP_MS_MAX = 70_000;
/** What still keeps the process alive this long after everything was closed is left behind. */
const LEAVE_MS_MAX = 1_000;

/**
 * Runs one node of Ringback until it is told to stop (SIGINT, SIGTERM, SIGHUP). What was opened is closed in reverse
 * order, also after a failed start. Every expected failure is a named error with a message for the person who starts it.
 * @param words behind the command, see server/start-options.ts
 */
export async function main(words: readonly string[] = []): Promise<void> {
  process.stdout.on('error', () => undefined); // A closed terminal must not end the calls.
  const progress = progressTo((text) => process.stdout.write(text));
  const wish = stopWishOf(process, () => performance.now());
  const opened = new OpenedThings();
  let isServing = false;
  try {
    const options = readStartOptions(words);
    const settings = readSettings(process.env);
    await open({ settings, options }, progress, opened);
    isServing = true;
    progress.say(`ready: ${settings.publicUrl}  (Ctrl-C stops it)`);
    await wish.asked;
    progress.say('stopping: calls go on at the PBX (Ctrl-C again hurries)');
  } finally {
    if (!(await opened.close(progress, wish.urged))) process.exitCode = 1;
    if (isServing) progress.say('stopped');
    setTimeout(() => process.exit(), LEAVE_MS_MAX).unref();
  }
}

/** How this node was told to run and to begin. */
interface Wishes {
  readonly settings: Settings;
  readonly options: StartOptions;
}

async function open(
  { settings, options }: Wishes,
  progress: Progress,
  opened: OpenedThings,
): Promise<void> {
  const held = await takeDataFolder(settings.dataFolder, settings.localUrl, answers);
  opened.add({ what: 'data folder', close: held.release, patienceMs: CLOSE_MS_MAX });
  secretOf(settings); // Drawn at the first start, so that a backup of the folder holds it.
  const url = await openPostgres(settings, progress, opened);
  const steps = await migrate(url);
  await checkRoles(url);
  progress.say(schemaText(steps));

  const log = openLog('info');
  const database = openDatabase(url, log);
  const closePools = async (): Promise<void> => database.close();
  opened.add({ what: 'database connections', close: closePools, patienceMs: CLOSE_MS_MAX });
  // The practice centre is for trying out, and an outside database is for work.
  const demo: Demo | null =
    settings.databaseUrl === undefined ? demoOn(database, () => engine) : null;
  sayDemo((await demo?.open(options.demo, isNew(steps))) ?? 'absent', progress);
  const engine = openEngine({ database, log, demo, crashPoints: crashPointsFor(settings) });
  opened.add({ what: 'engine', close: async () => engine.stop(), patienceMs: DRAIN_MS_MAX });
  opened.add({ what: 'practice centre', close: () => demo?.stop(), patienceMs: CLOSE_MS_MAX });
  const server = serverFor(settings, { database, engine, log, demo });
  opened.add({
    what: 'web server',
    close: async () => server.close(),
    patienceMs: CLOSE_MS_MAX,
  });
  await listenOn(server, settings);
  engine.start();
}

/** Answers with the URL of the database to use. */
async function openPostgres(
  settings: Settings,
  progress: Progress,
  opened: OpenedThings,
): Promise<string> {
  if (settings.databaseUrl !== undefined) {
    const version = await checkServer(settings.databaseUrl);
    progress.say(`database: the PostgreSQL ${version} of DATABASE_URL`);
    return settings.databaseUrl;
  }
  progress.say(`database: starting the embedded PostgreSQL in ${settings.dataFolder}`);
  const postgres = await startEmbeddedPostgres(settings.dataFolder, { report: progress.say });
  opened.add({
    what: 'embedded PostgreSQL',
    close: async () => postgres.stop(),
    patienceMs: POSTGRES_STOP_MS_MAX,
    mustClose: true,
  });
  return postgres.url;
}

function openDatabase(url: string, log: Log): Database {
  return new Database({
    url,
    onConnectionError: (error) => {
      log.warn({ problem: error.message }, 'a database connection broke');
    },
  });
}

/** Nothing but in tests, which have the process end at a moment that cannot be hit from outside. */
function crashPointsFor({ testCrashAt }: Settings): CrashPoints | undefined {
  if (testCrashAt === undefined) return undefined;
  const order = parseCrashOrder(testCrashAt);
  if (order === null) {
    throw new SettingsError([`RINGBACK_TEST_CRASH_AT is "${testCrashAt}"; leave it out.`]);
  }
  return crashOnce(order, () => {
    process.kill(process.pid, order.signal);
  });
}

function schemaText({ length }: readonly string[]): string {
  return length === 0 ? 'schema: up to date' : `schema: ${length.toString()} steps applied`;
}

/** The very first step has just been applied: nobody has used this database before. */
function isNew(steps: readonly string[]): boolean {
  return steps.some((step) => step.startsWith('000001_'));
}

function demoOn(database: Database, engine: () => Engine): Demo {
  return new Demo({
    database,
    ownerUrl: database.url,
    timers: systemTimers(),
    chance: Math.random,
    newId: randomUUID,
    setPresence: async (agentId, presence) => engine().setPresence(DEMO_TENANT, agentId, presence),
    centreChanged: async () => engine().centreChanged(),
  });
}

function sayDemo(start: DemoStart, progress: Progress): void {
  if (start === 'running') {
    progress.say(
      `practice centre: ${practiceCentre.queues.length.toString()} queues and ${practiceCentre.agents.length.toString()} agents; ` +
        'nobody is really called. Remove it with: npx ringback demo remove',
    );
  }
  if (start === 'removed') progress.say('practice centre: removed, with its history');
}

/** What runs in this process. */
interface Running {
  readonly database: Database;
  readonly log: Log;
  readonly demo: Demo | null;
}

function openEngine({
  database,
  log,
  demo,
  crashPoints,
}: Running & { readonly crashPoints: CrashPoints | undefined }): Engine {
  return new Engine({
    database,
    timers: systemTimers(),
    newId: randomUUID,
    log,
    nodeId: id<'node'>(`${hostname()}-${process.pid.toString()}-${randomUUID().slice(0, 8)}`),
    makeLock: (onNotice) => new LockSession(database.url, onNotice),
    makeDriver: async (pbx, listener, mayConnect) =>
      demo !== null && pbx.tenantId === DEMO_TENANT
        ? demo.driver(listener)
        : driverOf(pbx, { listener, mayConnect, log }),
    crashPoints,
  });
}

function serverFor(
  settings: Settings,
  { database, engine, log, demo }: Running & { readonly engine: Engine },
): FastifyInstance {
  return buildServer({
    database,
    operations: engine,
    tenantId: DEFAULT_TENANT,
    shownTenant: async () =>
      demo?.isThere() === true && (await isWithoutPbx(database, DEFAULT_TENANT))
        ? DEMO_TENANT
        : DEFAULT_TENANT,
    demo,
    checkPbx: async (name) => checkPbx(name, database, log),
    registry: new Registry(),
    log,
    publicUrl: settings.publicUrl,
    version: VERSION,
  });
}
