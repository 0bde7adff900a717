/**
 * Where the story of a running node is told. The sentence is fixed; what varies goes into the fields. Personal data has
 * keys that begin with `pii.`, so that a collector can drop them, and never stands in a sentence.
 */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  info(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  error(fields: Readonly<Record<string, unknown>>, sentence: string): void;
}
