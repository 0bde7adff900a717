import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, reportSettings, type SettingsReport } from './settings.ts';

/**
 * What a start in this environment would find: the settings in force and what is wrong with them or with the data folder.
 * Changes nothing, and needs no running node.
 */
export function checkSettings(environment: Environment): SettingsReport {
  const { settings, problems } = reportSettings(environment);
  const folder = settings.find(({ name }) => name === 'RINGBACK_DATA')?.value ?? '';
  return {
    settings,
    problems: [...problems, ...folderProblems(folder), ...secretProblems(folder)],
  };
}

function folderProblems(folder: string): readonly string[] {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      `RINGBACK_DATA is ${folder}, where this user cannot write (${why}). Name another folder in it, or give this user the right.`,
    ];
  }
}

/** A secret that another account keeps cannot be read by this one. */
function secretProblems(folder: string): readonly string[] {
  const file = join(folder, 'secret');
  try {
    if (existsSync(file)) readFileSync(file);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      `The secret in ${file} cannot be read (${why}). Run this as the user who starts Ringback.`,
    ];
  }
}
