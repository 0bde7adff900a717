import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Breach } from '../auditor/auditor.ts';
import { Crew, WorkerLost } from '../crew.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import type { PlantedBug } from './bugs.ts';
import { plant } from './planting.ts';

/** How a hunt for one bug went. */
export interface Catch {
  readonly bug: PlantedBug;
  /** How many schedules were run until it was seen, this one included; null when it was not. */
  readonly seeds: number | null;
  /** What gave it away. */
  readonly breach: Breach | null;
}

/** Where a hunt takes place. */
export interface Ground {
  /** The folder of the project, compiled. */
  readonly root: string;
  /** A PostgreSQL. */
  readonly server: string;
  readonly workers: number;
  /** The first of the seeds, and how many are tried at most. */
  readonly from: number;
  readonly seedsMax: number;
}

/** Plants a bug in a copy of the project and runs schedules until one of them shows it. */
export async function hunt(bug: PlantedBug, ground: Ground): Promise<Catch> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-planted-'));
  try {
    plant(ground.root, folder, bug);
    return await search(bug, folder, ground);
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
    const breach = { invariant: 'crash', what: error.message, atMs: 0 };
    return { bug, seeds: error.seed - ground.from + 1, breach };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function search(bug: PlantedBug, folder: string, ground: Ground): Promise<Catch> {
  const { server, workers, from, seedsMax } = ground;
  const crew = new Crew(pathToFileURL(join(folder, 'sim/worker.js')), server, workers);
  let found: { seed: number; breach: Breach } | null = null;
  await crew.run({ from, seeds: seedsMax, faults: FAULT_KINDS, untilBroken: true }, (report) => {
    const [breach] = report.breaches;
    if (breach === undefined || (found !== null && found.seed < report.seed)) return;
    found = { seed: report.seed, breach };
  });
  return caught(bug, found, from);
}

function caught(
  bug: PlantedBug,
  found: { seed: number; breach: Breach } | null,
  from: number,
): Catch {
  return found === null
    ? { bug, seeds: null, breach: null }
    : { bug, seeds: found.seed - from + 1, breach: found.breach };
}
