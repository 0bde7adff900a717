import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { AGENT_VERDICT_CODES } from '../../core/agents/may-ask.ts';
import { type Explanation, REASON_CODES } from '../../core/callbacks/explain.ts';
import { OFFER_OBSTACLE_CODES } from '../../core/callbacks/may-offer.ts';
import { type PhoneNumber, phoneNumber } from '../../core/numbers/number.ts';
import { present } from '../../core/prelude/assert.ts';
import { type CallbackId, DEFAULT_TENANT, type InteractionId } from '../../core/prelude/ids.ts';
import type { EpochMs } from '../../core/prelude/time.ts';
import { type Chance, seededChance } from '../../telephony/sandbox/chance.ts';
import { type PhoneHabit, presses, talks } from '../../telephony/sandbox/habits.ts';
import { closeAudited } from '../support/auditor.ts';
import { openSandboxCentre, type SandboxCentre } from '../support/sandbox-centre.ts';
import { picksUp } from '../support/story.ts';

let centre: SandboxCentre;

afterEach(async () => {
  await closeAudited(centre);
});

/** A run that once failed is kept here and runs first. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Before this moment nothing is dialled, whatever agents do. */
const NOTHING_BEFORE = ['closed-hours', 'calling-hours', 'scheduled', 'delayed', 'retry-later'];

function oneOf<Value>(chance: Chance, values: readonly Value[]): Value {
  return present(values[Math.floor(chance() * values.length)], 'value');
}

const HABITS: readonly PhoneHabit[] = [
  { kind: 'answer', afterSeconds: 2, acts: [talks(8)] },
  { kind: 'answer', afterSeconds: 2, acts: [talks(1)] },
  { kind: 'busy' },
  { kind: 'no-answer' },
];

/** Closes half a minute to four minutes after ten, or never. */
async function openAnyCentre(chance: Chance): Promise<void> {
  const closes = oneOf(chance, ['10:01', '10:02', '10:04', 'never']);
  const weekly = [{ days: ['we' as const, 'th' as const], from: '09:00', to: closes }];
  const desks = ['desk-1', 'desk-2', 'desk-3'].slice(0, Math.floor(chance() * 4));
  centre = await openSandboxCentre({
    agents: desks,
    callback: { wrapUpSeconds: oneOf(chance, [0, 10]), attemptsMax: 2, minimumGapSeconds: 20 },
    ...(closes === 'never'
      ? {}
      : { hours: [{ name: 'day', timeZone: 'Europe/Berlin', weekly, holidays: [] }] }),
  });
  for (const desk of desks) centre.world.phone(`PJSIP/${desk}`, picksUp(1 + chance() * 3));
  for (const number of NUMBERS) {
    const habit = oneOf(chance, HABITS);
    centre.world.phone(number, habit);
    if (chance() < 0.8) centre.caller(number, presses('1', 1 + chance() * 20));
  }
}

const NUMBERS = [1, 2, 3, 4].map((nth) => `+1202555000${nth.toString()}`);

interface Seen {
  readonly id: CallbackId;
  readonly state: string;
  readonly dialled: number;
}

async function callbacks(): Promise<readonly Seen[]> {
  return centre.rows<Seen>(
    `select c.id, c.state,
            (select count(*)::int from attempt a where a.callback_id = c.id and a.dialed_at is not null) as dialled
       from callback c order by c.requested_at`,
  );
}

async function explanationOf(callbackId: CallbackId): Promise<Explanation> {
  const explained = await centre.engine.explainCallback(DEFAULT_TENANT, callbackId);
  if (!explained.ok) throw new Error(explained.refusal.detail);
  return explained.value;
}

/** What was said, to be held against what is seen later. */
interface Said {
  readonly seen: Seen;
  readonly explanation: Explanation;
}

async function explainAll(): Promise<readonly Said[]> {
  const open = await callbacks();
  const promises: Said[] = [];
  for (const seen of open) promises.push({ seen, explanation: await explanationOf(seen.id) });
  return promises;
}

/** What was said of each callback, held against what has become of it, with nobody having changed anything meanwhile. */
async function breaches(said: readonly Said[], now: EpochMs): Promise<readonly string[]> {
  const later = new Map((await callbacks()).map((seen) => [seen.id, seen]));
  return said.flatMap(({ seen, explanation: { reasons } }) => {
    const then = present(later.get(seen.id), 'callback');
    const codes = reasons.map(({ code }) => code).join(' ');
    const moved = then.state !== seen.state;
    const dialled = then.dialled > seen.dialled;
    const early = reasons.some(
      ({ code, until }) => NOTHING_BEFORE.includes(code) && until !== null && until > now,
    );
    return [
      codes === 'next-in-line' && !moved ? `${codes}: nobody was asked` : '',
      early && dialled ? `${codes}: dialled before` : '',
      codes.includes('no-agent-serves') && dialled ? `${codes}: dialled` : '',
      codes === 'ended' && (moved || dialled) ? `${codes}: not so` : '',
      codes.startsWith('no-agent-available') && moved && then.state !== 'waiting'
        ? `${codes}: moved to ${then.state}`
        : '',
    ].filter((breach) => breach !== '');
  });
}

describe('P11: an explanation says what is then done', () => {
  test.each(SEEDS)('in the random centre of seed %i', async (seed) => {
    const chance = seededChance(seed);
    await openAnyCentre(chance);
    const found: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      await centre.pass(5 + chance() * 20);
      const agents = await centre.rows<{ name: string }>('select name from agent order by name');
      if (agents.length > 0 && chance() < 0.6) {
        await centre.setPresence(oneOf(chance, agents).name, oneOf(chance, PRESENCES));
        await centre.pass(3);
      }
      const said = (await explainAll()).filter(({ explanation }) => isStable(explanation));
      await centre.pass(2);
      found.push(...(await breaches(said, centre.timers.nowMs())));
    }
    expect(found).toEqual([]);
  });
});

const PRESENCES = ['available', 'available', 'away'] as const;

/** Where an agent is just about to be free again, nothing was promised but for those who are ready now. */
function isStable({ reasons, agents }: Explanation): boolean {
  return (
    reasons[0]?.code !== 'no-agent-available' ||
    agents.every(
      ({ reasons: [why] }) => why?.code === 'agent-away' || why?.code === 'agent-offline',
    )
  );
}

describe('P11: a caller is told the truth about the offer', () => {
  test.each([
    ['offered', '+12025550001', {}],
    ['number-withheld', null, {}],
    ['queue-offers-none', '+12025550001', { enabled: false }],
  ])('%s: pressing 1 does what was said', async (code, number, callback) => {
    centre = await openSandboxCentre({ agents: [], callback });
    const ann = centre.caller(number);
    await centre.pass(3);
    const said = await callerExplained();
    expect(said.reasons.map((reason) => reason.code)).toEqual([code]);
    ann.press('1');
    await centre.pass(5);
    expect(await callbacks()).toHaveLength(said.offered ? 1 : 0);
  });

  test('already-in-line: pressing 1 makes no second callback', async () => {
    centre = await openSandboxCentre({ agents: [] });
    centre.caller('+12025550001', presses('1', 2));
    await centre.pass(20);
    const again = centre.caller('+12025550001');
    await centre.pass(3);
    const caller = { number: asNumber('+12025550001') };
    const explained = await centre.engine.explainCaller(DEFAULT_TENANT, caller);
    expect(explained).toMatchObject({
      ok: true,
      value: { offered: false, reasons: [{ code: 'already-in-line' }] },
    });
    again.press('1');
    await centre.pass(5);
    expect(await callbacks()).toHaveLength(1);
  });

  test('whoever is not on the phone is not known by their number', async () => {
    centre = await openSandboxCentre();
    const caller = { number: asNumber('+12025550009') };
    expect(await centre.engine.explainCaller(DEFAULT_TENANT, caller)).toMatchObject({
      ok: false,
      refusal: { code: 'INTERACTION_UNKNOWN' },
    });
  });
});

function asNumber(text: string): PhoneNumber {
  return present(phoneNumber(text), text);
}

async function callerExplained(): Promise<{
  offered: boolean;
  reasons: readonly { code: string }[];
}> {
  const [row] = await centre.rows<{ id: InteractionId }>('select id from interaction');
  const explained = await centre.engine.explainCaller(DEFAULT_TENANT, {
    interactionId: present(row, 'interaction').id,
  });
  if (!explained.ok) throw new Error(explained.refusal.detail);
  return explained.value;
}

test('docs/operations/why.md lists every code of every explanation', async () => {
  centre = await openSandboxCentre();
  const page = readFileSync('docs/operations/why.md', 'utf8');
  const codes = [...REASON_CODES, ...OFFER_OBSTACLE_CODES, ...AGENT_VERDICT_CODES, 'offered'];
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
