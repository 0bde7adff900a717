import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { phoneNumber } from '../core/numbers/number.ts';
import { present } from '../core/prelude/assert.ts';
import { epochMs } from '../core/prelude/time.ts';
import { AT_ANY_TIME, CALLBACK_DEFAULTS } from '../core/queues/settings.ts';
import { callableTimes, type DayFacts, lapseOf } from './calling-hours.ts';
import { openingOf } from './facts.ts';
import { NUMBER_ZONES } from './generated/number-zones.ts';
import { zonesOfNumber } from './number-zones.ts';

const number = (text: string) => present(phoneNumber(text), text);
const ZONES = [...new Set(NUMBER_ZONES.trim().replaceAll(/: .*/g, '').split(/\s+/))];

describe('the zones of a number', () => {
  test.each([
    ['+4930123456', ['Europe/Berlin']],
    ['+33612345678', ['Europe/Paris']],
    ['+12025550123', ['America/New_York']],
    ['+13105550123', ['America/Los_Angeles']],
    ['+18085550123', ['Pacific/Honolulu']],
    ['+81312345678', ['Asia/Tokyo']],
    ['+919876543210', ['Asia/Calcutta']],
  ])('of %s are %j', (text, zones) => {
    expect(zonesOfNumber(number(text))).toEqual(zones);
  });

  test('of a country of many zones without a telling prefix are all of them', () => {
    const tollFree = zonesOfNumber(number('+18005550123'));
    expect(tollFree).toEqual(
      expect.arrayContaining(['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu']),
    );
  });

  test('of a satellite telephone, which is in no country, are none', () => {
    expect(zonesOfNumber(number('+881612345678'))).toEqual([]);
  });

  test('are all known to this machine', () => {
    const unknown = ZONES.filter((zone) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return false;
      } catch {
        return true;
      }
    });
    expect(unknown).toEqual([]);
    expect(ZONES.length).toBeGreaterThan(200);
  });
});

function facts(change: Partial<DayFacts>): DayFacts {
  return {
    hours: null,
    callback: CALLBACK_DEFAULTS,
    number: null,
    statedZone: null,
    tenantZone: null,
    ...change,
  };
}

/** What a clock on the wall of a zone shows. */
function clockIn(zone: string, ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString()
    .slice(0, 5);
}

const someNumber = fc
  .constantFrom(
    '+4930',
    '+4420',
    '+1202',
    '+1310',
    '+1800',
    '+6189',
    '+61',
    '+9198',
    '+6421',
    '+55',
  )
  .map((prefix) => number(`${prefix}1234567`));
const someZone = fc.option(fc.constantFrom(...ZONES));
const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2037, 11, 31) });

describe('when a customer may be called', () => {
  test('P6: never before 08:00 nor from 21:00 on by the clock of the number, of what they said, or of the company', () => {
    fc.assert(
      fc.property(someNumber, someZone, someZone, moments, (customer, stated, tenant, ms) => {
        const day = facts({ number: customer, statedZone: stated, tenantZone: tenant });
        const clocks = [...zonesOfNumber(customer), stated, tenant].flatMap((zone) =>
          zone === null ? [] : [clockIn(zone, ms)],
        );
        const isAllowed = clocks.every((clock) => clock >= '08:00' && clock < '21:00');
        expect(openingOf(day, epochMs(ms)).open).toBe(isAllowed);
      }),
      { numRuns: 150 },
    );
  });

  test('the zone that they said can only make it stricter', () => {
    fc.assert(
      fc.property(someNumber, fc.constantFrom(...ZONES), moments, (customer, stated, ms) => {
        const without = openingOf(facts({ number: customer }), epochMs(ms));
        const said = openingOf(facts({ number: customer, statedZone: stated }), epochMs(ms));
        if (said.open) expect(without.open).toBe(true);
      }),
    );
  });

  test('a whole day of calling hours asks for no zone at all', () => {
    const callback = { ...CALLBACK_DEFAULTS, callingHours: AT_ANY_TIME };
    const day = facts({ callback, number: number('+4930123456'), tenantZone: 'Asia/Tokyo' });
    expect(callableTimes(day)).toEqual([]);
  });

  test('which of the two is closed is told: the queue, when both are', () => {
    const hours = {
      timeZone: 'Europe/Berlin',
      weekly: [{ days: ['we'], from: '06:00', to: '22:00' }],
      holidays: [],
    } as const;
    const day = facts({ hours, number: number('+4930123456') });
    const seen = (hour: number): string => {
      const opening = openingOf(day, epochMs(Date.UTC(2026, 10, 18, hour - 1)));
      return opening.open ? 'open' : opening.closed;
    };
    expect([5, 7, 9, 20, 21, 22].map(seen)).toEqual([
      'closed-hours',
      'calling-hours',
      'open',
      'open',
      'calling-hours',
      'closed-hours',
    ]);
  });
});

describe('when a promise lapses', () => {
  const hours = {
    timeZone: 'Europe/Berlin',
    weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }],
    holidays: [],
  } as const;
  /** On Wednesday, by the clock of Berlin in winter. */
  const wednesday = (hour: number, minute = 0) => epochMs(Date.UTC(2026, 10, 18, hour - 1, minute));

  test('only the time counts in which the customer could be called: 09:00 in New York is 15:00 in Berlin', () => {
    const day = facts({ hours, number: number('+12025550123') });
    // From 14:00 (08:00 in New York) to 17:00 there are three hours a day.
    expect(lapseOf(day, wednesday(9))).toBe(wednesday(16));
    expect(lapseOf(day, wednesday(16))).toBe(wednesday(24 + 15));
  });

  test('C15: with closing `ticket` at the closing, unless it lapses before', () => {
    const callback = { ...CALLBACK_DEFAULTS, closing: 'ticket' } as const;
    const day = facts({ hours, callback, number: number('+4930123456') });
    expect(lapseOf(day, wednesday(16, 59))).toBe(wednesday(17));
    expect(lapseOf(day, wednesday(10))).toBe(wednesday(12));
    // What comes in while it is closed is for the next day.
    expect(lapseOf(day, wednesday(20))).toBe(wednesday(24 + 11));
    expect(lapseOf(facts({ callback }), wednesday(16, 59))).toBe(wednesday(18, 59));
  });
});
