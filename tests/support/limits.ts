/**
 * The limits that a JSON Schema states, each with values just beyond it. What is described is what is checked: a limit that is added to
 * a schema is tried by every test that uses this.
 */

/** A JSON Schema as it stands in a description. */
export type Described = Readonly<Record<string, unknown>>;

/** One place of a document at which values are limited. */
export interface Limit {
  /** For people: `queues[0].callback.attempts`. */
  readonly path: string;
  /** What the message must name: both bounds, or every word. */
  readonly allowed: readonly string[];
  /** Values of which none is allowed. */
  readonly beyond: readonly unknown[];
  /** A document with a value at the place. */
  readonly documentWith: (value: unknown) => unknown;
}

interface Place {
  readonly path: string;
  readonly documentWith: (value: unknown) => unknown;
}

/** Every limit below a schema. References lead into `components`. */
export function limitsOf(schema: Described, components: Described = {}): readonly Limit[] {
  return below(schema, { path: '', documentWith: (value) => value }, components);
}

function below(schema: Described, place: Place, components: Described): readonly Limit[] {
  const meant = resolved(schema, components);
  const choices = listOf(meant['anyOf'] ?? meant['oneOf']);
  return [
    ...choices.flatMap((choice) => below(choice, place, components)),
    ...ownLimits(meant, place, choices.length > 0),
    ...insideGroup(meant, place, components),
    ...insideList(meant, place, components),
  ];
}

function resolved(schema: Described, components: Described): Described {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const found = components[reference.split('/').at(-1) ?? ''];
  if (!isDescribed(found)) throw new Error(`${reference} leads nowhere`);
  return found;
}

function insideGroup(schema: Described, place: Place, components: Described): readonly Limit[] {
  const properties = Object.entries(isDescribed(schema['properties']) ? schema['properties'] : {});
  // What says of which kind a group is must be there for anything else in it to be looked at.
  const kinds = properties.flatMap(([key, field]) => {
    const kind = isDescribed(field) ? onlyWord(field) : undefined;
    return kind === undefined ? [] : [[key, kind] as const];
  });
  const fields = properties.flatMap(([key, field]) => {
    if (!isDescribed(field)) return [];
    const path = place.path === '' ? key : `${place.path}.${key}`;
    const documentWith = (value: unknown): unknown =>
      place.documentWith({ ...Object.fromEntries(kinds), [key]: value });
    return below(field, { path, documentWith }, components);
  });
  if (schema['additionalProperties'] !== false) return fields;
  const unknown: Limit = {
    path: place.path === '' ? 'unheardOf' : `${place.path}.unheardOf`,
    allowed: properties.map(([key]) => key),
    beyond: [1],
    documentWith: (value) => place.documentWith({ ...Object.fromEntries(kinds), unheardOf: value }),
  };
  return [...fields, unknown];
}

/** The one value that is allowed; undefined when there are several. */
function onlyWord(field: Described): unknown {
  const words = wordsOf(field);
  return field['const'] ?? (words.length === 1 ? words[0] : undefined);
}

function insideList(schema: Described, place: Place, components: Described): readonly Limit[] {
  const { items } = schema;
  if (!isDescribed(items)) return [];
  const inside: Place = {
    path: `${place.path}[0]`,
    documentWith: (value) => place.documentWith([value]),
  };
  return below(items, inside, components);
}

/** What one schema says of the value itself. */
function ownLimits(schema: Described, place: Place, isChoice: boolean): readonly Limit[] {
  if (isChoice) return [];
  const { type, minLength, maxLength, maxItems, minItems, pattern, format } = schema;
  const words = wordsOf(schema).map(String);
  const limits: Omit<Limit, 'path' | 'documentWith'>[] = [];
  if (type === 'integer' || type === 'number') limits.push(...boundsOf(schema));
  if (words.length > 0) limits.push({ allowed: words, beyond: ['unheard of', 'x'] });
  if (typeof maxLength === 'number') {
    limits.push({ allowed: [maxLength.toString()], beyond: ['x'.repeat(maxLength + 1)] });
  }
  if (typeof minLength === 'number' && minLength > 0) limits.push({ allowed: [], beyond: [''] });
  if (pattern !== undefined || format !== undefined) {
    limits.push({ allowed: [], beyond: ['\u0001', ' ', '€ 3,50'] });
  }
  if (typeof maxItems === 'number') {
    const many = Array.from({ length: maxItems + 1 }, () => null);
    limits.push({ allowed: [maxItems.toString()], beyond: [many] });
  }
  if (typeof minItems === 'number' && minItems > 0) limits.push({ allowed: [], beyond: [[]] });
  return limits.map((limit) => ({ ...limit, ...place }));
}

/** Whole numbers are limited by what a computer can hold besides; that is no limit of ours. */
function boundsOf({ minimum, maximum }: Described): readonly Pick<Limit, 'allowed' | 'beyond'>[] {
  const bounds = [minimum, maximum].filter(
    (bound) => typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER,
  );
  if (bounds.length === 0) return [];
  const [least, greatest] = [Number(minimum), Number(maximum)];
  return [{ allowed: bounds.map(String), beyond: [least - 1, greatest + 1] }];
}

function listOf(value: unknown): readonly Described[] {
  return Array.isArray(value) ? value.filter(isDescribed) : [];
}

function wordsOf({ enum: words }: Described): readonly unknown[] {
  return Array.isArray(words) ? words : [];
}

/** True for a group of keys. */
export function isDescribed(value: unknown): value is Described {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
