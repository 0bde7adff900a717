import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { DEFAULT_TENANT, id } from './core/prelude/ids.ts';
import type { Log } from './core/prelude/log.ts';
import { Engine } from './engine/engine.ts';
import { buildServer } from './http/server.ts';
import { takeDataFolder } from './server/data-folder.ts';
import { openLog } from './server/log.ts';
import { type Progress, progressTo } from './server/progress.ts';
import { readSettings, type Settings } from './server/settings.ts';
import { listPbxs, type PbxRow } from './store/centre.ts';
import { Database } from './store/database.ts';
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';
import { LockSession } from './store/ownership/lock-session.ts';
import { checkServer } from './store/server-check.ts';
import { asteriskDriver } from './telephony/asterisk/asterisk-driver.ts';
import { checkAsterisk } from './telephony/asterisk/check.ts';
import type { AsteriskSettings } from './telephony/asterisk/settings.ts';
import type { Driver, DriverEvent } from './telephony/driver.ts';
import { seededChance } from './telephony/sandbox/chance.ts';
import { SandboxWorld } from './telephony/sandbox/world.ts';
import { systemTimers } from './telephony/timers.ts';

const VERSION = '0.1.0';
/** How long a drain may take until the process ends anyway, in milliseconds. */
const DRAIN_MS_MAX = 20_000;

/** Something that was opened and must be closed, with what a person reads meanwhile. */
interface Opened {
  readonly what: string;
  readonly close: () => Promise<void> | void;
}

/**
 * Runs one node of Ringback until it is told to stop (SIGINT, SIGTERM). What was opened is closed in reverse order.
 * Every expected failure is a named error with a message for the person who starts it.
 */
export async function main(): Promise<void> {
  const progress = progressTo((text) => process.stdout.write(text));
  const opened: Opened[] = [];
  const stopAsked = signalled();
  try {
    const settings = readSettings(process.env);
    await open(settings, progress, opened);
    progress.say(`ready: ${settings.publicUrl}  (Ctrl-C stops it)`);
    await stopAsked;
    progress.say('stopping: live calls go on at the PBX, new work is left to others');
  } finally {
    await closeAll(opened, progress);
  }
}

async function open(settings: Settings, progress: Progress, opened: Opened[]): Promise<void> {
  const address = `http://${settings.host}:${settings.port.toString()}`;
  const held = await takeDataFolder(settings.dataFolder, address, answers);
  opened.push({ what: 'data folder', close: held.release });
  const url = await openPostgres(settings, progress, opened);
  const applied = await migrate(url);
  progress.say(
    applied.length === 0
      ? 'schema: up to date'
      : `schema: ${applied.length.toString()} steps applied`,
  );

  const log = openLog('info');
  const database = new Database({
    url,
    onConnectionError: (error) => {
      log.warn({ problem: error.message }, 'a database connection broke');
    },
  });
  opened.push({ what: 'database connections', close: async () => database.close() });
  const engine = openEngine(database, log);
  opened.push({ what: 'engine', close: async () => engine.stop() });
  const server = serverFor(settings, database, engine, log);
  opened.push({ what: 'web server', close: async () => server.close() });
  await listen(server, settings);
  engine.start();
}

async function openPostgres(
  settings: Settings,
  progress: Progress,
  opened: Opened[],
): Promise<string> {
  if (settings.databaseUrl !== undefined) {
    await checkServer(settings.databaseUrl);
    progress.say('database: the PostgreSQL of DATABASE_URL');
    return settings.databaseUrl;
  }
  progress.say(`database: starting the embedded PostgreSQL in ${settings.dataFolder}`);
  const postgres = await startEmbeddedPostgres(settings.dataFolder, { report: progress.say });
  opened.push({ what: 'embedded PostgreSQL', close: async () => postgres.stop() });
  return postgres.url;
}

function openEngine(database: Database, log: Log): Engine {
  return new Engine({
    database,
    timers: systemTimers(),
    newId: randomUUID,
    log,
    nodeId: id<'node'>(`${hostname()}-${process.pid.toString()}-${randomUUID().slice(0, 8)}`),
    makeLock: (onNotice) => new LockSession(database.url, onNotice),
    makeDriver: async (pbx, listener) => makeDriver(pbx, listener, log),
  });
}

async function makeDriver(
  pbx: PbxRow,
  listener: (event: DriverEvent) => void,
  log: Log,
): Promise<Driver> {
  const timers = systemTimers();
  if (pbx.driver === 'sandbox') {
    const world = new SandboxWorld({ timers, chance: seededChance(1), name: pbx.name });
    return world.driver(listener);
  }
  const asteriskLog = {
    info: (sentence: string, fields = {}) => {
      log.info({ pbx: pbx.name, ...fields }, sentence);
    },
    warn: (sentence: string, fields = {}) => {
      log.warn({ pbx: pbx.name, ...fields }, sentence);
    },
  };
  const world = { timers, log: asteriskLog, random: Math.random };
  return asteriskDriver(world)(await asteriskSettings(pbx), listener);
}

/** Settings that cannot be used because of something outside the database, such as an unreadable password file. */
class PbxSettingsUnusable extends Error {
  override readonly name = 'PbxSettingsUnusable';
}

async function asteriskSettings({ name, settings }: PbxRow): Promise<AsteriskSettings> {
  const { url, username, passwordFile, application, allowInsecure } = settings;
  try {
    const password = (await readFile(passwordFile, 'utf8')).trim();
    return { url, username, password, application, allowInsecure };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PbxSettingsUnusable(`The password file of PBX ${name} cannot be read: ${why}`, {
      cause: error,
    });
  }
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
    checkPbx: async (name) => {
      const pbx = (await listPbxs(database)).find((row) => row.name === name);
      return pbx === undefined ? null : checkPbx(pbx);
    },
    registry: new Registry(),
    log,
    publicUrl: settings.publicUrl,
    version: VERSION,
  });
}

async function checkPbx(pbx: PbxRow): ReturnType<typeof checkAsterisk> {
  return pbx.driver === 'sandbox' ? [] : checkAsterisk(await asteriskSettings(pbx));
}

/** The port is taken, or the address is not one of this machine. */
class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

async function listen(server: FastifyInstance, { host, port }: Settings): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotListen(
      `Ringback cannot listen on ${host}:${port.toString()} (${why}). Choose another port with RINGBACK_PORT.`,
      { cause: error },
    );
  }
}

/** True when a Ringback answers there: then that data folder is in use. */
async function answers({ address }: { readonly address: string }): Promise<boolean> {
  try {
    return (await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // Nobody there, or somebody else.
  }
}

async function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => {
      resolve();
    });
    process.once('SIGTERM', () => {
      resolve();
    });
  });
}

async function closeAll(opened: readonly Opened[], progress: Progress): Promise<void> {
  const deadline = setTimeout(() => {
    progress.say(`stopped without a full drain after ${(DRAIN_MS_MAX / 1000).toString()} s`);
    process.exit(1);
  }, DRAIN_MS_MAX);
  for (const { what, close } of [...opened].reverse()) {
    try {
      await close();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      progress.say(`closing the ${what} failed: ${why}`);
    }
  }
  clearTimeout(deadline);
  if (opened.length > 0) progress.say('stopped');
}
