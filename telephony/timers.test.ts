import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemTimers } from './timers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a delay beyond what Node can wait for is waited for all the same', () => {
  const ran: string[] = [];
  const fortyDaysMs = 40 * 86_400_000;
  systemTimers().after(fortyDaysMs, () => ran.push('due'));
  vi.advanceTimersByTime(fortyDaysMs - 1);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(['due']);
});

test('a cancelled delay does not fire, whichever stretch of it runs', () => {
  const ran: string[] = [];
  const fortyDaysMs = 40 * 86_400_000;
  const timer = systemTimers().after(fortyDaysMs, () => ran.push('due'));
  vi.advanceTimersByTime(30 * 86_400_000);
  timer.cancel();
  vi.advanceTimersByTime(fortyDaysMs);
  expect(ran).toEqual([]);
});
