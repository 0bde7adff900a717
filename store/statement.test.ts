import { describe, expect, test } from 'vitest';
import { StatementInParts } from './statement.ts';

const STATEMENT = new StatementInParts({
  name: 'folder/several',
  text: '-- What it is for.\nwith\n--- first\none as (select 1),\n--- second\ntwo as (\n  -- a comment\n  select 2)\n--- end\nselect $1;\n',
});

describe('a statement of which only some parts are sent', () => {
  test('has what was asked for, and the commas between', () => {
    expect(STATEMENT.of(['first', 'second']).text).toContain('(select 1),\ntwo as (');
    expect(STATEMENT.of(['second']).text).toBe(
      '-- What it is for.\nwith\ntwo as (\n  -- a comment\n  select 2)\nselect $1;',
    );
  });

  test('each choice has a name of its own, in whatever order it is asked for', () => {
    const [one, other, both] = [['first'], ['second'], ['first', 'second']].map(
      (names) => STATEMENT.of(names).name,
    );
    expect(new Set([one, other, both]).size).toBe(3);
    expect(STATEMENT.of(['second', 'first'])).toBe(STATEMENT.of(['first', 'second']));
  });

  test('rows for a part that does not exist are not lost without a word', () => {
    expect(() => STATEMENT.of(['first', 'third'])).toThrow('folder/several');
  });
});
