import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { WEEKDAYS } from '../core/centre/centre.ts';
import { type EpochMs, epochMs } from '../core/prelude/time.ts';
import { afterOpenTime, type Hours, openingAt } from './opening-hours.ts';

const BERLIN = 'Europe/Berlin';

/** The moment of a wall time that exists once. */
function at(wall: string, timeZone = BERLIN): EpochMs {
  const zoned = Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone, {
    disambiguation: 'reject',
  });
  return epochMs(zoned.epochMilliseconds);
}

function daily(from: string, to: string, timeZone = BERLIN): Hours {
  return { timeZone, weekly: [{ days: WEEKDAYS, from, to }], holidays: [] };
}

/** `open`, or when it opens next as a wall time of the zone. */
function seen(hours: Hours, moment: EpochMs): string {
  const opening = openingAt([hours], moment);
  if (opening.open) return 'open';
  if (opening.nextOpening === null) return 'closed for good';
  const zoned = Temporal.Instant.fromEpochMilliseconds(opening.nextOpening).toZonedDateTimeISO(
    hours.timeZone,
  );
  return zoned.toPlainDateTime().toString({ smallestUnit: 'minute' });
}

describe('on any day', () => {
  const office: Hours = {
    timeZone: BERLIN,
    weekly: [
      { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '12:00' },
      { days: ['mo', 'tu', 'we', 'th'], from: '13:00', to: '17:00' },
    ],
    holidays: [],
  };

  test.each([
    ['2027-03-03T08:59:59.999', '2027-03-03T09:00'],
    ['2027-03-03T09:00', 'open'],
    ['2027-03-03T11:59:59.999', 'open'],
    ['2027-03-03T12:00', '2027-03-03T13:00'],
    ['2027-03-03T16:59:59.999', 'open'],
    ['2027-03-03T17:00', '2027-03-04T09:00'],
    ['2027-03-05T12:00', '2027-03-08T09:00'],
    ['2027-03-07T00:00', '2027-03-08T09:00'],
  ])('at %s: %s', (wall, expected) => {
    expect(seen(office, at(wall))).toBe(expected);
  });

  test('without hours it is always open', () => {
    expect(openingAt([], at('2027-03-07T03:00'))).toEqual({ open: true });
  });

  test('hours without any opening never open', () => {
    expect(seen({ timeZone: BERLIN, weekly: [], holidays: [] }, at('2027-03-03T09:00'))).toBe(
      'closed for good',
    );
  });

  test('24:00 is the end of the day: from 00:00 to 24:00 it never closes', () => {
    const always = daily('00:00', '24:00');
    expect(seen(always, at('2027-03-03T23:59:59.999'))).toBe('open');
    expect(seen(always, at('2027-03-04T00:00'))).toBe('open');
    const monday: Hours = {
      timeZone: BERLIN,
      weekly: [{ days: ['mo'], from: '08:00', to: '24:00' }],
      holidays: [],
    };
    expect(seen(monday, at('2027-03-01T23:59:59.999'))).toBe('open');
    expect(seen(monday, at('2027-03-02T00:00'))).toBe('2027-03-08T08:00');
  });

  test('an opening that ends before it begins, or as it begins, never is', () => {
    for (const to of ['08:00', '09:00']) {
      const never = daily('09:00', to);
      expect(seen(never, at('2027-03-03T08:30'))).toBe('closed for good');
      expect(seen(never, at('2027-03-03T09:00'))).toBe('closed for good');
    }
  });

  test('overlapping openings are one', () => {
    const both: Hours = {
      timeZone: BERLIN,
      weekly: [
        { days: ['we'], from: '10:00', to: '15:00' },
        { days: ['we'], from: '09:00', to: '11:00' },
      ],
      holidays: [],
    };
    expect(seen(both, at('2027-03-03T08:00'))).toBe('2027-03-03T09:00');
    expect(seen(both, at('2027-03-03T12:00'))).toBe('open');
    expect(afterOpenTime([both], at('2027-03-03T08:00'), 5 * 3600)).toBe(at('2027-03-03T14:00'));
  });

  test('the zone is the one of the hours: half an hour and a quarter count', () => {
    const noon = at('2027-03-03T12:00', 'UTC');
    expect(seen(daily('17:30', '18:00', 'Asia/Kolkata'), noon)).toBe('open');
    expect(seen(daily('17:31', '18:00', 'Asia/Kolkata'), noon)).toBe('2027-03-03T17:31');
    expect(seen(daily('17:45', '18:00', 'Asia/Kathmandu'), noon)).toBe('open');
    expect(seen(daily('17:46', '18:00', 'Asia/Kathmandu'), noon)).toBe('2027-03-03T17:46');
    expect(seen(daily('00:00', '01:30', 'Pacific/Kiritimati'), noon)).toBe('2027-03-05T00:00');
  });
});

describe('when the clock is put forward, from 02:00 to 03:00 on 28 March 2027', () => {
  const change = at('2027-03-28T03:00');
  const before = epochMs(change - 1);

  test('an opening of 02:30 begins at the first moment after it', () => {
    expect(seen(daily('02:30', '10:00'), before)).toBe('2027-03-28T03:00');
    expect(seen(daily('02:30', '10:00'), change)).toBe('open');
  });

  test('an opening until 02:30 ends there: nobody is called at 03:15', () => {
    const night = daily('00:00', '02:30');
    expect(seen(night, before)).toBe('open');
    expect(seen(night, change)).toBe('2027-03-29T00:00');
    expect(seen(night, at('2027-03-28T03:15'))).toBe('2027-03-29T00:00');
  });

  test('an opening that lies in the hour that is left out is left out', () => {
    expect(seen(daily('02:15', '02:45'), at('2027-03-28T01:00'))).toBe('2027-03-29T02:15');
  });
});

describe('when the clock is put back, from 03:00 to 02:00 on 31 October 2027', () => {
  /** 02:30 in summer time, and 02:30 in winter time one hour later. */
  const first = epochMs(at('2027-10-31T01:30') + 3_600_000);
  const second = epochMs(first + 3_600_000);

  test('an opening of 02:30 begins at the first', () => {
    expect(seen(daily('02:30', '10:00'), epochMs(first - 1))).toBe('2027-10-31T02:30');
    expect(seen(daily('02:30', '10:00'), first)).toBe('open');
    expect(seen(daily('02:30', '10:00'), second)).toBe('open');
  });

  test('an opening until 02:30 ends at the first', () => {
    const night = daily('00:00', '02:30');
    expect(seen(night, epochMs(first - 1))).toBe('open');
    expect(seen(night, first)).toBe('2027-11-01T00:00');
    expect(seen(night, epochMs(second - 1))).toBe('2027-11-01T00:00');
  });

  test('open around the clock stays open for all 25 hours of it', () => {
    const always = daily('00:00', '24:00');
    for (let hour = 0; hour < 26; hour += 1) {
      expect(seen(always, epochMs(at('2027-10-31T00:00') + hour * 3_600_000))).toBe('open');
    }
  });
});

/** One change of a clock: what it showed just before, and what it shows from then on. */
interface Change {
  readonly timeZone: string;
  readonly atMs: number;
  readonly from: Temporal.PlainDateTime;
  readonly to: Temporal.PlainDateTime;
}

/** Every change of every zone until the end of 2037. */
function changes(): readonly Change[] {
  return Intl.supportedValuesOf('timeZone').flatMap((timeZone) => {
    const found: Change[] = [];
    let zoned = Temporal.ZonedDateTime.from(`2026-01-01T00:00[${timeZone}]`);
    for (;;) {
      const next = zoned.getTimeZoneTransition('next');
      if (next === null || next.year > 2037) return found;
      const offsetMs = next.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1e6;
      found.push({
        timeZone,
        atMs: next.epochMilliseconds,
        from: wallAt(next.epochMilliseconds + offsetMs),
        to: next.toPlainDateTime(),
      });
      zoned = next;
    }
  });
}

function wallAt(shiftedMs: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(shiftedMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
}

const clock = (wall: Temporal.PlainDateTime): string => wall.toString().slice(11, 16);

const isOpen = (hours: Hours, ms: number): boolean => openingAt([hours], epochMs(ms)).open;
const named = ({ timeZone, from }: Change): string => `${timeZone} ${from.toString()}`;

describe('every change of every clock until 2037', () => {
  const all = changes().map((change) => {
    const minutes = change.from.until(change.to).total('minutes');
    const middle = clock(change.from.add({ minutes: minutes / 2 }));
    const opens = daily(middle, '24:00', change.timeZone);
    const closes = daily('00:00', middle, change.timeZone);
    return { ...change, minutes, opens, closes };
  });

  test('I7: an opening in the hour that is left out begins at the change, an end in it ends there', () => {
    const forward = all.filter(({ minutes }) => minutes > 0);
    expect(forward.length).toBeGreaterThan(500);
    const wrong = forward.filter(({ atMs, from, to, opens, closes }) => {
      // Where a day begins or ends with the change, what lies beyond belongs to another day.
      const [beginsDay, endsDay] = [clock(from) === '00:00', clock(to) === '00:00'];
      const before = beginsDay || (!isOpen(opens, atMs - 1) && isOpen(closes, atMs - 1));
      const after = isOpen(opens, atMs) !== endsDay && isOpen(closes, atMs) === endsDay;
      return !(before && after);
    });
    expect(wrong.map(named)).toEqual([]);
  });

  test('I7: an opening in the hour that comes twice begins in the first, an end in it ends in the first', () => {
    const back = all.filter(({ minutes }) => minutes < 0);
    expect(back.length).toBeGreaterThan(500);
    const wrong = back.filter(({ atMs, minutes, opens, closes }) => {
      const first = atMs + (minutes / 2) * 60_000;
      const second = atMs - (minutes / 2) * 60_000;
      return !(
        !isOpen(opens, first - 1) &&
        [first, atMs, second].every((ms) => isOpen(opens, ms)) &&
        isOpen(closes, first - 1) &&
        [first, atMs, second].every((ms) => !isOpen(closes, ms))
      );
    });
    expect(wrong.map(named)).toEqual([]);
  });
});

describe('the moment after so much open time', () => {
  const office = daily('09:00', '17:00');

  test.each([
    ['2027-03-03T10:00', 3600, '2027-03-03T11:00'],
    ['2027-03-03T16:30', 3600, '2027-03-04T09:30'],
    ['2027-03-03T20:00', 3600, '2027-03-04T10:00'],
    ['2027-03-03T09:00', 8 * 3600, '2027-03-03T17:00'],
    ['2027-03-03T09:00', 8 * 3600 + 1, '2027-03-04T09:00:01'],
    ['2027-03-27T16:00', 2 * 3600, '2027-03-28T10:00'],
  ])('from %s, %d s: %s', (from, seconds, until) => {
    expect(afterOpenTime([office], at(from), seconds)).toBe(at(until));
  });

  test('without hours it is the time itself, and hours that hardly open count as open, so that all lapses some day', () => {
    expect(afterOpenTime([], at('2027-03-03T10:00'), 7200)).toBe(at('2027-03-03T12:00'));
    const never: Hours = { timeZone: BERLIN, weekly: [], holidays: [] };
    expect(afterOpenTime([never], at('2027-03-03T10:00'), 7200)).toBe(at('2027-03-03T12:00'));
  });

  test('what arithmetic leaves over of no time at all is no time', () => {
    const residue = 7200 - 0.007 - 0.137 - 7199.856;
    expect(residue).toBeGreaterThan(0);
    expect(afterOpenTime([], at('2027-03-03T10:00'), residue)).toBe(at('2027-03-03T10:00'));
    expect(afterOpenTime([office], at('2027-03-03T08:00'), residue)).toBe(at('2027-03-03T09:00'));
  });

  test('hours that open too little within two months count as open after the last of them', () => {
    const brief: Hours = {
      timeZone: 'Europe/Berlin',
      weekly: [{ days: ['mo'], from: '10:00', to: '10:10' }],
      holidays: [],
    };
    const wednesday = at('2027-03-03T10:00');
    expect(afterOpenTime([brief], wednesday, 1199)).toBe(at('2027-03-15T10:09:59'));
    expect(afterOpenTime([brief], wednesday, 5400)).toBe(at('2027-04-26T10:20'));
  });
});

/** Hours on the half hour, in zones of all kinds. */
const someHours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom(
    BERLIN,
    'Asia/Kolkata',
    'America/Havana',
    'Australia/Lord_Howe',
    'Africa/Cairo',
  ),
  weekly: fc.array(
    fc.record({
      days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      from: fc.nat(47).map(halfHour),
      to: fc.integer({ min: 1, max: 48 }).map(halfHour),
    }),
    { maxLength: 4 },
  ),
  holidays: fc.array(
    fc.record({
      date: fc
        .date({ min: new Date('2027-01-01'), max: new Date('2028-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
      yearly: fc.boolean(),
      open: fc.array(
        fc.record({
          from: fc.nat(47).map(halfHour),
          to: fc.integer({ min: 1, max: 48 }).map(halfHour),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 20 },
  ),
});
const moments = fc
  .date({ min: new Date('2027-01-01'), max: new Date('2028-12-31'), noInvalidDate: true })
  .map((date) => epochMs(date.getTime()));

function halfHour(nth: number): string {
  const hour = Math.floor(nth / 2)
    .toString()
    .padStart(2, '0');
  return `${hour}:${nth % 2 === 0 ? '00' : '30'}`;
}

describe('whatever the hours', () => {
  test('closed until the next opening, and open at it', () => {
    fc.assert(
      fc.property(someHours, moments, fc.nat(999), (hours, moment, part) => {
        const opening = openingAt([hours], moment);
        if (opening.open || opening.nextOpening === null) return;
        expect(opening.nextOpening).toBeGreaterThan(moment);
        expect(openingAt([hours], opening.nextOpening)).toEqual({ open: true });
        const between = moment + Math.floor(((opening.nextOpening - moment) * part) / 1000);
        expect(openingAt([hours], epochMs(between))).toEqual(opening);
      }),
      { numRuns: 300 },
    );
  });

  test('more open time never ends earlier, and ends while it is open or just closes', () => {
    fc.assert(
      fc.property(
        someHours,
        moments,
        fc.integer({ min: 1, max: 20_000 }),
        (hours, moment, seconds) => {
          const [some, more] = [seconds, seconds + 60].map((count) =>
            afterOpenTime([hours], moment, count),
          );
          expect(some).toBeGreaterThanOrEqual(moment + seconds * 1000);
          expect(more).toBeGreaterThanOrEqual((some ?? 0) + 60_000);
          // Beyond the openings that one looks ahead to every second counts.
          const dayLater = afterOpenTime([hours], moment, seconds + 86_400);
          if (dayLater === (some ?? 0) + 86_400_000) return;
          expect(openingAt([hours], epochMs((some ?? 0) - 1))).toEqual({ open: true });
        },
      ),
      { numRuns: 300 },
    );
  });
});
