// Writes telephony/asterisk/generated/ari.ts from the API description that Asterisk ships.
//
//   node tools/generate-ari.mjs /usr/share/asterisk/rest-api
//
// Only names and types are taken from the description, no prose. What comes back from Asterisk is checked against the
// required fields of the same description before it may call itself typed.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TARGET = 'telephony/asterisk/generated/ari.ts';
const RESOURCES = [
  'applications',
  'asterisk',
  'bridges',
  'channels',
  'deviceStates',
  'endpoints',
  'events',
  'playbacks',
  'recordings',
  'sounds',
];
const PRIMITIVES = {
  string: 'string',
  Date: 'string',
  int: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  object: 'Readonly<Record<string, unknown>>',
  containers: 'Readonly<Record<string, unknown>>',
};
/** These bodies are the JSON itself; every other body is wrapped in an object under the parameter's name. */
const BARE_BODIES = new Set(['filter']);

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node tools/generate-ari.mjs <folder of the API description>');

const descriptions = RESOURCES.map((name) => ({
  name,
  ...JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
}));
const models = Object.assign({}, ...descriptions.map((each) => each.models ?? {}));
const parents = new Map(
  Object.values(models).flatMap((model) => (model.subTypes ?? []).map((child) => [child, model.id])),
);

/** Every kind of message is a descendant of Message; those without descendants of their own name themselves in `type`. */
function leavesOf(id) {
  const children = (models[id]?.subTypes ?? []).filter((child) => child in models);
  return children.length === 0 ? [id] : children.flatMap(leavesOf);
}

const eventIds = leavesOf('Event').toSorted();

function typeOf(name) {
  const list = /^List\[(.+)\]$/.exec(name);
  if (list !== null) return `readonly ${typeOf(list[1])}[]`;
  return PRIMITIVES[name] ?? name;
}

/** The same as `typeOf`, as data: what the check at run time looks up. */
function kindOf(name) {
  const list = /^List\[(.+)\]$/.exec(name);
  if (list !== null) return `${kindOf(list[1])}[]`;
  if (name === 'object' || name === 'containers') return 'object';
  return PRIMITIVES[name] ?? name;
}

function choices(values) {
  return values.map((value) => `'${value}'`).join(' | ');
}

function fieldType(field) {
  const values = field.allowableValues?.values;
  return values !== undefined && field.type === 'string' ? choices(values) : typeOf(field.type);
}

/** All fields of a model, its ancestors' first, so that no interface needs another's `type`. */
function fieldsOf(id) {
  const inherited = parents.has(id) ? fieldsOf(parents.get(id)) : {};
  return { ...inherited, ...models[id].properties };
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

function interfaceOf(id) {
  const fields = Object.entries(fieldsOf(id)).toSorted(byName);
  const isEvent = eventIds.includes(id);
  const lines = fields.map(([name, field]) => {
    const type = isEvent && name === 'type' ? `'${id}'` : fieldType(field);
    return `  readonly ${name}${field.required ? '' : '?'}: ${type};`;
  });
  return `export interface ${id} {\n${lines.join('\n')}\n}\n`;
}

function shapeOf(id) {
  const fields = Object.entries(fieldsOf(id)).toSorted(byName);
  const entries = fields.map(([name, field]) => {
    return `${name}: '${kindOf(field.type)}${field.required ? '' : '?'}'`;
  });
  return `  ${id}: { ${entries.join(', ')} },`;
}

function argumentType(parameter) {
  const values = parameter.allowableValues?.values;
  const base =
    values !== undefined && parameter.dataType === 'string' ? choices(values) : typeOf(parameter.dataType);
  return parameter.allowMultiple ? `readonly string[]` : base;
}

function argumentOf(parameter) {
  const required = parameter.required || parameter.paramType === 'path';
  // `| undefined` lets a caller pass an absent setting on without a spread.
  return `readonly ${parameter.name}${required ? '' : '?'}: ${argumentType(parameter)}${required ? '' : ' | undefined'}`;
}

function bodyOf(parameters) {
  const body = parameters.find((parameter) => parameter.paramType === 'body');
  if (body === undefined) return '';
  if (BARE_BODIES.has(body.name)) return `, body: args.${body.name}`;
  const wrapped = `body: { ${body.name}: args.${body.name} }`;
  return body.required ? `, ${wrapped}` : `, ...(args.${body.name} === undefined ? {} : { ${wrapped} })`;
}

function operationOf(path, operation) {
  const parameters = operation.parameters ?? [];
  const query = parameters.filter((parameter) => parameter.paramType === 'query');
  const optional = parameters.every((parameter) => !parameter.required && parameter.paramType !== 'path');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => `\${encodeURIComponent(args.${name})}`);
  const signature =
    parameters.length === 0 ? '' : `args: { ${parameters.map(argumentOf).join('; ')} }${optional ? ' = {}' : ''}`;
  const queryText = query.map((parameter) => `${parameter.name}: args.${parameter.name}`).join(', ');
  const request = `{ method: '${operation.httpMethod}', path: \`${filled}\`, query: queryOf({ ${queryText} })${bodyOf(parameters)} }`;
  const result = operation.responseClass;
  const type = result === 'void' ? 'void' : typeOf(result);
  const body =
    result === 'void'
      ? `{\n        await send(${request});\n      }`
      : `{\n        return checked<${type}>('${kindOf(result)}', await send(${request}));\n      }`;
  return `      /** \`${operation.httpMethod} ${path}\` */\n      async ${operation.nickname}(${signature}): Promise<${type}> ${body},`;
}

function isUsable(operation) {
  return operation.upgrade === undefined && operation.responseClass !== 'binary';
}

function resourceOf({ name, apis }) {
  const operations = apis.flatMap((api) =>
    api.operations.filter(isUsable).map((operation) => operationOf(api.path, operation)),
  );
  return `    ${name}: {\n${operations.join('\n')}\n    },`;
}

const RUNTIME = readFileSync(join(import.meta.dirname, 'generate-ari.runtime.txt'), 'utf8');
const ids = Object.keys(models).toSorted();
const text = `// Generated by tools/generate-ari.mjs from the API description of Asterisk (rest-api/*.json). Do not edit: to take in a
// newer Asterisk, run \`node tools/generate-ari.mjs <folder of the description>\`.

${ids.map(interfaceOf).join('\n')}
/** Everything the event WebSocket can tell, told apart by \`type\`. */
export type AriEvent =
${eventIds.map((id) => `  | ${id}`).join('\n')};

/** The fields of every model: kind of value, \`?\` for those that may be missing. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${ids.map(shapeOf).join('\n')}
};

const EVENT_TYPES: ReadonlySet<string> = new Set([
${eventIds.map((id) => `  '${id}',`).join('\n')}
]);

${RUNTIME}
/** Typed calls over any transport; every answer is checked before it is handed out. */
export function ariClient(send: Send) {
  return {
${descriptions.map(resourceOf).join('\n')}
  };
}

export type Ari = ReturnType<typeof ariClient>;
`;
writeFileSync(TARGET, text);
execFileSync('npx', ['biome', 'format', '--write', TARGET], { stdio: 'inherit' });
