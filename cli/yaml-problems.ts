import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { ConfigurationPath } from '../contract/configuration-problems.ts';

/** What a YAML file holds, and where each part of it stands. */
export type YamlReading =
  | {
      readonly ok: true;
      readonly document: unknown;
      /** `12:7` for a path; what is missing stands where its surroundings do. */
      readonly place: (path: ConfigurationPath) => string;
    }
  | { readonly ok: false; readonly mistakes: readonly YamlMistake[] };

/** Something that is no YAML. */
export interface YamlMistake {
  readonly place: string;
  readonly message: string;
}

/** Reads one YAML 1.2 document; JSON is YAML too. */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(line, 1).toString()}:${Math.max(col, 1).toString()}`;
  };
  if (yaml.errors.length > 0) {
    const mistakes = yaml.errors.map(({ pos, message }) => ({ place: placeAt(pos[0]), message }));
    return { ok: false, mistakes };
  }
  const lost = aliasWithoutAnchor(yaml);
  if (lost !== null) {
    return { ok: false, mistakes: [{ place: placeAt(lost.offset), message: lost.message }] };
  }
  try {
    const document: unknown = yaml.toJS();
    return { ok: true, document, place: (path) => placeAt(offsetOf(yaml, path)) };
  } catch (error) {
    // Aliases that multiply without end.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, mistakes: [{ place: '1:1', message }] };
  }
}

function aliasWithoutAnchor(
  yaml: Document.Parsed,
): { readonly offset: number; readonly message: string } | null {
  let lost: { readonly offset: number; readonly message: string } | null = null;
  visit(yaml, {
    Alias: (_, alias) => {
      if (alias.resolve(yaml) !== undefined) return undefined;
      const message = `*${alias.source} repeats what is named nowhere before`;
      lost = { offset: beginningOf(alias) ?? 0, message };
      return visit.BREAK;
    },
  });
  return lost;
}

/** Where in the text a path stands: at the key of a setting, at the beginning of a list entry. */
function offsetOf(yaml: Document.Parsed, path: ConfigurationPath): number {
  let node: unknown = yaml.contents;
  let offset = beginningOf(node) ?? 0;
  for (const step of path) {
    const found = stepInto(resolved(node, yaml), step);
    if (found === null) return offset;
    offset = beginningOf(found.label) ?? offset;
    node = found.value;
  }
  return offset;
}

/** What is found one step further: the value, and what the eye sees of it first. */
function stepInto(
  node: unknown,
  step: string | number,
): { readonly label: unknown; readonly value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair === undefined ? null : { label: pair.key, value: pair.value };
  }
  if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
    return { label: node.items[step], value: node.items[step] };
  }
  return null;
}

function resolved(node: unknown, yaml: Document.Parsed): unknown {
  return isAlias(node) ? node.resolve(yaml) : node;
}

function beginningOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range?.[0] : undefined;
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}
