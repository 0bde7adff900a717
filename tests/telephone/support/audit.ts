import { expect } from 'vitest';
import { eventually } from '../../support/ringback-node.ts';
import type { PhoneCentre } from './phone-centre.ts';

/** Rows that only live while a call does. */
const LIVING = `
  select 'offer ' || id as what from offer where state <> 'over'
  union all select 'attempt ' || id from attempt where state <> 'ended'
  union all select 'call of interaction ' || id from interaction where call_state <> 'gone'
  union all select 'reservation of agent ' || agent_id from reservation
  union all select 'agent ' || name || ' ' || occupation || coalesce(' on ' || leg_id, '')
    from agent where occupation <> 'idle' or leg_id is not null
  union all select 'command ' || (body ->> 'kind') from command where state = 'pending'`;

/** Open promises that nothing will ever move again. */
const STRANDED = `
  select c.number, c.state from callback c
    left join place p on p.interaction_id = c.interaction_id
    left join parked k on k.interaction_id = c.interaction_id
    left join timer t on t.interaction_id = c.interaction_id and t.kind = 'parked'
   where c.open and not (
     case when p.interaction_id is null then k.interaction_id is not null and t.interaction_id is not null
          else c.state = 'waiting' end)`;

/** Ended promises whose number of tickets is not what it must be. */
const WRONG_TICKETS = `
  select number, state, tickets from (
    select c.number, c.state,
           (select count(*)::int from ticket t where t.callback_id = c.id) as tickets from callback c) x
   where tickets <> case when state in ('exhausted', 'expired', 'released', 'refused') then 1 else 0 end`;

/** Interactions whose changes were not all told, in order. */
const GAPS = `
  select i.id from interaction i
   where i.revision <> (select count(*) from event e where e.interaction_id = i.id)
      or i.revision <> (select coalesce(max(revision), 0) from event e where e.interaction_id = i.id)`;

const DIALLED = `select number, count(*)::int as calls from attempt where dialed_at is not null group by number`;

/**
 * Looks, when every call should be over, at the books and the PBX: no channel and no live row is left, nobody was
 * called more often than there were attempts, nor twice at once, and every open promise has a next step.
 */
export async function audit(centre: PhoneCentre): Promise<void> {
  await nothingLives(centre);
  expect(await centre.rows(STRANDED), 'open callbacks without a next step').toEqual([]);
  expect(await centre.rows(WRONG_TICKETS), 'tickets').toEqual([]);
  expect(await centre.rows(GAPS), 'interactions with changes that have no event').toEqual([]);
  const dialled = await centre.rows<{ number: string; calls: number }>(DIALLED);
  const allowed = new Map(dialled.map(({ number, calls }) => [number, calls]));
  for (const number of new Set(centre.carrier.calls().map(({ called }) => called))) {
    const calls = centre.carrier.calls().filter(({ called }) => called === number);
    expect(calls.length, `calls to ${number}`).toBeLessThanOrEqual(allowed.get(number) ?? 0);
    for (const [at, call] of calls.entries()) {
      const before = calls[at - 1];
      if (before === undefined) continue;
      expect(before.endedAtMs, `the call to ${number} before the next one`).not.toBeNull();
      expect(call.invitedAtMs).toBeGreaterThanOrEqual(before.endedAtMs ?? 0);
    }
  }
}

async function nothingLives(centre: PhoneCentre): Promise<void> {
  let left: readonly string[] = [];
  try {
    await eventually('no channel and no live row is left', async () => {
      const channels = await channelsOf(centre);
      const rows = await centre.rows<{ what: string }>(LIVING);
      left = [...channels, ...rows.map(({ what }) => what)];
      return left.length === 0 ? true : null;
    });
  } catch {
    expect(left, 'what lives although every call is over').toEqual([]);
  }
}

/** The channels that the PBX holds now. */
export async function channelsOf({ asterisk }: PhoneCentre): Promise<readonly string[]> {
  const printed = await asterisk.cli('core show channels concise');
  return printed
    .split('\n')
    .flatMap((line) => line.split('!')[0] ?? [])
    .filter((name) => name.includes('/'));
}
