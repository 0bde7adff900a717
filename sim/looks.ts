import type { Books } from './books.ts';
import type { Simulation } from './simulation.ts';

/** Whatever the books say, nodes look for everything this often, in milliseconds. */
const LOOK_MS_MAX = 300_000;
/** While anybody is on the phone, records and PBX are compared this often, in milliseconds. */
const COMPARE_MS = 30_000;
/** A command is left to the node that has committed it for so long, in milliseconds. */
const HANDOVER_MS = 1_000;

/** Looks that would find nothing are passed over: four hours of looking would be all that a schedule does. */
export function passOverLooks(simulation: Simulation): void {
  const { timers, books } = simulation;
  const nowMs = timers.monotonicMs();
  const untilMs = Math.min(timers.nextDeedMs() ?? Number.POSITIVE_INFINITY, nowMs + LOOK_MS_MAX);
  const wallMs = timers.nowMs() - nowMs;
  const dueMs = (books?.due_at ?? Number.POSITIVE_INFINITY) - wallMs;
  timers.passOver('due-timers', Math.min(untilMs, dueMs));
  timers.passOver('sweep', Math.min(untilMs, nextSweepMs(simulation, nowMs, wallMs)));
  timers.passOver('ownership', simulation.isSettled ? untilMs : nowMs);
}

function nextSweepMs(simulation: Simulation, nowMs: number, wallMs: number): number {
  const { books } = simulation;
  if (books === null || !simulation.isSettled || hasOpenings(books)) return nowMs;
  const pendingMs = (books.pending_since ?? Number.POSITIVE_INFINITY) - wallMs + HANDOVER_MS;
  const compareMs = isAnybodyOn(simulation, books)
    ? simulation.comparedAtMs + COMPARE_MS
    : Number.POSITIVE_INFINITY;
  return Math.min(pendingMs, compareMs);
}

function isAnybodyOn({ world }: Simulation, { attempts, agents }: Books): boolean {
  return (
    world.ledger.live().length > 0 ||
    attempts.length > 0 ||
    agents.some((agent) => agent.leg !== null)
  );
}

/** True when somebody waits whom an available agent may take: a sweep would find them. */
function hasOpenings({ agents, interactions }: Books): boolean {
  return agents.some(
    (agent) =>
      agent.available && interactions.some((one) => one.inLine && !agent.declined.includes(one.id)),
  );
}
