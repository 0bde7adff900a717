import type pg from 'pg';
import { sqlFile } from '../store/statement.ts';

const CONTENTS = sqlFile(import.meta.url, './contents.sql');

/** A table with rows of a tenant, and the statements about it: see contents.sql. */
interface Table {
  readonly name: string;
  readonly copy: string;
  readonly empty: string;
  readonly delete: string;
  readonly change: string;
  readonly insert: string;
  readonly refers_to: readonly string[];
}

/**
 * Keeps a copy of the rows as they are now. The answer is what puts them back, whatever has been written meanwhile: rows
 * that are new are deleted, those that have changed are changed back, and those that are gone are there again.
 */
export async function keepContents(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Table>(CONTENTS);
  const tables = inOrder(rows);
  const filled = new Set<Table>();
  for (const table of tables) {
    const { rowCount } = await client.query(table.copy);
    if (rowCount !== 0) filled.add(table);
  }
  return [
    ...tables.toReversed().map((table) => (filled.has(table) ? table.delete : table.empty)),
    ...[...filled].flatMap((table) => [table.change, table.insert]),
  ].join(';\n');
}

/** Those first that others refer to. */
function inOrder(tables: readonly Table[]): readonly Table[] {
  const done = new Set<string>();
  const ordered: Table[] = [];
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name, refers_to }) => !done.has(name) && refers_to.every((other) => done.has(other)),
    );
    if (next.length === 0) throw new Error('tables refer to each other in a ring');
    for (const table of next) done.add(table.name);
    ordered.push(...next);
  }
  return ordered;
}
