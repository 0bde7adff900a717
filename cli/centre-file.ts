import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Configuration } from '../contract/configuration.ts';
import {
  type ConfigurationPath,
  pathText,
  problemSentence,
} from '../contract/configuration-problems.ts';
import { readConfiguration } from '../contract/configuration-reading.ts';
import { readYaml } from './yaml-problems.ts';

/** A centre as a file: what it says, checked, and where each part of it stands. */
export interface CentreFile {
  /** For messages: the path, or `standard input`. */
  readonly name: string;
  readonly document: unknown;
  readonly configuration: Configuration;
  /** `12:7` for a path; what is missing stands where its surroundings do. */
  readonly place: (path: ConfigurationPath) => string;
  /** A message with its place: `centre.yaml:12:7 queues[0].name: …`. */
  readonly line: (path: ConfigurationPath, message: string) => string;
}

/** Why a file is none. */
export interface CentreFileProblems {
  readonly name: string;
  /** Set when the file could not be read at all. */
  readonly unreadable: string | null;
  /** A line for each mistake. */
  readonly mistakes: readonly string[];
}

/** Reads and checks a YAML file, or standard input for `-`. */
export function readCentreFile(
  file: string,
):
  | { readonly ok: true; readonly file: CentreFile }
  | ({ readonly ok: false } & CentreFileProblems) {
  const name = file === '-' ? 'standard input' : file;
  const text = readText(file);
  if (typeof text !== 'string') return { ok: false, name, unreadable: text.problem, mistakes: [] };
  const yaml = readYaml(text);
  if (!yaml.ok) {
    const mistakes = yaml.mistakes.map(({ place, message }) => `${name}:${place} ${message}`);
    return { ok: false, name, unreadable: null, mistakes };
  }
  const { place } = yaml;
  const line = (path: ConfigurationPath, message: string): string =>
    `${name}:${place(path)}${path.length === 0 ? '' : ` ${pathText(path)}:`} ${message}`;
  const document = withAbsolutePaths(yaml.document, file === '-' ? '.' : dirname(file));
  const reading = readConfiguration(document);
  if (reading.ok) {
    return {
      ok: true,
      file: { name, document, configuration: reading.configuration, place, line },
    };
  }
  const mistakes = reading.problems.map((problem) => line(problem.path, problemSentence(problem)));
  return { ok: false, name, unreadable: null, mistakes };
}

function readText(file: string): string | { readonly problem: string } {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: `${file} cannot be read: ${why}` };
  }
}

/** Secrets lie beside the file that names them, wherever the server runs from. */
function withAbsolutePaths(document: unknown, folder: string): unknown {
  if (!isGroup(document) || !Array.isArray(document['pbxs'])) return document;
  const pbxs: readonly unknown[] = document['pbxs'];
  return {
    ...document,
    pbxs: pbxs.map((pbx) => {
      if (!isGroup(pbx) || typeof pbx['passwordFile'] !== 'string') return pbx;
      const path = pbx['passwordFile'];
      return path === '' || isAbsolute(path)
        ? pbx
        : { ...pbx, passwordFile: resolve(folder, path) };
    }),
  };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
