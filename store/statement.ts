import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A statement with a name, so that PostgreSQL plans it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The statement in the `.sql` file of that name beside the module at `moduleUrl`; one can paste it into psql. */
export function sqlFile(moduleUrl: string, file: string): Statement {
  const path = fileURLToPath(new URL(file, moduleUrl));
  // The folder belongs to the name: two folders may each have their `lock.sql`.
  const name = `${basename(dirname(path))}/${basename(path, '.sql')}`;
  return { name, text: readFileSync(path, 'utf8') };
}

/** A short statement that needs no file of its own. `name` is unique in the whole store. */
export function sql(name: string, text: string): Statement {
  return { name, text };
}
