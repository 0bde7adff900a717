import { expect, test } from 'vitest';
import { type Books, complaints, type EventRow, type OfferRow, type PlaceRow } from './checker.ts';

const ANN = '+12025550001';
const BOB = '+12025550002';

/** Ann came first and was called back; Bob came second and talked on his own line. */
const GOOD: Books = {
  places: [place('ann', ANN, 1_000), place('bob', BOB, 2_000)],
  promises: [{ number: ANN, state: 'completed', ends: 1, tickets: 0, attempts_max: 2 }],
  attempts: [{ number: ANN, outcome: 'connected', dialed_ms: 11_000 }],
  offers: [offer('ann', 10_000), offer('bob', 20_000)],
  events: [
    ...history('ann', ['interaction.entered', 1_000], ['offer.ringing', 10_000]),
    ...history('bob', ['interaction.entered', 2_000], ['offer.ringing', 20_000]),
  ],
  calls: [{ called: ANN, invitedAtMs: 11_000, endedAtMs: 15_000 }],
};

function place(id: string, number: string, entered: number): PlaceRow {
  return { id, number, state: 'ended', priority: 0, entered_ms: entered, sequence: entered };
}

function offer(interaction: string, at: number, ending = 'accepted'): OfferRow {
  return { interaction_id: interaction, agent_id: 'desk-1', offered_ms: at, ending };
}

function history(
  interaction: string,
  ...lines: readonly (readonly [string, number])[]
): readonly EventRow[] {
  return lines.map(([kind, at]) => ({ interaction_id: interaction, kind, at_ms: at }));
}

test('a good day gives no complaint', () => {
  expect(complaints(GOOD)).toEqual([]);
});

const [attempt] = GOOD.attempts;
const [call] = GOOD.calls;
const [promise] = GOOD.promises;

test.each<readonly [string, Partial<Books>]>([
  [
    `${ANN} is waiting after 0 ends`,
    { promises: [{ ...present(promise), state: 'waiting', ends: 0 }] },
  ],
  [`${ANN} is completed after 2 ends`, { promises: [{ ...present(promise), ends: 2 }] }],
  [`${ANN} is completed with 1 tickets`, { promises: [{ ...present(promise), tickets: 1 }] }],
  [
    `${ANN} is exhausted with 0 tickets`,
    { promises: [{ ...present(promise), state: 'exhausted' }] },
  ],
  [`${ANN} was called 0 times in 1 attempts`, { calls: [] }],
  [
    `${ANN} was called 2 times in 1 attempts`,
    { calls: [present(call), { ...present(call), invitedAtMs: 16_000 }] },
  ],
  [
    `two calls to ${ANN} at once`,
    { calls: [present(call), { ...present(call), invitedAtMs: 12_000 }] },
  ],
  [
    `${ANN} was called again after a conversation`,
    { attempts: [present(attempt), { ...present(attempt), dialed_ms: 17_000 }] },
  ],
  [
    `${ANN} stood before ${BOB}, who was offered first`,
    { offers: [offer('ann', 10_000), offer('bob', 9_000)] },
  ],
])('it complains: %s', (complaint, changes) => {
  expect(complaints({ ...GOOD, ...changes })).toContain(complaint);
});

test('whoever was out of the line, was just being taken, or was refused by this agent is not passed over', () => {
  const parked = history(
    'ann',
    ['interaction.entered', 1_000],
    ['place.parked', 5_000],
    ['place.resumed', 9_500],
    ['offer.ringing', 10_000],
  );
  const bob = history('bob', ['interaction.entered', 2_000], ['offer.ringing', 9_000]);
  const early = [offer('ann', 10_000), offer('bob', 9_000)];
  expect(complaints({ ...GOOD, offers: early, events: [...parked, ...bob] })).toEqual([]);
  const atOnce = [offer('ann', 10_000), offer('bob', 9_900)];
  expect(complaints({ ...GOOD, offers: atOnce })).toEqual([]);
  const refused = [offer('ann', 8_000, 'declined'), ...early];
  expect(complaints({ ...GOOD, offers: refused })).toEqual([]);
});

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the good day is empty');
  return value;
}
