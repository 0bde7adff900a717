/** One cell of a table, and where it begins, counted from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What a text comes to: its rows, or where it breaks off. */
export type Csv =
  | { readonly ok: true; readonly rows: readonly (readonly Cell[])[] }
  | {
      readonly ok: false;
      readonly line: number;
      readonly column: number;
      readonly message: string;
    };

/** A cell in quotes, or one without: what stands between is one step of reading. */
const QUOTED = /"((?:[^"]|"")*)"/y;
const PLAIN = /[^",\r\n]*/y;
const LINE_END = /\r\n|\n|\r/y;

/**
 * Comma-separated values after RFC 4180: cells may stand in quotes, a quote within them is written twice, and a line
 * break within them belongs to the cell. Empty lines are no rows. A byte order mark, as spreadsheets write it, is passed over.
 */
export function readCsv(text: string): Csv {
  return new Reader(text.replace(/^\uFEFF/, '')).read();
}

class Reader {
  private readonly text: string;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): Csv {
    const rows: (readonly Cell[])[] = [];
    while (this.at < this.text.length) {
      const row = this.row();
      if ('message' in row) return { ok: false, ...row };
      if (row.length > 1 || row[0]?.text !== '') rows.push(row);
    }
    return { ok: true, rows };
  }

  private row(): readonly Cell[] | Broken {
    const cells: Cell[] = [];
    for (;;) {
      cells.push(this.cell());
      if (this.text[this.at] === ',') this.at += 1;
      else if (this.at >= this.text.length || this.took(LINE_END) !== null) return cells;
      else return { ...this.place(), message: MISQUOTED };
    }
  }

  private cell(): Cell {
    const place = this.place();
    const quoted = this.took(QUOTED);
    if (quoted === null) return { ...place, text: (this.took(PLAIN) ?? '').trim() };
    return { ...place, text: quoted.slice(1, -1).replaceAll('""', '"').trim() };
  }

  private place(): { readonly line: number; readonly column: number } {
    return { line: this.line, column: this.at - this.lineStart + 1 };
  }

  /** Takes what the pattern matches here. */
  private took(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const [found = null] = pattern.exec(this.text) ?? [];
    if (found === null) return null;
    for (const end of found.matchAll(/\r\n|\n|\r/g)) {
      this.line += 1;
      this.lineStart = this.at + end.index + end[0].length;
    }
    this.at += found.length;
    return found;
  }
}

interface Broken {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const MISQUOTED =
  'found a quote in the middle of a cell or one that is never closed, allowed a cell without quotes or wholly in quotes ("" within them is one quote)';
