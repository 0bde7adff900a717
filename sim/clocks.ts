import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import type { Dice } from './dice.ts';

/** The zones that the simulated people live in. */
export type SimulatedZone = 'America/New_York' | 'Europe/Berlin';

const HOUR_MS = 3_600_000;
/** The clock changes of the simulated year, as everybody can look them up: from then on a zone is so many hours from UTC. */
const CHANGES: Readonly<
  Record<SimulatedZone, readonly (readonly [from: number, hours: number])[]>
> = {
  'America/New_York': [
    [0, -4],
    [Date.UTC(2026, 10, 1, 6), -5],
    [Date.UTC(2027, 2, 14, 7), -4],
  ],
  'Europe/Berlin': [
    [0, 2],
    [Date.UTC(2026, 9, 25, 1), 1],
    [Date.UTC(2027, 2, 28, 1), 2],
  ],
};

/** A day of the simulated year: when it begins, and a wall time on it that no clock shows, or two times. */
export interface Season {
  readonly startMs: EpochMs;
  /** Null on a day like any other. */
  readonly oddTime: {
    readonly zone: SimulatedZone;
    readonly time: string;
    /** What is meant by it: the end of the gap, or the first of the two. */
    readonly meansMs: EpochMs;
  } | null;
}

/** A Wednesday. */
const USUAL_DAY_MS = Date.UTC(2026, 10, 18);

const NEW_YORK_FOLD: Season = {
  startMs: epochMs(Date.UTC(2026, 10, 1, 4, 30)),
  oddTime: {
    zone: 'America/New_York',
    time: '2026-11-01T01:30',
    meansMs: epochMs(Date.UTC(2026, 10, 1, 5, 30)),
  },
};
const NEW_YORK_GAP: Season = {
  startMs: epochMs(Date.UTC(2027, 2, 14, 5, 30)),
  oddTime: {
    zone: 'America/New_York',
    time: '2027-03-14T02:30',
    meansMs: epochMs(Date.UTC(2027, 2, 14, 7)),
  },
};
const BERLIN_FOLD: Season = {
  startMs: epochMs(Date.UTC(2026, 9, 24, 22, 30)),
  oddTime: {
    zone: 'Europe/Berlin',
    time: '2026-10-25T02:30',
    meansMs: epochMs(Date.UTC(2026, 9, 25, 0, 30)),
  },
};
const BERLIN_GAP: Season = {
  startMs: epochMs(Date.UTC(2027, 2, 27, 23, 30)),
  oddTime: {
    zone: 'Europe/Berlin',
    time: '2027-03-28T02:30',
    meansMs: epochMs(Date.UTC(2027, 2, 28, 1)),
  },
};

/** A day on which somewhere the clock is changed, half an hour after midnight there. */
export function dayOfChange(dice: Dice): Season {
  return dice.oneOf([NEW_YORK_FOLD, NEW_YORK_GAP, BERLIN_FOLD, BERLIN_GAP]);
}

/** A day without a change, from this minute of it on. */
export function usualDay(minute: number): Season {
  return { startMs: epochMs(USUAL_DAY_MS + minute * 60_000), oddTime: null };
}

/** What the clock on the wall shows at that moment, as milliseconds since an epoch of its own. */
export function wallClockMs(atMs: number, zone: SimulatedZone): number {
  const [, hours = 0] = CHANGES[zone].findLast(([fromMs]) => atMs >= fromMs) ?? [];
  return atMs + hours * HOUR_MS;
}

/** True for the second of two moments at which a clock shows the same. */
export function isShownBefore(atMs: number, zone: SimulatedZone): boolean {
  return wallClockMs(atMs, zone) === wallClockMs(atMs - HOUR_MS, zone);
}

/** The same as text, ISO 8601 to the minute. */
export function wallTimeAt(atMs: number, zone: SimulatedZone): string {
  return new Date(wallClockMs(atMs, zone)).toISOString().slice(0, 16);
}

/** Where the owner of a simulated number lives. */
export function zoneOf(number: string): SimulatedZone {
  return number.startsWith('+49') ? 'Europe/Berlin' : 'America/New_York';
}
