import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Holiday, WEEKDAYS } from '../core/centre/centre.ts';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import { afterOpenTime, closingAfter, type Hours, openingAt } from './opening-hours.ts';
import { resolveWallTime } from './wall-time.ts';

const BERLIN = 'Europe/Berlin';
const at = (wall: string, timeZone = BERLIN): EpochMs => resolveWallTime(wall, timeZone).at;

function office(...holidays: readonly Holiday[]): Hours {
  return {
    timeZone: BERLIN,
    weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }],
    holidays,
  };
}

const closed = (date: string, yearly = false): Holiday => ({ date, yearly, open: [] });

/** Where the hours open next, as a date and time of Berlin in winter. */
function nextOpening(hours: Hours, wall: string): string {
  const opening = openingAt([hours], at(wall));
  if (opening.open) return 'open';
  if (opening.nextOpening === null) return 'never';
  return new Date(opening.nextOpening + 3_600_000).toISOString().slice(0, 16);
}

describe('on a holiday', () => {
  test('nobody is called, from midnight to midnight of the zone', () => {
    const hours = office(closed('2027-12-24'));
    expect(nextOpening(hours, '2027-12-23T16:59')).toBe('open');
    expect(nextOpening(hours, '2027-12-23T17:00')).toBe('2027-12-27T09:00');
    expect(nextOpening(hours, '2027-12-24T10:00')).toBe('2027-12-27T09:00');
    expect(nextOpening(office(closed('2028-12-24')), '2027-12-24T10:00')).toBe('open');
  });

  test('one that comes every year comes in every year, the 29th of February in leap years only', () => {
    const hours = office(closed('2020-01-05', true), closed('2024-02-29', true));
    expect(nextOpening(hours, '2027-01-05T10:00')).toBe('2027-01-06T09:00');
    expect(nextOpening(hours, '2028-01-05T10:00')).toBe('2028-01-06T09:00');
    expect(nextOpening(hours, '2028-02-29T10:00')).toBe('2028-03-01T09:00');
    expect(nextOpening(hours, '2027-03-01T10:00')).toBe('open');
  });

  test('hours of its own count instead of those of the week, on a weekend too', () => {
    const short: Holiday = {
      date: '2027-12-24',
      yearly: false,
      open: [{ from: '08:00', to: '12:00' }],
    };
    const sunday: Holiday = { ...short, date: '2027-12-19' };
    const hours = office(short, sunday);
    expect(nextOpening(hours, '2027-12-24T08:00')).toBe('open');
    expect(nextOpening(hours, '2027-12-24T12:00')).toBe('2027-12-27T09:00');
    expect(nextOpening(hours, '2027-12-18T12:00')).toBe('2027-12-19T08:00');
  });

  test('the day of one year goes before the same day of every year', () => {
    const open: Holiday = {
      date: '2027-12-24',
      yearly: false,
      open: [{ from: '10:00', to: '11:00' }],
    };
    expect(nextOpening(office(closed('2000-12-24', true), open), '2027-12-24T10:30')).toBe('open');
    expect(nextOpening(office(open, closed('2000-12-24', true)), '2027-12-24T10:30')).toBe('open');
  });

  test('the time of a promise does not run: three weeks of company holidays do not let it lapse', () => {
    const weeks = Array.from({ length: 21 }, (_, day) =>
      closed(new Date(Date.UTC(2027, 7, 2 + day)).toISOString().slice(0, 10)),
    );
    const hours = office(...weeks);
    expect(afterOpenTime([hours], at('2027-07-30T16:00'), 7200)).toBe(at('2027-08-23T10:00'));
  });
});

describe('the next closing', () => {
  test.each([
    ['2027-03-03T16:59', '2027-03-03T17:00'],
    ['2027-03-03T17:00', '2027-03-04T17:00'],
    ['2027-03-05T18:00', '2027-03-08T17:00'],
  ])('after %s: %s', (from, closing) => {
    expect(closingAfter(office(), at(from))).toBe(at(closing));
  });

  test('openings that follow each other without a break are one, and what never closes has none', () => {
    const night: Hours = {
      timeZone: BERLIN,
      weekly: [
        { days: ['mo'], from: '20:00', to: '24:00' },
        { days: ['tu'], from: '00:00', to: '04:00' },
      ],
      holidays: [],
    };
    expect(closingAfter(night, at('2027-03-01T21:00'))).toBe(at('2027-03-02T04:00'));
    const always = {
      ...night,
      weekly: [{ days: WEEKDAYS, from: '00:00', to: '24:00' }],
    };
    expect(closingAfter(always, at('2027-03-01T21:00'))).toBeNull();
    expect(closingAfter({ ...night, weekly: [] }, at('2027-03-01T21:00'))).toBeNull();
  });
});

const ZONES = [BERLIN, 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Honolulu'];
const anyHours: fc.Arbitrary<Hours> = fc
  .record({
    timeZone: fc.constantFrom(...ZONES),
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 11 }),
    to: fc.integer({ min: 12, max: 24 }),
  })
  .map(({ timeZone, days, from, to }) => ({
    timeZone,
    weekly: [{ days, from: clock(from), to: clock(to) }],
    holidays: [closed('2027-05-05', true)],
  }));
const clock = (hour: number): string => `${hour.toString().padStart(2, '0')}:00`;
const moments = fc
  .integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2028, 11, 31) })
  .map((ms) => epochMs(ms));

describe('several hours at once', () => {
  test('are open exactly when each of them is, and closed until the next opening', () => {
    fc.assert(
      fc.property(
        fc.array(anyHours, { maxLength: 4 }),
        moments,
        fc.nat(999),
        (calendar, moment, part) => {
          const opening = openingAt(calendar, moment);
          const isEachOpen = (ms: number): boolean =>
            calendar.every((hours) => openingAt([hours], epochMs(ms)).open);
          expect(opening.open).toBe(isEachOpen(moment));
          if (opening.open || opening.nextOpening === null) return;
          expect(isEachOpen(opening.nextOpening)).toBe(true);
          expect(isEachOpen(moment + ((opening.nextOpening - moment) * part) / 1000)).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('count only the time in which all are open, minute by minute', () => {
    fc.assert(
      fc.property(
        fc.array(anyHours, { minLength: 1, maxLength: 3 }),
        moments,
        fc.integer({ min: 1, max: 40 }),
        (calendar, moment, quarters) => {
          const end = afterOpenTime(calendar, moment, quarters * 900);
          // Longer would be slow to count, and what never opens counts as open.
          if (end > moment + 7 * 86_400_000 || !openingAt(calendar, epochMs(end - 1)).open) return;
          let openMs = 0;
          const stepMs = 60_000;
          for (let ms: number = moment; ms < end; ms += stepMs) {
            if (openingAt(calendar, epochMs(ms)).open) openMs += Math.min(stepMs, end - ms);
          }
          expect(Math.abs(openMs - quarters * 900_000)).toBeLessThan(8 * 2 * stepMs);
        },
      ),
      { numRuns: 20 },
    );
  });
});
