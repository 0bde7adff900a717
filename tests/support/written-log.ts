import { z } from 'zod';
import type { Log } from '../../core/prelude/log.ts';
import { openLog } from '../../server/log.ts';

/** The log of a node as a collector gets it. */
export interface WrittenLog {
  readonly log: Log;
  /** Everything written so far, a line of JSON each. */
  readonly lines: () => readonly string[];
  /** The lines with this sentence, read. */
  readonly told: (sentence: string) => readonly Readonly<Record<string, unknown>>[];
}

const LINE = z.record(z.string(), z.unknown());

/** A real log, down to the least important, that is written nowhere else. */
export function writtenLog(): WrittenLog {
  const written: string[] = [];
  return {
    log: openLog('debug', {
      write: (line) => {
        written.push(line);
      },
    }),
    lines: () => written,
    told: (sentence) =>
      written.map((line) => LINE.parse(JSON.parse(line))).filter(({ msg }) => msg === sentence),
  };
}
