import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeConfiguration } from './configuration.ts';
import { asMistake, pathText, readPath } from './configuration-problems.ts';
import { readConfiguration } from './configuration-reading.ts';

/** The example of the README, in which every mistake below is made. */
function example() {
  return {
    pbxs: [
      {
        name: 'main',
        driver: 'asterisk',
        url: 'http://127.0.0.1:8088',
        username: 'ringback',
        passwordFile: '/run/secrets/ari',
        routes: [
          { name: 'carrier', dial: 'PJSIP/{number}@carrier', callerId: '+12025550199', lines: 30 },
        ],
      },
    ],
    hours: [
      {
        name: 'always',
        timeZone: 'Europe/Berlin',
        weekly: [{ days: ['mo', 'tu'], from: '00:00', to: '24:00' }],
      },
    ],
    queues: [
      {
        name: 'support',
        number: '+12025550110',
        hours: 'always',
        callback: { offerEvery: 'PT30S', attempts: 3, retryAfter: 'PT10M', ringCustomer: 30 },
      },
    ],
    agents: [{ name: 'desk-1', endpoint: 'PJSIP/agent1', queues: ['support'] }],
    numbers: [{ number: '+12025550120', queue: 'support' }],
  };
}

/** The example with the value at a path replaced; a missing last key is added. */
function changed(path: string, value: unknown): unknown {
  const steps = readPath(path);
  const build = (at: unknown, depth: number): unknown => {
    const step = steps[depth];
    if (step === undefined) return value;
    if (Array.isArray(at)) {
      const list: unknown[] = at;
      const copy = [...list];
      copy[Number(step)] = build(copy[Number(step)], depth + 1);
      return copy;
    }
    const group = Object.entries(at ?? {}).filter(([key]) => key !== step);
    const before: unknown = Object.entries(at ?? {}).find(([key]) => key === step)?.[1];
    return Object.fromEntries([...group, [String(step), build(before, depth + 1)]]);
  };
  return build(example(), 0);
}

function mistakesIn(document: unknown): readonly string[] {
  const reading = readConfiguration(document);
  if (reading.ok) return [];
  return reading.problems.map(asMistake).map(({ path, message }) => `${path}: ${message}`);
}

describe('a right configuration', () => {
  test('is read with every default filled in', () => {
    const reading = readConfiguration(example());
    expect(reading).toMatchObject({
      ok: true,
      warnings: [],
      configuration: {
        pbxs: [{ application: 'ringback', allowInsecure: false }],
        queues: [{ callback: { offerEvery: 30, retryAfter: { busy: 600 }, ringCustomer: 30 } }],
      },
    });
  });

  test('is read again as the same from what is written of it', () => {
    const reading = readConfiguration(example());
    if (!reading.ok) throw new Error('the example is right');
    const written = writeConfiguration(reading.configuration);
    expect(written.queues?.[0]?.callback?.retryAfter).toMatchObject({ 'no-answer': 'PT10M' });
    expect(readConfiguration(written)).toEqual(reading);
  });

  test('may be empty', () => {
    expect(readConfiguration({})).toMatchObject({
      ok: true,
      configuration: { pbxs: [], hours: [], queues: [], agents: [], numbers: [] },
    });
  });

  test('warns of what is likely not meant', () => {
    const reading = readConfiguration({
      ...example(),
      queues: [{ name: 'support', callback: { ringCustomer: 'PT5S' } }, { name: 'sales' }],
    });
    expect(reading).toMatchObject({
      warnings: [
        { path: 'queues[1].name', message: 'no agent serves sales: its callers only wait' },
        { path: 'queues[1].name', message: 'no number leads to sales' },
        { path: 'queues[0].callback.ringCustomer' },
      ],
    });
  });
});

describe('a mistake is told by place, what was found and what is allowed', () => {
  const e164 = 'a number in E.164 within quotes: "+", then 7 to 15 digits, such as "+12025550100"';
  test.each<[string, unknown, string]>([
    ['queues[0].callback.attempts', 40, 'found 40, allowed 1 to 21'],
    ['queues[0].callback.attempts', '3', 'found "3", allowed 1 to 21'],
    [
      'queues[0].callback.offerEvery',
      'PT11M',
      'found "PT11M", allowed PT10S to PT10M (or 10 to 600 seconds)',
    ],
    [
      'queues[0].callback.retryAfter',
      '10 minutes',
      'found "10 minutes", allowed PT1S to P1D (or 1 to 86400 seconds), or a group with one duration for each of no-answer, busy, rejected, voicemail, abandoned, short',
    ],
    ['queues[0].number', 12025550110, `found 12025550110, allowed ${e164}`],
    ['queues[0].hours', 'allways', 'found "allways", allowed one of always (did you mean always?)'],
    ['queues[0].pbx', 'other', 'found "other", allowed one of main'],
    ['queues', null, 'found nothing, allowed a list of at most 10000 entries; write [] for none'],
    [
      'pbxs[0].driver',
      'asterix',
      'found "asterix", allowed settings with the driver asterisk or sandbox',
    ],
    [
      'pbxs[0].url',
      'http://me:secret@pbx',
      'found "http://…@pbx", allowed an address such as http://127.0.0.1:8088, without user name and password',
    ],
    [
      'pbxs[0].url',
      'http://10.0.0.1:8088',
      'found "http://10.0.0.1:8088", allowed https, or http on this machine; allowInsecure: true lifts this',
    ],
    ['pbxs[0].routes[0].lines', 0, 'found 0, allowed 1 to 10000'],
    [
      'pbxs[0].routes[0].dial',
      'PJSIP/carrier',
      'found "PJSIP/carrier", allowed an address on the PBX with {number} in it once and without spaces, such as PJSIP/{number}@carrier',
    ],
    [
      'hours[0].timeZone',
      'Europe/Berlni',
      'found "Europe/Berlni", allowed a time zone of the IANA database, such as Europe/Berlin (did you mean Europe/Berlin?)',
    ],
    [
      'hours[0].weekly[0].to',
      '00:00',
      'found "00:00", allowed a time after "00:00"; a night is two entries: until "24:00" and from "00:00"',
    ],
    [
      'hours[0].weekly[0].days',
      ['mo', 'mo'],
      'found a list, allowed some of mo, tu, we, th, fr, sa, su, each at most once',
    ],
    [
      'agents[0].endpoint',
      'agent1',
      'found "agent1", allowed a phone as the PBX calls it, such as PJSIP/agent1',
    ],
    [
      'agents[0].queues[0]',
      'suport',
      'found "suport", allowed one of support (did you mean support?)',
    ],
    ['numbers[0].queue', 'sales', 'found "sales", allowed one of support'],
    [
      'agents[0].name',
      'Desk 1',
      'found "Desk 1", allowed lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 characters',
    ],
  ])('%s = %j', (path, value, message) => {
    expect(mistakesIn(changed(path, value))).toEqual([`${path}: ${message}`]);
  });

  test('an unknown setting is met with the nearest known name', () => {
    expect(mistakesIn(changed('queues[0].callback.atempts', 5))).toEqual([
      expect.stringMatching(
        /^queues\[0\]\.callback\.atempts: found the unknown setting "atempts", allowed enabled, .*\(did you mean attempts\?\)$/,
      ),
    ]);
  });

  test('a password is refused without being repeated', () => {
    const mistakes = mistakesIn(changed('pbxs[0].password', 'hunter2'));
    expect(mistakes).toEqual([
      'pbxs[0].password: found the unknown setting "password", allowed passwordFile, the path of a file that holds the password',
    ]);
  });

  test('a missing field is told as nothing found', () => {
    expect(mistakesIn({ agents: [{ name: 'desk-1' }] })).toEqual([
      'agents[0].endpoint: found nothing, allowed a phone as the PBX calls it, such as PJSIP/agent1',
    ]);
  });

  test.each([null, undefined, 'text', 7, [], [[]]])('%j is no configuration', (document) => {
    expect(mistakesIn(document)).toHaveLength(1);
  });
});

describe('things that are there twice or in the wrong place are refused', () => {
  const two = <Thing>(thing: Thing): Thing[] => [thing, thing];

  test('names, phones and numbers', () => {
    const { pbxs, agents, numbers, ...rest } = example();
    const paths = (document: unknown): readonly string[] =>
      mistakesIn(document).map((line) => line.split(':')[0] ?? '');
    expect(
      paths({ ...rest, pbxs, agents: two(agents).flat(), numbers: two(numbers).flat() }),
    ).toEqual(['agents[1].name', 'numbers[1].number', 'agents[1].endpoint']);
  });

  test('two PBXs leave no default, and an agent serves queues of its own PBX only', () => {
    const { pbxs, queues, ...rest } = example();
    const second = { name: 'lab', driver: 'sandbox' };
    const document = { ...rest, pbxs: [...pbxs, second], queues };
    expect(mistakesIn(document)).toEqual([
      'queues[0].pbx: found nothing, allowed one of main, lab',
      'agents[0].pbx: found nothing, allowed one of main, lab',
    ]);
    const agents = [{ name: 'desk-1', endpoint: 'PJSIP/a', pbx: 'lab', queues: ['support'] }];
    const apart = { ...document, queues: [{ name: 'support', pbx: 'main' }], agents };
    expect(mistakesIn(apart)).toEqual([
      'agents[0].queues[0]: found "support", which is on PBX main, allowed queues of PBX lab, where the agent\'s phone is',
    ]);
  });

  test('a flood of mistakes is cut off before it keeps the server busy', () => {
    const numbers = Array.from({ length: 20_000 }, (_, at) => ({
      number: `+1202${(1_000_000 + at).toString()}`,
      queue: `nowhere-${at.toString()}`,
    }));
    expect(mistakesIn({ ...example(), numbers })).toHaveLength(100);
  });
});

test('nothing that is thrown at it makes the reading throw, and every path can be read back', () => {
  const anything = fc.array(fc.anything());
  const document = fc.oneof(
    fc.anything(),
    fc.record({ queues: anything, pbxs: anything }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(document, (value) => {
      const reading = readConfiguration(value);
      if (!reading.ok) expect(reading.problems.length).toBeGreaterThan(0);
    }),
  );
  expect(readPath(pathText(['queues', 0, 'callback', 'attempts']))).toEqual([
    'queues',
    0,
    'callback',
    'attempts',
  ]);
});
