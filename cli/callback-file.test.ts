import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCallbackFile } from './callback-file.ts';
import { readCsv } from './csv.ts';

/** Lines such as `3:9 number: found "12", allowed …`, without what is allowed. */
function mistakes(text: string): readonly string[] {
  const read = readCallbackFile(text);
  return read.ok ? [] : read.mistakes.map(({ place, message }) => `${place} ${message}`);
}

const HEADER = 'queue,number,at,timeZone,customerTimeZone';

describe('a file of callbacks', () => {
  test('is read with the columns in any order, quotes, empty cells and the line ends of any system', () => {
    const text =
      '\uFEFFnumber,queue,at,timeZone\r\n"+12025550123",support,2027-03-04T15:00,Europe/Berlin\r\n\r\n+12025550124,"support",,\r\n';
    expect(readCallbackFile(text)).toMatchObject({
      ok: true,
      callbacks: [
        {
          queue: 'support',
          number: '+12025550123',
          at: '2027-03-04T15:00',
          timeZone: 'Europe/Berlin',
        },
        { queue: 'support', number: '+12025550124' },
      ],
    });
  });

  test('C14: takes what a request may say for itself', () => {
    const text =
      'queue,number,attempts,retryAfter,callerId\nsupport,+12025550123,2,PT15M,+12025550110\n';
    expect(readCallbackFile(text)).toMatchObject({
      ok: true,
      callbacks: [{ attempts: 2, retryAfter: { busy: 900 }, callerId: '+12025550110' }],
    });
    expect(mistakes(text.replace(',2,', ',two,'))).toEqual([
      '2:22 attempts: found "two", allowed 1 to 21',
    ]);
  });

  test('tells every bad line with line, column, value and what would be right', () => {
    const text = [
      HEADER,
      'support,+12025550123,2027-03-04T15:00,Europe/Berlin,',
      'support,12025550123,tomorrow,Europe/Berlin,',
      ',+12025550123,2027-02-30T15:00,Europe/Berlin,Europe/Berln',
      'support,+12025550123,2027-03-04T15:00,,',
    ].join('\n');
    expect(mistakes(text)).toEqual([
      '3:9 number: found "12025550123", allowed a phone number such as +12025550123',
      expect.stringContaining(
        '3:21 at: found "tomorrow", allowed a wall time such as 2027-03-04T15:00',
      ),
      '4:1 queue: found nothing, allowed 1 to 64 characters',
      expect.stringContaining('4:15 at: found "2027-02-30T15:00", allowed'),
      '4:46 customerTimeZone: found "Europe/Berln", allowed a time zone of the IANA database, such as Europe/Berlin (did you mean Europe/Berlin?)',
      '5:39 timeZone: found nothing, allowed the zone of the wall time',
    ]);
  });

  test.each([
    ['', '1:1 found no callbacks'],
    [HEADER, '1:1 found no callbacks'],
    ['queue,nummber\nsupport,+12025550123', '1:7 found the unknown column "nummber"'],
    ['queue,at\nsupport,', '1:1 found no column "number"'],
    ['queue,number,queue\na,b,c', '1:14 found "queue" a second time'],
    ['queue,number\nsupport,+12025550123,more', '2:22 found 3 cells, allowed 2'],
    ['queue,number\nsup"port,+12025550123', '2:4 found a quote in the middle of a cell'],
    ['queue,number\n"support,+12025550123', '2:1 found a quote in the middle of a cell'],
  ])('%j: %s', (text, mistake) => {
    expect(mistakes(text)[0]).toContain(mistake);
  });

  test('of more than a thousand lines is told to be split', () => {
    const rows = Array.from({ length: 1001 }, () => 'support,+12025550123');
    const text = ['queue,number', ...rows].join('\n');
    expect(mistakes(text)[0]).toContain('1002:1 found 1001 callbacks, allowed at most 1000');
    expect(readCallbackFile(['queue,number', ...rows.slice(1)].join('\n')).ok).toBe(true);
  });

  test('knows where each cell stood, also below one that takes several lines', () => {
    const read = readCallbackFile(
      'queue,number,at,timeZone\n"support\n",+12025550123,,\nsupport,+12025550124,2027-03-04T15:00,UTC\n',
    );
    expect(read.ok && read.placeOf(1, 'at')).toBe('4:22');
    expect(read.ok && read.placeOf(1, 'customerTimeZone')).toBe('4:1');
  });
});

test('whatever the cells hold, reading what was written gives them back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ';', 'ü') });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 });
  fc.assert(
    fc.property(rows, (table) => {
      const text = table
        .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
        .join('\n');
      const read = readCsv(text);
      expect(read.ok && read.rows.map((row) => row.map((one) => one.text))).toEqual(
        table.map((row) => row.map((one) => one.trim())),
      );
    }),
  );
});
