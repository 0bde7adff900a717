import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { DEFAULT_TENANT, id } from './core/prelude/ids.ts';
import type { Log } from './core/prelude/log.ts';
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
import { OpenedThings, stopWishOf } from './server/stopping.ts';
import { Database } from './store/database.ts';
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
 */
export async function main(): Promise<void> {
  process.stdout.on('error', () => undefined); // A closed terminal must not end the calls.
  const progress = progressTo((text) => process.stdout.write(text));
  const wish = stopWishOf(process, () => performance.now());
  const opened = new OpenedThings();
  let isServing = false;
  try {
    const settings = readSettings(process.env);
    await open(settings, progress, opened);
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

async function open(settings: Settings, progress: Progress, opened: OpenedThings): Promise<void> {
  const held = await takeDataFolder(settings.dataFolder, settings.localUrl, answers);
  opened.add({ what: 'data folder', close: held.release, patienceMs: CLOSE_MS_MAX });
  secretOf(settings); // Drawn at the first start, so that a backup of the folder holds it.
  const url = await openPostgres(settings, progress, opened);
  const steps = (await migrate(url)).length;
  await checkRoles(url);
  progress.say(steps === 0 ? 'schema: up to date' : `schema: ${steps.toString()} steps applied`);

  const log = openLog('info');
  const database = openDatabase(url, log);
  const closePools = async (): Promise<void> => database.close();
  opened.add({ what: 'database connections', close: closePools, patienceMs: CLOSE_MS_MAX });
  const engine = openEngine(database, log, crashPointsFor(settings));
  opened.add({ what: 'engine', close: async () => engine.stop(), patienceMs: DRAIN_MS_MAX });
  const server = serverFor(settings, database, engine, log);
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

function openEngine(database: Database, log: Log, crashPoints: CrashPoints | undefined): Engine {
  return new Engine({
    database,
    timers: systemTimers(),
    newId: randomUUID,
    log,
    nodeId: id<'node'>(`${hostname()}-${process.pid.toString()}-${randomUUID().slice(0, 8)}`),
    makeLock: (onNotice) => new LockSession(database.url, onNotice),
    makeDriver: async (pbx, listener, mayConnect) => driverOf(pbx, { listener, mayConnect, log }),
    crashPoints,
  });
}

function serverFor(
  settings: Settings,
  database: Database,
  engine: Engine,
  log: Log,
): FastifyInstance {
  return buildServer({
    database,
    operations: engine,
    tenantId: DEFAULT_TENANT,
    checkPbx: async (name) => checkPbx(name, database, log),
    registry: new Registry(),
    log,
    publicUrl: settings.publicUrl,
    version: VERSION,
  });
}
