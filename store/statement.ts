import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../core/prelude/assert.ts';

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

/**
 * A statement of which only some parts are sent: PostgreSQL makes every part of a statement ready at each run, whether
 * or not there is anything for it to do. In its file each part begins behind a line `--- its name`, and a comma stands
 * between two of them; what stands before the first and behind `--- end` is always sent.
 */
export class StatementInParts {
  readonly name: string;
  /** The text of each part by its name, in their order. */
  readonly parts: ReadonlyMap<string, string>;
  readonly #head: string;
  readonly #end: string;
  readonly #known = new Map<number, Statement>();

  constructor({ name, text }: Statement) {
    const [head = '', ...rest] = text.split(/^--- /m);
    const parts = new Map(rest.map(partOf));
    this.name = name;
    this.#head = head;
    this.#end = parts.get('end') ?? '';
    parts.delete('end');
    this.parts = parts;
  }

  /**
   * The statement of these parts. Its name is that of the whole and a word that tells which parts: each choice is
   * prepared by itself, and there are as many of them as there are uses, some dozens.
   * @param end in place of the end in the file; the same whenever these parts are asked for
   */
  of(names: readonly string[], end: string = this.#end): Statement {
    const wanted = new Set(names);
    const chosen = [...this.parts.entries()].filter(([name]) => wanted.has(name));
    assert(chosen.length === wanted.size, `${this.name} has not all of the parts ${names.join()}`);
    const mask = [...this.parts.keys()].reduce(
      (sum, name, at) => sum + (wanted.has(name) ? 2 ** at : 0),
      0,
    );
    const known = this.#known.get(mask);
    if (known !== undefined) return known;
    const text = `${this.#head}${chosen.map(([, part]) => part).join(',\n')}\n${end}`;
    const statement = { name: `${this.name} ${mask.toString(36)}`, text };
    this.#known.set(mask, statement);
    return statement;
  }
}

/** A part's name and its text, without the comma behind it. */
function partOf(text: string): readonly [name: string, part: string] {
  const [, name = '', part = ''] = /^(\w+)\n(.*?),?\n$/s.exec(text) ?? [];
  return [name, part];
}
