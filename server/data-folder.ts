import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from './process-start.ts';

/** The Ringback that holds a data folder, as its file there says. */
export interface Instance {
  readonly pid: number;
  /** Where it can be reached, for example `http://127.0.0.1:4080`. */
  readonly address: string;
  /** When it started: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Tells its process from a later one with the same number; undefined where the system does not say. */
  readonly processStart?: string;
}

/** Asks the recorded address whether that very Ringback answers there; must answer within a few seconds. */
export type Probe = (instance: Instance) => Promise<boolean>;

/** A data folder that is ours until it is released. */
export interface HeldDataFolder {
  readonly folder: string;
  /** Lets the next one in. May be called again. */
  readonly release: () => void;
}

/** Another Ringback runs on this data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
  /** What runs; undefined when it started this very moment and has not said yet. */
  readonly instance: Instance | undefined;

  constructor(folder: string, instance: Instance | undefined) {
    super(
      instance === undefined
        ? `Another Ringback is just starting with the data folder ${folder}.`
        : `Ringback already runs with the data folder ${folder}: process ${instance.pid.toString()}, ` +
            `${instance.address}, since ${instance.startedAt}. Stop it first, or name another folder in RINGBACK_DATA.`,
    );
    this.instance = instance;
  }
}

/** The data folder cannot be created. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';

  constructor(folder: string, reason: string) {
    super(
      `The data folder ${folder} cannot be used (${reason}). Name another one in RINGBACK_DATA.`,
    );
  }
}

/** A file without content is a start under way, or, when older than this, one that was killed in that moment. */
const BLANK_MS_MAX = 10_000;

/**
 * Makes the data folder if it is missing (open to its owner alone) and takes it for this process. A file left behind by
 * a killed Ringback is recognised and replaced: its process is gone, and nobody answers at its address.
 *
 * @param address Where this process will be reachable; a refused second start shows it.
 * @throws DataFolderInUseError when another Ringback holds it; DataFolderError when it cannot be made.
 */
export async function takeDataFolder(
  folder: string,
  address: string,
  probe: Probe,
): Promise<HeldDataFolder> {
  const file = join(folder, 'instance.json');
  const text = `${JSON.stringify(describeSelf(address))}\n`;
  makeFolder(folder);
  if (!writeNew(file, text, folder)) {
    const found = readIfThere(file);
    if (found !== undefined) await removeStale(folder, { file, text: found }, probe);
    if (!writeNew(file, text, folder)) {
      throw new DataFolderInUseError(folder, instanceFrom(readIfThere(file)));
    }
  }
  const release = (): void => {
    if (readIfThere(file) === text) rmSync(file, { force: true });
  };
  return { folder, release };
}

/** @throws DataFolderInUseError when the file is not stale after all. */
async function removeStale(
  folder: string,
  found: { readonly file: string; readonly text: string },
  probe: Probe,
): Promise<void> {
  const instance = instanceFrom(found.text);
  const inUse = instance === undefined ? isFresh(found.file) : await runs(instance, probe);
  if (inUse) throw new DataFolderInUseError(folder, instance);
  // Two starts may both find the same stale file. Moving it aside and looking again shows who was first.
  const aside = `${found.file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(found.file, aside);
  } catch {
    return; // The other one moved it; whoever writes the new file first has the folder.
  }
  const moved = readIfThere(aside);
  if (moved === found.text) {
    rmSync(aside, { force: true });
    return;
  }
  renameSync(aside, found.file);
  throw new DataFolderInUseError(folder, instanceFrom(moved));
}

/** A process number proves nothing by itself; its start does. Where that is unknown, only an answer counts. */
async function runs(instance: Instance, probe: Probe): Promise<boolean> {
  const began = instance.processStart;
  if (began !== undefined && processStart(instance.pid) === began) return true;
  return probe(instance).catch(() => false);
}

function describeSelf(address: string): Instance {
  const began = processStart(process.pid);
  const startedAt = new Date(Date.now()).toISOString();
  const self = { pid: process.pid, address, startedAt };
  return began === undefined ? self : { ...self, processStart: began };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataFolderError(folder, error instanceof Error ? error.message : String(error));
  }
}

/** Creates the file; false when it exists. */
function writeNew(file: string, text: string, folder: string): boolean {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new DataFolderError(folder, error instanceof Error ? error.message : String(error));
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Its owner has just released it.
  }
}

function isFresh(file: string): boolean {
  const entry = statSync(file, { throwIfNoEntry: false });
  return entry !== undefined && Date.now() - entry.mtimeMs < BLANK_MS_MAX;
}

function instanceFrom(text: string | undefined): Instance | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isInstance(value) ? value : undefined;
  } catch {
    return undefined; // Cut short: its writer was killed in the middle, or is not yet done.
  }
}

function isInstance(value: unknown): value is Instance {
  if (typeof value !== 'object' || value === null) return false;
  if (!('pid' in value && 'address' in value && 'startedAt' in value)) return false;
  const began = 'processStart' in value ? value.processStart : '';
  return (
    typeof value.pid === 'number' &&
    typeof value.address === 'string' &&
    typeof value.startedAt === 'string' &&
    typeof began === 'string'
  );
}
