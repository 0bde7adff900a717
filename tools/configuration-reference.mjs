// Keeps the tables of docs/reference/configuration.md equal to contract/generated/centre.schema.json.
//   node tools/configuration-reference.mjs           writes them
//   node tools/configuration-reference.mjs --check   fails when they differ
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = 'docs/reference/configuration.md';
const SCHEMA = 'contract/generated/centre.schema.json';
const BEGIN = '<!-- The tables below are made by tools/configuration-reference.mjs. -->';

/** One table for each group of fields, in the order of the schema. */
export function tablesOf(schema) {
  return groupsOf(schema, '')
    .map(({ path, group }) => `### ${titleOf(path, group)}\n\n${sentence(group)}${tableOf(group)}\n`)
    .join('\n');
}

function groupsOf(schema, path) {
  const fields = Object.entries(schema.properties ?? {});
  const own = fields.length === 0 ? [] : [{ path, group: schema }];
  const inner = fields.flatMap(([name, field]) => {
    const below = path === '' ? name : `${path}.${name}`;
    if (field.items !== undefined) {
      return (field.items.oneOf ?? [field.items]).flatMap((item) => groupsOf(item, `${below}[]`));
    }
    // A field that may be written in several ways has its group among them.
    return [field, ...(field.anyOf ?? [])].flatMap((one) => groupsOf(one, below));
  });
  // Both kinds of PBX have the same routes: the second table would only repeat the first.
  return [...own, ...inner].filter((one, at, all) => {
    const first = all.findIndex((other) => other.path === one.path && isSame(other.group, one.group));
    return first === at;
  });
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function titleOf(path, { properties }) {
  if (path === '') return 'The file';
  const kind = properties.driver?.const;
  return kind === undefined ? `\`${path}\`` : `\`${path}\` with driver ${kind}`;
}

function sentence({ description }) {
  return description === undefined ? '' : `${description}\n\n`;
}

function tableOf({ properties, required = [] }) {
  const rows = Object.entries(properties).map(([name, field]) => {
    const preset = required.includes(name) ? 'required' : presetOf(field);
    return `| \`${name}\` | ${cell(field.description ?? '')} | ${preset} | ${cell(allowedOf(field))} |`;
  });
  return ['| field | meaning | default | allowed |', '|---|---|---|---|', ...rows].join('\n');
}

function presetOf(field) {
  if (field.default === undefined) return 'none';
  return isSame(field.default, {}) ? 'see below' : `\`${JSON.stringify(field.default)}\``;
}

function allowedOf(field) {
  if (field.errorMessage !== undefined) return field.errorMessage;
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.properties !== undefined) return 'a group of settings';
  if (field.type === 'array') return `a list of at most ${field.maxItems} entries`;
  throw new Error(`The schema does not say what is allowed here: ${JSON.stringify(field)}`);
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function rendered() {
  const page = readFileSync(PAGE, 'utf8');
  const [head] = page.split(BEGIN);
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  return { page, wanted: `${head}${BEGIN}\n\n${tablesOf(schema)}` };
}

/** Writes the tables into the page. */
export function writeReference() {
  writeFileSync(PAGE, rendered().wanted);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeReference();
  else if (rendered().page !== rendered().wanted) {
    process.stderr.write(`${PAGE} is out of date: run node tools/configuration-reference.mjs\n`);
    process.exitCode = 1;
  }
}
