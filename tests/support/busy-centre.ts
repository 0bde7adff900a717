import { retryAfterAll } from '../../core/queues/settings.ts';
import type { SandboxCaller } from '../../telephony/sandbox/caller.ts';
import { presses, talks } from '../../telephony/sandbox/habits.ts';
import { openSandboxCentre, type SandboxCentre } from './sandbox-centre.ts';
import { picksUp } from './story.ts';

/** A centre in which, at one moment, somebody stands in every state there is. */
export interface BusyCentre {
  readonly centre: SandboxCentre;
  /** Those who came on the phone and wait for an agent or talk with one. */
  readonly live: readonly SandboxCaller[];
}

/** Who comes in which order, and what state they are in at the moment of `openBusyCentre`'s return. */
const CALLBACKS = {
  'retry-wait': '+12025551001',
  'wrapping-up': '+12025551002',
  connected: '+12025551004',
  dialing: '+12025551006',
  accepted: '+12025551007',
  offered: '+12025551008',
  waiting: '+12025551010',
} as const;
const LIVE = {
  'wrapping-up': '+12025551003',
  connected: '+12025551005',
  offered: '+12025551009',
  waiting: '+12025551011',
} as const;
/** Presses 1 in the last moment: still hears the confirmation. */
const LEAVING = '+12025551012';

/** How many callbacks there are at that moment. */
export const CALLBACKS_COUNT = Object.keys(CALLBACKS).length + 1;

/** Which agent becomes available how long before the moment; each takes the next in line. */
const AGENTS: readonly (readonly [desk: string, secondsBefore: number])[] = [
  ['retry', 32],
  ['wrap', 23],
  ['live-wrap', 15],
  ['talk', 14],
  ['live-talk', 11],
  ['dial', 8],
  ['alert', 5],
  ['ring', 2],
  ['live-ring', 1.5],
];

/**
 * Opens a centre and brings one callback into each state, and one live call. Agents pick up after 4 s, hear an alert of
 * 2 s, customers answer after 5 s and talk for 10 s.
 */
export async function openBusyCentre(): Promise<BusyCentre> {
  const centre = await openSandboxCentre({
    agents: AGENTS.map(([desk]) => desk),
    callback: {
      wrapUpSeconds: 10,
      retryAfterSeconds: { ...retryAfterAll(20), busy: 40 },
      minimumGapSeconds: 10,
    },
  });
  const { world, pass, caller } = centre;
  for (const [desk] of AGENTS) world.phone(`PJSIP/${desk}`, picksUp(4));
  for (const number of [...Object.values(CALLBACKS), LEAVING]) {
    world.phone(number, (nth) =>
      number === CALLBACKS['retry-wait'] && nth === 1
        ? { kind: 'busy' }
        : { kind: 'answer', afterSeconds: 5, acts: [talks(10)] },
    );
  }
  const callbacks: readonly string[] = Object.values(CALLBACKS);
  const live: SandboxCaller[] = [];
  const everybody = [...callbacks, ...Object.values(LIVE)].toSorted();
  for (const number of everybody) {
    if (callbacks.includes(number)) caller(number, presses('1', 2));
    else live.push(caller(number, talks(number === LIVE['wrapping-up'] ? 5 : 30)));
    await pass(0.1);
  }
  const leaving = caller(LEAVING);
  await pass(7);
  for (const [at, [desk, secondsBefore]] of AGENTS.entries()) {
    await centre.setPresence(desk, 'available');
    if (desk === 'retry') {
      // Busy at once: this agent would take the next in line.
      await pass(1);
      await centre.setPresence(desk, 'away');
    }
    const next = AGENTS[at + 1]?.[1] ?? 1;
    await pass(secondsBefore - next - (desk === 'retry' ? 1 : 0));
  }
  leaving.press('1');
  await pass(1);
  return { centre, live };
}

/** The states of all callbacks and live calls, as `state: how many`. */
export async function statesOf({ rows }: SandboxCentre): Promise<{
  readonly callbacks: Readonly<Record<string, number>>;
  readonly live: Readonly<Record<string, number>>;
}> {
  const counted = async (text: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await rows<{ state: string; count: number }>(text)).map(({ state, count }) => [
        state,
        count,
      ]),
    );
  return {
    callbacks: await counted(
      'select state, count(*)::int as count from callback group by state order by state',
    ),
    live: await counted(
      `select i.state, count(*)::int as count from interaction i
        where not exists (select from callback c where c.interaction_id = i.id) group by i.state order by i.state`,
    ),
  };
}

/** One in each state, as `openBusyCentre` leaves it; the second who waits still hears the confirmation. */
export const EVERY_STATE = {
  callbacks: {
    accepted: 1,
    connected: 1,
    dialing: 1,
    offered: 1,
    'retry-wait': 1,
    waiting: 2,
    'wrapping-up': 1,
  },
  live: { connected: 1, offered: 1, waiting: 1, 'wrapping-up': 1 },
};
