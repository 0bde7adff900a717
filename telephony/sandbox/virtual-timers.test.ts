import { expect, test } from 'vitest';
import { epochMs } from '../../core/prelude/time.ts';
import { VirtualTimers } from './virtual-timers.ts';

const START = epochMs(1_800_000_000_000);

test('timers run by due time, then in the order in which they were set', async () => {
  const timers = new VirtualTimers({ startMs: START });
  const ran: string[] = [];
  const set = (name: string, delayMs: number): void => {
    timers.after(delayMs, () => ran.push(`${name}@${timers.monotonicMs().toString()}`));
  };
  set('late', 20);
  set('first', 10);
  set('second', 10);
  set('at once', -5);
  await timers.advance(15);
  expect(ran).toEqual(['at once@0', 'first@10', 'second@10']);
  expect(timers.nowMs()).toBe(START + 15);
  await timers.advance(5);
  expect(ran.at(-1)).toBe('late@20');
});

test('a cancelled timer does not run, not even when its neighbour cancels it', async () => {
  const timers = new VirtualTimers({ startMs: START });
  const ran: string[] = [];
  const victim = { cancel: (): void => undefined };
  timers.after(10, () => {
    victim.cancel();
  });
  Object.assign(
    victim,
    timers.after(10, () => ran.push('victim')),
  );
  await timers.runUntilIdle();
  expect(ran).toEqual([]);
  expect(timers.nextDueMs()).toBeNull();
});

test('promises settle between two timers, so that what they set falls due in its place', async () => {
  const timers = new VirtualTimers({ startMs: START });
  const ran: string[] = [];
  timers.after(10, () => {
    void Promise.resolve()
      .then(async () => Promise.resolve())
      .then(() => timers.after(5, () => ran.push('set by a promise')));
  });
  timers.after(20, () => ran.push('set before'));
  await timers.advance(30);
  expect(ran).toEqual(['set by a promise', 'set before']);
});

test('the wall clock may step back while time goes on', async () => {
  const timers = new VirtualTimers({ startMs: START });
  await timers.advance(1_000);
  timers.setWallClock(START);
  await timers.advance(10);
  expect(timers.nowMs()).toBe(START + 10);
  expect(timers.monotonicMs()).toBe(1_010);
});

test('time that never comes to rest is told instead of hanging', async () => {
  const timers = new VirtualTimers({ startMs: START });
  const again = (): void => {
    timers.after(1_000, again);
  };
  again();
  await expect(timers.runUntilIdle(10_000)).rejects.toThrow('not idle after 10000 ms');
});
