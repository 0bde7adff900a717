import { present } from '../../core/prelude/assert.ts';
import type { LegId } from '../../core/prelude/ids.ts';
import { epochMs } from '../../core/prelude/time.ts';
import {
  type AgentHabit,
  type ConformanceRig,
  type CustomerHabit,
  driverConformance,
  type Heard,
  type OutsidePhone,
} from '../conformance.ts';
import type { Driver } from '../driver.ts';
import { seededChance } from './chance.ts';
import { hangsUp, type PhoneHabit, presses } from './habits.ts';
import type { LedgerEntry } from './ledger.ts';
import { VirtualTimers } from './virtual-timers.ts';
import { SandboxWorld } from './world.ts';

driverConformance('sandbox', async () => Promise.resolve(sandboxRig(42)));

const OUR_NUMBER = '+12025550120';

/** The conformance rig over a world on virtual time. */
function sandboxRig(seed: number): ConformanceRig {
  const timers = new VirtualTimers({ startMs: epochMs(1_800_000_000_000) });
  const world = new SandboxWorld({ timers, chance: seededChance(seed) });
  const drivers: Driver[] = [];
  let phones = 0;
  const until: ConformanceRig['until'] = async (what, condition, withinSeconds = 20) => {
    const endMs = timers.monotonicMs() + withinSeconds * 1000;
    await timers.advance(0);
    while (!(await condition())) {
      if (timers.monotonicMs() > endMs || !(await timers.step())) {
        throw new Error(`in ${withinSeconds.toString()} s this did not come: ${what}`);
      }
    }
  };
  const phone = (dial: string, party: string, habit: PhoneHabit): OutsidePhone => {
    world.phone(party, habit);
    return outsidePhone(world, dial, party);
  };
  return {
    driver: (listener) => {
      const driver = world.driver(listener);
      drivers.push(driver);
      return driver;
    },
    customer: async (habit) => {
      phones += 1;
      const number = `+1202555${(1000 + phones).toString()}`;
      return Promise.resolve(phone(`PJSIP/${number}@carrier`, number, phoneHabit(habit)));
    },
    agent: async (habit) => {
      phones += 1;
      const endpoint = `PJSIP/agent${phones.toString()}`;
      return Promise.resolve(phone(endpoint, endpoint, phoneHabit(habit)));
    },
    caller: async ({ number, presses: digits, hangsUpAfterSeconds }) => {
      const acts = digits.map(({ digit, afterSeconds }) => presses(digit, afterSeconds));
      if (hangsUpAfterSeconds !== null) acts.push(hangsUp(hangsUpAfterSeconds));
      const caller = world.call({ number, dials: OUR_NUMBER, acts });
      const legId = present(caller.legId(), 'the leg of the caller');
      return Promise.resolve({
        dialledNumber: OUR_NUMBER,
        heard: async () => Promise.resolve(heardIn(entriesOf(world, legId))),
        isOver: async () => Promise.resolve(caller.isOver()),
      });
    },
    bridged: async (one, other) => Promise.resolve(world.pbx.bridged(one, other)),
    cutConnection: async () => {
      world.network.cut();
      return Promise.resolve();
    },
    restoreConnection: async () => {
      world.network.restore();
      return Promise.resolve();
    },
    restartPbx: async () => {
      world.restartPbx();
      return Promise.resolve();
    },
    until,
    settled: async (promise) => {
      let isSettled = false;
      const done = (): void => {
        isSettled = true;
      };
      promise.then(done, done);
      await until('the promise settles', () => isSettled, 60);
      return promise;
    },
    close: async () => {
      for (const driver of drivers) await driver.close();
    },
  };
}

function outsidePhone(world: SandboxWorld, dial: string, party: string): OutsidePhone {
  const entries = (): readonly LedgerEntry[] =>
    world.ledger.entries().filter((entry) => entry.role !== 'caller' && entry.party === party);
  const received = entries().length;
  return {
    dial,
    calls: async () =>
      Promise.resolve(
        entries()
          .slice(received)
          .map(({ callerId }) => ({
            callerName: callerId?.name ?? '',
            callerNumber: callerId?.number ?? '',
          })),
      ),
    heard: async () => Promise.resolve(heardIn(entries())),
  };
}

function entriesOf(world: SandboxWorld, legId: LegId): readonly LedgerEntry[] {
  return world.ledger.entries().filter((entry) => entry.legId === legId);
}

function heardIn(entries: readonly LedgerEntry[]): readonly Heard[] {
  return entries.flatMap(({ heard, answeredAtMs }) =>
    heard.flatMap(({ piece, atMs }) => {
      if (piece.kind !== 'prompt') return [];
      return [{ prompt: piece.name, secondsAfterAnswer: (atMs - (answeredAtMs ?? atMs)) / 1000 }];
    }),
  );
}

function phoneHabit(habit: CustomerHabit | AgentHabit): PhoneHabit {
  if (habit.kind === 'reject' || habit.kind === 'forward') return { ...habit, afterSeconds: 0.5 };
  if (habit.kind !== 'answer') return habit;
  const { afterSeconds, hangsUpAfterSeconds, losesLine } = habit;
  const acts = (habit.presses ?? []).map((key) => presses(key.digit, key.afterSeconds));
  const end = hangsUpAfterSeconds === null ? [] : [hangsUp(hangsUpAfterSeconds)];
  const does = { kind: losesLine === true ? 'lose-line' : 'hang-up' } as const;
  return { kind: 'answer', afterSeconds, acts: [...acts, ...end.map((act) => ({ ...act, does }))] };
}
