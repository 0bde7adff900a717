import { Auditor } from './auditor/auditor.ts';
import { Dice } from './dice.ts';
import type { FaultKind } from './fault-kinds.ts';
import { BUSY_SECONDS, scheduleOf } from './schedule.ts';
import type { Session } from './session.ts';
import { Simulation } from './simulation.ts';

export async function runSeed(session: Session, seed: number, faults?: readonly FaultKind[], story: string[] | null = null) {
  const dice = new Dice(seed);
  const schedule = scheduleOf(seed, dice, faults);
  await session.begin();
  let sim: Simulation | null = null;
  let steps = 0;
  try {
    const tell = (what: string): void => {
      if (story === null || sim === null) return;
      story.push(`${new Date(sim.timers.nowMs()).toISOString().slice(5, 23)} ${what}`);
    };
    sim = new Simulation(session, schedule, dice, { tell, fault: () => undefined, point: () => undefined });
    const auditor = new Auditor();
    await sim.begin();
    while (sim.timers.monotonicMs() < BUSY_SECONDS * 1000) {
      steps++;
      await sim.step(); auditor.look(sim); if (auditor.breaches.length > 5) break;
    }
    await sim.becalm();
    const calm = sim.timers.monotonicMs();
    while (sim.timers.monotonicMs() < calm + 26 * 3600_000) {
      steps++;
      await sim.step(); auditor.look(sim); if (auditor.breaches.length > 5) break;
      const b = sim.books;
      if (b && b.callbacks.every((c) => !c.open) && sim.world.ledger.live().length === 0 && b.interactions.length === 0) break;
    }
    auditor.lookAtEnd(sim);
    const b = sim.books!;
    return { breaches: auditor.breaches.slice(0,6).map((x)=>`${new Date(x.atMs).toISOString().slice(11,23)} ${x.invariant} ${x.what}`), steps, hash: sim.eventHash(), statements: session.statements, hours: sim.timers.monotonicMs() / 3600_000, callbacks: b.callbacks.map((c) => c.state), open: b.interactions.length, writes: session.writes };
  } finally {
    sim?.end();
    await session.rollback();
  }
}
