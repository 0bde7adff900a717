import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, test } from 'vitest';
import { epochMs } from '../core/prelude/time.ts';
import { dateOf, dayOf, momentOf, resolveWallTime, weekdayOf } from './wall-time.ts';

/** One change of a clock: when, and how far it is ahead of UTC before and from then on. */
interface Change {
  readonly atMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}
type Changes = ReadonlyMap<string, readonly Change[]>;

const ZONES = Intl.supportedValuesOf('timeZone');
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** `Europe/Berlin  Sun Mar 29 00:59:59 2026 UT = Sun Mar 29 01:59:59 2026 CET isdst=0 gmtoff=3600` */
const LINE = /^(\S+) +\w{3} (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) (\d+) UTC? = .* gmtoff=(-?\d+)$/;

/** Every change of every zone from 2026 to 2037 as the tz data of this machine has it; null without the program. */
function systemChanges(): Changes | null {
  let text: string;
  try {
    const command = ['-v', '-c', '2026,2038', ...ZONES];
    text = execFileSync('zdump', command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const changes = new Map<string, Change[]>(ZONES.map((zone) => [zone, []]));
  const seen = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, zone = '', month = '', day, hour, minute, second, year, offset] =
      LINE.exec(line) ?? [];
    if (zone === '') continue;
    const offsetMs = Number(offset) * 1000;
    const beforeMs = seen.get(zone);
    seen.set(zone, offsetMs);
    // Each change is two lines: the last second before it and the first from it on.
    if (second !== '00' || beforeMs === undefined || beforeMs === offsetMs) continue;
    const [days, hours, minutes] = [Number(day), Number(hour), Number(minute)];
    const atMs = Date.UTC(Number(year), MONTHS.indexOf(month) / 3, days, hours, minutes);
    changes.get(zone)?.push({ atMs, beforeMs, afterMs: offsetMs });
  }
  return changes;
}

/** The same as Node's own data has it. */
function ownChanges(): Changes {
  return new Map(ZONES.map((zone) => [zone, changesOf(zone)]));
}

function changesOf(zone: string): readonly Change[] {
  const found: Change[] = [];
  let at = Temporal.ZonedDateTime.from('2026-01-01T00:00[UTC]').withTimeZone(zone);
  for (;;) {
    const beforeMs = at.offsetNanoseconds / 1e6;
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= Date.UTC(2038, 0, 1)) return found;
    const afterMs = next.offsetNanoseconds / 1e6;
    found.push({ atMs: next.epochMilliseconds, beforeMs, afterMs });
    at = next;
  }
}

interface Case {
  readonly what: string;
  readonly wallMs: number;
  readonly atMs: number;
  readonly change: 'gap' | 'fold' | null;
}

/** Before the change, where gap or fold begin, within them, and after them, by what the system says. */
function casesOf({ atMs, beforeMs, afterMs }: Change): readonly Case[] {
  const aheadMs = afterMs - beforeMs;
  if (aheadMs > 0) {
    const gapMs = atMs + beforeMs;
    return [
      { what: 'before', wallMs: gapMs - 60_000, atMs: atMs - 60_000, change: null },
      { what: 'where the gap begins', wallMs: gapMs, atMs, change: 'gap' },
      { what: 'in the gap', wallMs: gapMs + aheadMs / 2, atMs, change: 'gap' },
      { what: 'after', wallMs: gapMs + aheadMs, atMs, change: null },
    ];
  }
  const foldMs = atMs + afterMs;
  const firstMs = atMs + aheadMs;
  return [
    { what: 'before', wallMs: foldMs - 60_000, atMs: firstMs - 60_000, change: null },
    { what: 'where the fold begins', wallMs: foldMs, atMs: firstMs, change: 'fold' },
    {
      what: 'in the fold',
      wallMs: foldMs - aheadMs / 2,
      atMs: firstMs - aheadMs / 2,
      change: 'fold',
    },
    { what: 'after', wallMs: foldMs - aheadMs, atMs: atMs - aheadMs, change: null },
  ];
}

const wallText = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

describe('F11: every clock change from 2026 to 2037 of every zone', () => {
  let system: Changes | null;
  let own: Changes;

  beforeAll(() => {
    system = systemChanges();
    own = ownChanges();
  });

  test('agrees with zdump, before it, where it begins, within it and after it', ({ skip }) => {
    if (system === null) {
      // A machine that checks everything must have it.
      expect(process.env['CI'], 'zdump is missing: install libc-bin and tzdata').not.toBe('true');
      process.stderr.write('zdump is missing: clock changes are not compared with the system\n');
      skip('zdump is missing');
    }
    const known: Changes = system ?? new Map();
    const agreeing = ZONES.filter(
      (zone) => JSON.stringify(known.get(zone)) === JSON.stringify(own.get(zone)),
    );
    const differing = ZONES.filter((zone) => !agreeing.includes(zone));
    // Governments change their rules, and two tz databases are seldom of one day.
    const versions = `${process.versions['tz'] ?? 'unknown'} in Node`;
    process.stdout.write(
      `${agreeing.length.toString()} of ${ZONES.length.toString()} zones have the same rules here and in tz data ${versions}; ${differing.length.toString()} have others: ${differing.join(', ')}\n`,
    );
    expect(agreeing.length / ZONES.length).toBeGreaterThanOrEqual(0.95);
    const checked = agreeing.flatMap((zone) =>
      (known.get(zone) ?? []).flatMap((change) => casesOf(change).map((one) => ({ zone, ...one }))),
    );
    const wrong = checked.filter(({ zone, wallMs, atMs, change }) => {
      const resolved = resolveWallTime(wallText(wallMs), zone);
      return resolved.at !== atMs || resolved.change !== change;
    });
    expect(wrong.map(({ zone, what, wallMs }) => `${zone} ${what}: ${wallText(wallMs)}`)).toEqual(
      [],
    );
    process.stdout.write(`${checked.length.toString()} wall times agree with zdump\n`);
    expect(checked.length).toBeGreaterThan(10_000);
  });
});

describe('a day by its number', () => {
  test('has the date and the weekday of the calendar, and begins and ends where it does in its zone', () => {
    const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2199, 11, 31) });
    fc.assert(
      fc.property(moments, fc.constantFrom(...ZONES), (ms, zone) => {
        const day = dayOf(epochMs(ms));
        const date = Temporal.PlainDate.from(dateOf(day));
        expect(wallText(ms).slice(0, 10)).toBe(date.toString());
        expect(weekdayOf(day)).toBe(date.dayOfWeek - 1);
        const startOfDay = date.toZonedDateTime(zone).epochMilliseconds;
        expect(momentOf(day, '00:00', zone)).toBe(startOfDay);
        expect(momentOf(day, '24:00', zone)).toBe(momentOf(day + 1, '00:00', zone));
      }),
      { numRuns: 300 },
    );
  });
});
