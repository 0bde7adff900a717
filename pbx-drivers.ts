import { readFile } from 'node:fs/promises';
import type { Log } from './core/prelude/log.ts';
import type { PbxFinding } from './http/deps.ts';
import { endpointsOfPbx } from './store/agents.ts';
import { listPbxs, type PbxRow, routesOfPbx } from './store/centre.ts';
import type { Database } from './store/database.ts';
import { asteriskDriver } from './telephony/asterisk/asterisk-driver.ts';
import { checkAsterisk } from './telephony/asterisk/check.ts';
import type { AsteriskSettings, AsteriskWorld } from './telephony/asterisk/settings.ts';
import type { Driver, DriverEvent } from './telephony/driver.ts';
import { seededChance } from './telephony/sandbox/chance.ts';
import { SandboxWorld } from './telephony/sandbox/world.ts';
import { systemTimers } from './telephony/timers.ts';

/** Settings that cannot be used because of something outside the database, such as an unreadable password file. */
export class PbxSettingsUnusable extends Error {
  override readonly name = 'PbxSettingsUnusable';
}

/** What a driver is given beside the settings of its PBX. */
export interface DriverSide {
  readonly listener: (event: DriverEvent) => void;
  readonly mayConnect: () => Promise<boolean>;
  readonly log: Log;
}

/**
 * Makes the driver that a PBX is set up with; it starts to connect by itself.
 * @throws PbxSettingsUnusable, or what the driver says of its settings.
 */
export async function driverOf(
  pbx: PbxRow,
  { listener, mayConnect, log }: DriverSide,
): Promise<Driver> {
  if (pbx.driver === 'sandbox') {
    const chance = seededChance(1);
    return new SandboxWorld({ timers: systemTimers(), chance, name: pbx.name }).driver(listener);
  }
  return asteriskDriver(worldOf(pbx.name, log, mayConnect))(await asteriskSettings(pbx), listener);
}

/** What the PBX of this name lacks; null when there is none. A PBX in memory lacks nothing. */
export async function checkPbx(
  name: string,
  database: Database,
  log: Log,
): Promise<readonly PbxFinding[] | null> {
  const pbx = (await listPbxs(database)).find((row) => row.name === name);
  if (pbx === undefined) return null;
  if (pbx.driver === 'sandbox') return [];
  try {
    const settings = await asteriskSettings(pbx);
    const routes = await routesOfPbx(database, pbx.tenantId, pbx.id);
    const endpoints = await endpointsOfPbx(database, pbx.tenantId, pbx.id);
    const found = await checkAsterisk(
      { settings, routes, endpoints },
      worldOf(name, log, async () => Promise.resolve(true)),
    );
    return found.map(({ what, ok, text, additions }) => ({
      what,
      ok,
      problem: ok ? null : text,
      remedy: additions,
    }));
  } catch (error) {
    if (!(error instanceof PbxSettingsUnusable)) throw error;
    return [{ what: 'password file', ok: false, problem: error.message, remedy: [] }];
  }
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

function worldOf(pbx: string, log: Log, mayConnect: AsteriskWorld['mayConnect']): AsteriskWorld {
  const told = {
    info: (sentence: string, fields = {}) => {
      log.info({ pbx, ...fields }, sentence);
    },
    warn: (sentence: string, fields = {}) => {
      log.warn({ pbx, ...fields }, sentence);
    },
  };
  return { timers: systemTimers(), log: told, random: Math.random, mayConnect };
}
